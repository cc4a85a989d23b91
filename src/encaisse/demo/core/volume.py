"""Benchmark worlds: a ledger of up to millions of items, made in columns.

Simple on purpose: plain invoices, exact payments, every identifier valid. What is hard about
real ledgers is in the demo world; what is heavy about them is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from encaisse.demo.core import company, numbers, sales
from encaisse.demo.core.fec import HEADER
from encaisse.demo.core.records import CURRENCY

VAT_PERMILLE = 200
BATCH = 200_000
"""Invoices written to the file at a time, so that memory stays flat."""
TERMS = ("30 NET", "45 FDM", "60 NET", "30 FDM")
SEGMENTS = ("PME", "TPE", "Grand compte", "Bon payeur", "À risque", "Administration")
FIRST_CODE = 1_000_000
LETTERS = 26**4


@dataclass(frozen=True, slots=True)
class Volume:
    """How much: open and settled invoices, customers, bank lines that pay the first open ones."""

    open_items: int
    customers: int
    settled_items: int = 0
    bank_lines: int = 0

    @property
    def ledger_lines(self) -> int:
        """Lines of the FEC, its header aside: three an invoice, two a payment."""
        return 3 * (self.open_items + self.settled_items) + 2 * self.settled_items


def of_lines(lines: int) -> Volume:
    """A ledger whose FEC has so many lines (a multiple of 100): three invoices of five settled."""
    return Volume(lines // 10, max(1, lines // 100), settled_items=lines * 14 // 100)


def write(seed: int, today: date, volume: Volume, folder: Path) -> list[Path]:
    """``customers.csv``, one FEC below ``ledger/``, and with bank lines one CAMT below ``bank/``.

    The same arguments give the same bytes. Raises ValueError for more than the identifiers hold.
    """
    if volume.customers > 9_000_000 or volume.bank_lines > volume.open_items:
        raise ValueError("no such volume can be made")
    ledger_date = sales.period(today).ledger_date
    siren = company.orvalume().siren
    paths = [
        folder / "customers.csv",
        folder / "ledger" / f"{siren}FEC{ledger_date:%Y%m%d}.txt",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    people = customers(seed, volume.customers)
    people.drop("index").write_csv(paths[0], separator=";", line_terminator="\r\n")
    _write_ledger(seed, ledger_date, volume, people, paths[1])
    if volume.bank_lines:
        paths.append(folder / "bank" / f"CAMT053_{today:%Y%m%d}.xml")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        _write_statement(seed, ledger_date, today, volume, people, paths[-1])
    return paths


def customers(seed: int, count: int) -> pl.DataFrame:
    """The customers' file as columns, with the running index."""
    index = pl.int_range(count, dtype=pl.UInt64, eager=True).alias("index")
    frame = index.to_frame().with_columns(
        client=pl.format("C{}", pl.col("index") + FIRST_CODE),
        branch=_roll(pl.col("index"), seed, 1) % 90_000 + 10_000,
        holder=_roll(pl.col("index"), seed, 2) % 90_000_000_000 + 10_000_000_000,
        bank=pl.lit(99_911, dtype=pl.UInt64) + _roll(pl.col("index"), seed, 3) % 70,
    )
    key = 97 - (89 * pl.col("bank") + 15 * pl.col("branch") + 3 * pl.col("holder")) % 97
    return frame.select(
        "index",
        "client",
        pl.format("Société {} SARL", pl.col("index") + FIRST_CODE).alias("nom"),
        _siren(pl.col("index") + 1).alias("siren"),
        pl.format("compta@client{}.example", pl.col("index")).alias("email"),
        pl.lit("fr").alias("langue"),
        _pick(SEGMENTS, _roll(pl.col("index"), seed, 4)).alias("segment"),
        pl.format("FR76{}{}{}{}", "bank", "branch", "holder", _two(key)).alias("iban"),
        _pick(TERMS, _roll(pl.col("index"), seed, 5)).alias("conditions"),
    )


