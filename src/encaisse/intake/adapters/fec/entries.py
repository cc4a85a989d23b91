"""Entries of a ledger: which lines belong together, whether they balance, what they touch."""

from __future__ import annotations

import polars as pl

from encaisse.intake.adapters.fec.accounts import Role
from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.money import decimals, plain

_NUMBERED = ["journal", "entry"]
_DATED = [*_NUMBERED, "date"]
_BY_PIECE = ["journal", "date", "piece"]
_BY_DAY = ["journal", "date"]


def check_balances(lines: pl.DataFrame, currency: str, found: RowFindings) -> list[str]:
    """Tell every entry whose debits and credits differ; give the columns that name an entry.

    An export that numbers lines instead of entries is read by journal, date and piece, or by
    journal and date, with a warning, when that balances throughout.
    """
    gap = int(lines["amount"].sum())
    if gap:
        found.error(None, "ledger_unbalanced", gap=plain(gap, currency))
    sums = _sums(lines, _NUMBERED)
    unbalanced = sums.filter(pl.col("gap") != 0)
    if unbalanced.is_empty():
        return _NUMBERED
    if gap == 0 and unbalanced.height * 2 > sums.height:
        for names in (_BY_PIECE, _BY_DAY):
            if not (_sums(lines, names)["gap"] != 0).any():
                found.warning(int(unbalanced["line"].min() or 1), "entry_numbers_unusable")  # type: ignore[arg-type]
                return names
    told = unbalanced.select("line", "journal", "entry", gap=_written("gap", currency))
    found.error_rows(told, "unbalanced_entry")
    return _NUMBERED


def counterparts(lines: pl.DataFrame, entry: list[str]) -> pl.DataFrame:
    """The customers' lines with what stands against each in its entry.

    Adds `against` (roles of the lines of the other side), `beside` (of its own side), `treasury`
    (the first bank or cash account against it), `treasury_entry` and `treasury_amount` (the entry
    and what it moved there in all, a receipt positive) and `others` (customers' accounts against
    it).
    The entry is taken as narrowly as it balances: one piece of one day of a monthly batch.
    """
    unit = _narrowest(lines, entry)
    debit, role = pl.col("amount") > 0, pl.col("role")
    bank = (role & int(Role.TREASURY)) != 0
    touched = lines.group_by(unit).agg(
        debit_roles=role.filter(debit).bitwise_or(),
        credit_roles=role.filter(~debit & (pl.col("amount") != 0)).bitwise_or(),
        debit_bank=pl.col("general").filter(debit & bank).first(),
        credit_bank=pl.col("general").filter(~debit & bank).first(),
        treasury_amount=pl.col("amount").filter(bank).sum(),
        treasury_entry=pl.concat_str(pl.col(name).cast(pl.String).first() for name in unit),
    )
    ours = lines.filter(pl.col("is_customer") & (pl.col("amount") != 0))
    ours = ours.join(touched, on=unit, how="left", maintain_order="left")
    return ours.with_columns(
        against=pl.when(debit).then("credit_roles").otherwise("debit_roles").fill_null(0),
        treasury=pl.when(debit).then("credit_bank").otherwise("debit_bank"),
    ).drop("debit_roles", "credit_roles", "debit_bank", "credit_bank")


def _sums(lines: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    return lines.group_by(names).agg(gap=pl.col("amount").sum(), line=pl.col("line").min())


def _written(name: str, currency: str) -> pl.Expr:
    """A column of minor units as text, as `money.plain` writes one."""
    places = decimals(currency)
    size, step = pl.col(name).abs(), 10**places
    sign = pl.when(pl.col(name) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = pl.concat_str(sign, (size // step).cast(pl.String))
    if not places:
        return whole
    return pl.concat_str(whole, pl.lit("."), (size % step).cast(pl.String).str.zfill(places))


def _narrowest(lines: pl.DataFrame, entry: list[str]) -> list[str]:
    """The longest list of columns whose groups all still balance."""
    best = entry
    for names in (_DATED, [*_DATED, "piece"]):
        wider = [*dict.fromkeys([*entry, *names])]
        if len(wider) > len(best) and not (_sums(lines, wider)["gap"] != 0).any():
            best = wider
    return best
