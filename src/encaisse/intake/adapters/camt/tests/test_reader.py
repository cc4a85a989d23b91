"""Our own CAMT samples, and what XML must not be able to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from encaisse.intake.adapters.camt.bench import statement_of
from encaisse.intake.adapters.camt.reader import read, recognise
from encaisse.intake.adapters.tests.bank_fixtures import codes, errors, lines_of, moved
from encaisse.intake.core.bank import BankLineRecord, BankReading, DocumentRecord, StatementKind
from encaisse.kernel.money import Money

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"><BkToCstmrStmt><Stmt>
<Id>S</Id><CreDtTm>2026-11-04T00:00:00</CreDtTm>
<Acct><Id><IBAN>FR7630004008120001012345640</IBAN></Id><Ccy>EUR</Ccy></Acct>
{entries}
</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>
<Sts>{status}</Sts><BookgDt><Dt>2026-11-04</Dt></BookgDt>{details}</Ntry>"""


def reading_of(details: str = "", version: int = 2, **facts: str) -> BankReading:
    facts = {"amount": "10.00", "direction": "CRDT", "status": "BOOK", **facts}
    entries = ENTRY.format(details=details, **facts)
    return read(FRAME.format(version=version, entries=entries).encode())


def line_of(details: str = "", version: int = 2, **facts: str) -> BankLineRecord:
    reading = reading_of(details, version, **facts)
    assert not errors(reading)
    [line] = lines_of(reading)
    return line


@pytest.fixture
def statement() -> BankReading:
    return read((SAMPLES / "releve.camt053.v8.xml").read_bytes())


def test_the_statement_adds_up(statement: BankReading) -> None:
    assert statement.format == "camt.053.001.08"
    assert codes(statement) == {"value_date_clamped"}
    [one] = statement.statements
    assert (one.account, one.currency) == ("FR7630004008120001012345640", "EUR")
    assert one.opening is not None
    assert one.closing is not None
    assert one.closing.at == date(2026, 11, 4)
    pending = sum(line.amount.minor for line in one.lines if line.is_pending)
    assert one.closing.amount.decimal - one.opening.amount.decimal == moved(statement) - (
        Decimal(pending) / 100
    )


def test_a_transfer_with_structured_remittance(statement: BankReading) -> None:
    line = lines_of(statement)[0]
    assert line.amount == Money(125430, "EUR")
    assert line.text == "FACTURES FA2026-0412 ET FA2026-0418"
    assert line.references == ("FA2026-0412", "RF83FA20260042", "AV2026-0031")
    assert line.documents == (
        DocumentRecord(
            "FA2026-0412", "CINV", date(2026, 9, 1), Money(137200, "EUR"), Money(2800, "EUR")
        ),
        DocumentRecord("AV2026-0031", "CREN", None, Money(-11770, "EUR")),
    )
    assert line.counterparty_name == "GROUPE BREVAL HOLDING"
    assert line.counterparty_account == "FR7630006000011234567890189"
    assert line.counterparty_bic == "AGRIFRPPXXX"
    assert line.ultimate_name == "ATELIERS BREVAL"
    assert line.end_to_end_id == ""
    assert line.bank_code == "PMNT/RCDT/ESCT"
    assert ("party", "552100554") in line.extra


def test_a_batch_is_split_and_its_charges_are_a_line_of_their_own(statement: BankReading) -> None:
    batch = [line for line in lines_of(statement) if line.batch == "REMISE-44"]
    assert [line.amount.minor for line in batch] == [60000, 40000, -300]
    assert [line.mandate_id for line in batch] == ["MANDAT-0012", "MANDAT-0077", ""]


def test_a_returned_debit_names_the_customer_and_the_reason(statement: BankReading) -> None:
    [line] = [line for line in lines_of(statement) if line.is_return]
    assert line.amount == Money(-40000, "EUR")
    assert (line.return_reason, line.end_to_end_id) == ("AM04", "PRLV-2")
    assert line.counterparty_name == "GARAGE MORIN"


def test_foreign_money_keeps_its_amount_rate_and_charges(statement: BankReading) -> None:
    [line] = [line for line in lines_of(statement) if line.original_amount]
    assert line.original_amount == Money(75000, "GBP")
    assert line.exchange_rate == Decimal("1.1602")
    assert line.charges == Money(1000, "EUR")
    assert line.text == "VIREMENT INTERNATIONAL"
    assert line.value_date == date(2026, 2, 28)


def test_a_pending_batch_without_details_is_one_pending_line(statement: BankReading) -> None:
    [line] = [line for line in lines_of(statement) if line.is_pending]
    assert line.batch == "LOT-9"