def invoices(seed: int, ledger_date: date, volume: Volume, start: int, stop: int) -> pl.DataFrame:
    """Invoices `start` to `stop` as columns, oldest first; the settled ones are spread evenly."""
    total = volume.open_items + volume.settled_items
    first = date(ledger_date.year, 1, 1)
    span = (ledger_date - first).days
    index = pl.col("index")
    luck = _roll(index, seed, 11) % 1_000_000
    net = 4_000 + luck * (_roll(index, seed, 12) % 1_000) // 1_000
    ordinal = index * volume.settled_items // total
    return (
        pl.int_range(start, stop, dtype=pl.UInt64, eager=True)
        .alias("index")
        .to_frame()
        .with_columns(
            owner=_roll(index, seed, 13) % volume.customers,
            net=net.cast(pl.Int64),
            issued=pl.lit(first) + pl.duration(days=(index * span // max(1, total)).cast(pl.Int64)),
            settled=(index + 1) * volume.settled_items // total > ordinal,
            letter=ordinal % LETTERS,
        )
        .with_columns(
            gross=pl.col("net") + (pl.col("net") * VAT_PERMILLE + 500) // 1000,
            number=pl.format(f"FA{ledger_date:%y}{{}}", index + 1_000_000),
            paid=pl.min_horizontal(
                pl.col("issued")
                + pl.duration(days=(_roll(index, seed, 14) % 75 + 5).cast(pl.Int64)),
                pl.lit(ledger_date),
            ),
        )
    )


def _write_ledger(
    seed: int, ledger_date: date, volume: Volume, people: pl.DataFrame, path: Path
) -> None:
    letters = _letters()
    names = people.select(owner="index", aux="client", aux_name="nom")
    with path.open("wb") as page:
        page.write(("\t".join(HEADER) + "\r\n").encode())
        total = volume.open_items + volume.settled_items
        for start in range(0, total, BATCH):
            frame = invoices(seed, ledger_date, volume, start, min(start + BATCH, total))
            frame = frame.join(names, on="owner", how="left", maintain_order="left")
            frame = frame.with_columns(
                code=pl.when("settled").then(letters.gather(frame["letter"])).otherwise(pl.lit(""))
            )
            page.write(_rows(frame).encode())


def _rows(frame: pl.DataFrame) -> str:
    """Lines of the FEC of these invoices and their payments, entry by entry."""
    sale, paid = pl.lit("VE\tVentes"), pl.lit("BQ\tBanque")
    vat = pl.col("gross") - pl.col("net")
    nobody = pl.lit("\t")
    someone = pl.format("{}\t{}", "aux", "aux_name")
    lettered = pl.format(
        "{}\t{}", "code", pl.when("settled").then(_day("paid")).otherwise(pl.lit(""))
    )
    plain = pl.lit("\t")
    settled = frame.filter("settled")
    parts = [
        _part(frame, 0, sale, "411000\tClients", someone, "gross", lettered),
        _part(frame, 1, sale, "701000\tVentes", nobody, -pl.col("net"), plain),
        _part(frame, 2, sale, "445710\tTVA collectée", nobody, -vat, plain),
        _part(settled, 3, paid, "512100\tBanque", nobody, "gross", plain),
        _part(settled, 4, paid, "411000\tClients", someone, -pl.col("gross"), lettered),
    ]
    lines = pl.concat(parts).sort("index", "position")["line"]
    return "\r\n".join(lines.to_list()) + "\r\n" if len(lines) else ""


def _part(
    frame: pl.DataFrame,
    position: int,
    journal: pl.Expr,
    account: str,
    party: pl.Expr,
    amount: str | pl.Expr,
    letter: pl.Expr,
) -> pl.DataFrame:
    """One line of each entry, as text, with its place."""
    cents = pl.col(amount) if isinstance(amount, str) else amount
    is_sale = position < 3
    day = _day("issued" if is_sale else "paid")
    entry, text = ("V", "Facture {}") if is_sale else ("B", "Virement {}")
    piece = pl.col("number") if is_sale else pl.format("BQ{}", "index")
    return frame.select(
        "index",
        pl.lit(position).alias("position"),
        pl.concat_str(
            journal,
            pl.format(f"{entry}{{}}", "index"),
            day,
            pl.lit(account),
            party,
            piece,
            day,
            pl.format(text, "number"),
            pl.when(cents > 0).then(_decimal(cents)).otherwise(pl.lit("0,00")),
            pl.when(cents < 0).then(_decimal(-cents)).otherwise(pl.lit("0,00")),
            letter,
            day,
            pl.lit("\t"),
            separator="\t",
        ).alias("line"),
    )


def _write_statement(
    seed: int,
    ledger_date: date,
    today: date,
    volume: Volume,
    people: pl.DataFrame,
    path: Path,
) -> None:
    """One camt.053.001.08 whose entries each pay one of the first open invoices exactly."""
    total = volume.open_items + volume.settled_items
    frame = (
        invoices(seed, ledger_date, volume, 0, total)
        .filter(~pl.col("settled"))
        .head(volume.bank_lines)
        .join(people.select(owner="index", name="nom", iban="iban"), on="owner", how="left")
        .sort("index")
    )
    closing = company.OPENING[company.MAIN] + int(frame["gross"].sum())
    account = company.orvalume().bank(company.MAIN).iban
    amount = _decimal(pl.col("gross"), ".")
    money = pl.format(f'<Amt Ccy="{CURRENCY}">{{}}</Amt><CdtDbtInd>CRDT</CdtDbtInd>', amount)
    entry = pl.format(
        _ENTRY.replace("DAY", today.isoformat()),
        "index",
        money,
        "index",
        "index",
        "index",
        money,
        "name",
        "iban",
        "number",
        "name",
    )
    opening = _balance("OPBD", company.OPENING[company.MAIN], today)
    with path.open("w", encoding="utf-8", newline="\n") as page:
        page.write(
            _TOP.format(day=today.isoformat(), iban=account, bic=numbers.bic(account))
            + opening
            + _balance("CLBD", closing, today)
            + "\n"
        )
        page.writelines(f"{line}\n" for line in frame.select(entry.alias("entry"))["entry"])
        page.write("</Stmt></BkToCstmrStmt></Document>\n")


_TOP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>VOLUME</MsgId><CreDtTm>{day}T21:00:00+01:00</CreDtTm></GrpHdr>\n"
    "<Stmt><Id>VOLUME-{day}</Id><CreDtTm>{day}T21:00:00+01:00</CreDtTm>"
    "<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy>"
    "<Svcr><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Svcr></Acct>"
)
_ENTRY = (
    "<Ntry><NtryRef>N{}</NtryRef>{}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>DAY</Dt></BookgDt>"
    "<ValDt><Dt>DAY</Dt></ValDt><AcctSvcrRef>N{}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly>"
    "<Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
    "<AcctSvcrRef>N{}</AcctSvcrRef><EndToEndId>VIR{}</EndToEndId></Refs>{}<RltdPties><Dbtr><Pty>"
    "<Nm>{}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{}</IBAN></Id></DbtrAcct></RltdPties><RmtInf>"
    "<Ustrd>FACTURE {}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    "<AddtlNtryInf>VIR SEPA RECU {}</AddtlNtryInf></Ntry>"
)


def _balance(code: str, cents: int, day: date) -> str:
    whole, part = divmod(cents, 100)
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{CURRENCY}">'
        f"{whole}.{part:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _roll(index: pl.Expr, seed: int, purpose: int) -> pl.Expr:
    """A random 64-bit number for each index: SplitMix64 on a counter, so that it never changes."""
    start = (seed * 1_000_003 + purpose) * 0x9E3779B97F4A7C15 % 2**64
    mixed = index.cast(pl.UInt64) * _u64(0x9E3779B97F4A7C15) + _u64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed // _u64(2**shift))) * _u64(factor)
    return mixed ^ (mixed // _u64(2**31))


def _u64(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _siren(index: pl.Expr) -> pl.Expr:
    """Valid SIREN numbers of the unused block for the first 99,999 customers, then none."""
    doubled = [(index // 10**place) % 10 * (2 - place % 2) for place in range(5)]
    total = sum((part % 10 + part // 10 for part in doubled), start=pl.lit(0, dtype=pl.UInt64))
    check = (10 - total % 10) % 10
    number = pl.format("000{}{}", index.cast(pl.String).str.zfill(5), check)
    return pl.when(index < 100_000).then(number).otherwise(pl.lit(""))


def _pick(options: tuple[str, ...], roll: pl.Expr) -> pl.Expr:
    chosen = roll % len(options)
    return chosen.replace_strict(dict(enumerate(options)), return_dtype=pl.String)


def _two(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)


def _decimal(cents: pl.Expr, mark: str = ",") -> pl.Expr:
    return pl.format(f"{{}}{mark}{{}}", cents // 100, _two(cents % 100))


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y%m%d")


def _letters() -> pl.Series:
    """AAAA to ZZZZ: every settled invoice has its own, so that none repeats for a customer."""
    alphabet = [chr(65 + place) for place in range(26)]
    pairs = [first + second for first in alphabet for second in alphabet]
    return pl.Series([first + second for first in pairs for second in pairs])
