"""CFONB120: our own samples, real files, and the fields one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from encaisse.intake.adapters.cfonb120.reader import read, recognise
from encaisse.intake.adapters.cfonb120.records import amount, day, value_day
from encaisse.intake.adapters.tests.bank_fixtures import (
    codes,
    errors,
    fixtures,
    lines_of,
    needs_fixtures,
)
from encaisse.intake.core.bank import BankReading
from encaisse.intake.core.rib import french_iban
from encaisse.kernel.money import Money

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SAMPLE = (SAMPLES / "encaissements.txt").read_bytes()


@pytest.fixture
def reading() -> BankReading:
    return read(SAMPLE)


def test_two_accounts_add_up(reading: BankReading) -> None:
    assert codes(reading) == {"value_date_clamped"}
    first, second = reading.statements
    assert first.account == "FR7630004008120001012345640"
    assert second.account == french_iban("30004", "00812", "0001234567A")
    assert (second.currency, len(second.lines)) == ("EUR", 1)
    assert second.opening is not None
    assert second.opening.amount == Money(-3221, "EUR")


def test_a_transfer_received(reading: BankReading) -> None:
    line = lines_of(reading)[0]
    assert line.amount == Money(125430, "EUR")
    assert (line.booking_date, line.value_date) == (date(2026, 11, 2), date(2026, 11, 2))
    assert line.text == (
        "VIR SEPA ATELIERS BREVAL FACTURES FA2026-0412 FA2026-0418 "
        "MOINS AVOIR AV2026-0031 REGLEMENT DU 02 NOVEMBRE"
    )
    assert line.counterparty_name == "ATELIERS BREVAL SARL"
    assert line.references == ("RF83FA20260042",)
    assert line.end_to_end_id == "BREVAL-2026-1102"
    assert (line.bank_code, line.bank_reference) == ("05", "BQ20261102A")
    assert dict(line.extra)["PmtInfId"] == "LOT-7781"
    assert not line.is_return


def test_an_unpaid_debit(reading: BankReading) -> None:
    line = lines_of(reading)[1]
    assert line.amount == Money(-48000, "EUR")
    assert line.is_return
    assert (line.bank_code, line.return_reason) == ("B3", "04")
    assert line.counterparty_name == "GARAGE MORIN"
    assert line.counterparty_account == "FR7630006000011234567890189"
    assert line.mandate_id == "MANDAT-0077"


def test_a_collection_is_a_batch_and_foreign_money_keeps_its_rate(reading: BankReading) -> None:
    collected, foreign, fees = lines_of(reading)[2:5]
    assert collected.batch == "REMISE-2026-44"
    assert foreign.original_amount == Money(75000, "GBP")
    assert foreign.exchange_rate == Decimal("1.1602")
    assert foreign.charges == Money(1500, "EUR")
    assert foreign.value_date == date(2026, 2, 28)
    assert fees.text == "COMMISSION DE MOUVEMENT DONT TVA 2,15 EUR"


@pytest.mark.parametrize(
    "content",
    [
        SAMPLE.replace(b"\r\n", b""),
        SAMPLE.replace(b"\r\n", b"\n"),
        SAMPLE.replace(b"\r\n", b"\r\n\r\n"),
        SAMPLE.replace(b"\r\n", b"\n") + b"\x1a",
        b"\n".join(line.rstrip() for line in SAMPLE.splitlines()),
        b"\xef\xbb\xbf" + SAMPLE,
    ],
    ids=["unbroken", "lf", "blank lines", "ctrl-z", "trimmed", "bom"],
)
def test_line_breaks_do_not_matter(content: bytes, reading: BankReading) -> None:
    assert recognise(content)
    found = read(content)
    assert not errors(found)
    assert [line.amount for line in lines_of(found)] == [line.amount for line in lines_of(reading)]
    assert [line.text for line in lines_of(found)] == [line.text for line in lines_of(reading)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_lower_case_and_accents(encoding: str) -> None:
    text = SAMPLE.decode().lower().replace("ateliers breval", "ateliers bréval")
    found = read(text.encode(encoding))
    assert not errors(found)
    assert found.encoding == encoding
    assert lines_of(found)[0].counterparty_name == "ateliers bréval sarl"
    assert lines_of(found)[1].is_return


@pytest.mark.parametrize(
    ("written", "places", "minor"),
    [
        ("0000000000322J", "2", -3221),
        ("0000000125000{", "2", 1250000),
        ("0000000001999}", "2", -19990),
        ("0000000000322j", "2", -3221),
        ("0000000125000{", " ", 1250000),
        ("0000000125000{", "3", 125000),
        ("00000000000012", "2", None),
        ("            1A", "2", None),
    ],
)
def test_overpunched_amounts(written: str, places: str, minor: int | None) -> None:
    found = amount(written, "EUR", places)
    assert (found.minor if found else None) == minor


@pytest.mark.parametrize(
    ("bank", "branch", "number", "iban"),
    [
        ("30006", "00001", "12345678901", "FR7630006000011234567890189"),
        ("20041", "01005", "0500013M026", "FR1420041010050500013M02606"),
        ("30006", "00001", "short", "30006 00001 short"),
    ],
)
def test_the_iban_of_a_rib(bank: str, branch: str, number: str, iban: str) -> None:
    assert french_iban(bank, branch, number) == iban


def test_dates_of_two_centuries() -> None:
    assert day("311259") == date(2059, 12, 31)
    assert day("010160") == date(1960, 1, 1)
    assert day("300226") is None
    assert value_day("300226") == (date(2026, 2, 28), False)
    assert value_day("320126") is None


def test_what_is_missing_or_out_of_place_is_an_error() -> None:
    lines = SAMPLE.splitlines(keepends=True)
    assert "closing_record_missing" in errors(read(b"".join(lines[:-1])))
    assert "record_before_opening" in errors(read(b"".join(lines[1:])))
    assert "closing_balance_differs" in errors(read(b"".join(lines[:1] + lines[8:])))
    assert "record_truncated" in errors(read(b"".join(lines)[:-3] + b"\r\n07"))
    other = lines[1].replace(b"00010123456", b"00010999999")
    assert "record_of_other_account" in errors(read(b"".join((lines[0], other, *lines[1:]))))
    assert "record_code_unknown" in errors(read(lines[0] + b"09" + lines[0][2:] + lines[-1]))


def test_cfonb240_is_recognised_and_refused_by_name() -> None:
    content = (SAMPLES / "rejets_cfonb240.txt").read_bytes()
    assert recognise(content)
    assert codes(read(content)) == {"cfonb240_not_a_statement"}


REAL = fixtures("cfonb/silarhi/tests/fixtures", "*.txt")
EXPECTED = {  # statements, lines, sum of the lines in cents
    "complex-test.txt": (8, 5, -521090),
    "non-strict-test.txt": (8, 5, -521090),
    "simple-test.txt": (1, 0, 0),
    "test-unused-parts.txt": (8, 0, 0),
}


@needs_fixtures
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files(path: Path) -> None:
    reading = read(path.read_bytes())
    if "240" in path.name:
        assert codes(reading) == {"cfonb240_not_a_statement"}
        return
    assert not errors(reading)
    lines = lines_of(reading)
    total = sum(line.amount.minor for line in lines)
    assert (len(reading.statements), len(lines), total) == EXPECTED[path.name]


@needs_fixtures
def test_real_labels_are_joined() -> None:
    [path] = fixtures("cfonb/silarhi/tests/fixtures", "complex-test.txt")
    texts = [line.text for line in lines_of(read(path.read_bytes()))]
    assert texts == [
        "PRLV SEPA ONLINE SAS DEDIBOX 3706114",
        "PRLV SEPA FREE MOBILE",
        "VIR JOHNDOE / FOOBAR",
        "FACTURE SGT20022040001692 DONT TVA 11 39EUR",
        "PRLV SEPA OVH SAS PAYMENT ORDER 124359169 ERS INF ORDER 124359169",
    ]