def test_details_that_do_not_add_up_stay_one_line() -> None:
    reading = read((SAMPLES / "avis.camt054.v2.xml").read_bytes())
    assert reading.encoding == "iso-8859-1"
    assert reading.statements[0].kind is StatementKind.NOTIFICATION
    assert codes(reading) == {"details_do_not_add_up"}
    [line] = lines_of(reading)
    assert line.amount == Money(30000, "EUR")
    assert line.text == "FA2026-1 FA2026-2"
    assert ("AddtlNtryInf", "VIR GROUPÉ") in line.extra


@pytest.mark.parametrize("version", range(1, 14))
@pytest.mark.parametrize("wrapper", ["{}", "<Cd>{}</Cd>"])
def test_every_version_is_read(version: int, wrapper: str) -> None:
    line = line_of(version=version, status=wrapper.format("PDNG"))
    assert line.is_pending


@pytest.mark.parametrize(
    ("written", "minor"), [("18.150", 1815), ("5442.09000", 544209), ("7", 700), ("0.005", 1)]
)
def test_up_to_five_decimals(written: str, minor: int) -> None:
    reading = reading_of(amount=written)
    assert lines_of(reading)[0].amount.minor == minor
    assert codes(reading) == ({"bank_amount_rounded"} if written == "0.005" else set())


@pytest.mark.parametrize("written", ["", "-5", "1,50", "1e5", "NaN", "9" * 19, "٣"])
def test_what_is_no_amount_is_an_error(written: str) -> None:
    assert errors(reading_of(amount=written)) == {"amount_unreadable"}


def test_a_comment_cannot_split_an_amount() -> None:
    assert line_of(amount="1<!-- x -->0.00").amount == Money(1000, "EUR")


def test_who_pays_a_return_or_himself() -> None:
    names = "<Dbtr><Nm>PAYER</Nm></Dbtr><Cdtr><Nm>PAYEE</Nm></Cdtr>"
    parties = f"<NtryDtls><TxDtls><RltdPties>{names}</RltdPties>{{}}</TxDtls></NtryDtls>"
    assert line_of(parties.format("")).counterparty_name == "PAYER"
    assert line_of(parties.format(""), direction="DBIT").counterparty_name == "PAYEE"
    back = parties.format("<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>")
    assert line_of(back, direction="DBIT").counterparty_name == "PAYER"
    assert line_of(back).counterparty_name == "PAYEE"


@pytest.mark.parametrize(
    ("prolog", "root"),
    [
        ('<!DOCTYPE D [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', "&b;"),
        ('<!DOCTYPE D [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE D SYSTEM "http://127.0.0.1:9/d.dtd">', ""),
        ('<!DOCTYPE D [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', ""),
    ],
    ids=["bomb", "external", "dtd", "parameter"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_doctypes_are_refused_unread(prolog: str, root: str, encoding: str) -> None:
    whole = FRAME.format(version=8, entries=f"<AddtlStmtInf>{root}</AddtlStmtInf>")
    _, _, body = whole.partition("?>")
    content = (f'<?xml version="1.0" encoding="{encoding}"?>' + prolog + body).encode(encoding)
    reading = read(content)
    assert codes(reading) == {"xml_doctype"}
    assert not reading.statements


def test_an_unknown_entity_is_an_error() -> None:
    assert errors(reading_of(amount="&x;")) == {"xml_broken"}


def test_deep_nesting_is_refused() -> None:
    deep = "<Strd>" + "<a>" * 100 + "</a>" * 100 + "</Strd>"
    details = f"<NtryDtls><TxDtls><RmtInf>{deep}</RmtInf></TxDtls></NtryDtls>"
    assert errors(reading_of(details)) == {"xml_too_deep"}
    assert errors(reading_of("<a>" * 3_000 + "</a>" * 3_000)) == {"xml_broken"}


def test_a_truncated_file_is_an_error_with_its_line() -> None:
    content = (SAMPLES / "releve.camt053.v8.xml").read_bytes()
    [problem] = read(content[: len(content) // 2]).problems
    assert problem.code in ("file_truncated", "xml_broken")
    assert problem.line is not None


def test_a_byte_of_another_encoding_is_an_error() -> None:
    content = FRAME.format(version=8, entries="<AddtlStmtInf>é</AddtlStmtInf>").encode("latin-1")
    assert errors(read(content)) == {"xml_encoding"}


def test_a_large_batch_and_many_entries_are_streamed() -> None:
    entries = statement_of(2_000)
    assert recognise(entries[: 1 << 16])
    reading = read(entries)
    assert not reading.problems
    assert len(lines_of(reading)) == 2_000
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>E{number}</EndToEndId></Refs><Amt Ccy="EUR">0.01</Amt></TxDtls>'
        for number in range(3_000)
    )
    batch = reading_of(f"<NtryDtls>{details}</NtryDtls>", 8, amount="30.00")
    assert not batch.problems
    assert len({line.end_to_end_id for line in lines_of(batch)}) == 3_000
