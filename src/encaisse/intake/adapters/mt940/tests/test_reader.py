"""Our own MT940 samples, and the corners of fields 61 and 86."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from encaisse.intake.adapters.mt940.movements import entry_date
from encaisse.intake.adapters.mt940.reader import read
from encaisse.intake.adapters.tests.bank_fixtures import codes, errors, lines_of
from encaisse.intake.core.bank import BankLineRecord, StatementKind
from encaisse.kernel.money import Money

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FRAME = """:20:X
:25:FR7630004008120001012345640
:28C:1/1
:60F:C261103EUR0,00
{lines}
:62F:{closing}
-
"""


def only(lines: str, closing: str) -> BankLineRecord:
    reading = read(FRAME.format(lines=lines, closing=closing).encode())
    assert not errors(reading)
    [line] = lines_of(reading)
    return line


def test_the_french_sample() -> None:
    reading = read((SAMPLES / "francais.sta").read_bytes())
    assert not reading.problems
    [statement] = reading.statements
    assert (statement.account, statement.identifier) == ("FR7630004008120001012345640", "00211/001")
    paid, returned, plain, fees = statement.lines
    assert paid.amount == Money(125430, "EUR")
    assert paid.text == "FACTURE FA2026-0412 MOINS AVOIR AV2026-0031"
    assert paid.counterparty_name == "ATELIERS BREVAL SARL"
    assert (paid.end_to_end_id, paid.bank_reference) == ("BREVAL-2026-1104", "BQ20261104A")
    assert returned.is_return
    assert (returned.return_reason, returned.mandate_id) == ("AM04", "MANDAT-0077")
    assert returned.counterparty_name == "GARAGE MORIN"
    assert (plain.text, plain.amount) == ("SOLDE DE TOUT COMPTE", Money(1000, "EUR"))
    assert (fees.value_date, fees.booking_date) == (date(2027, 1, 1), date(2026, 12, 31))


def test_the_german_sample() -> None:
    reading = read((SAMPLES / "allemand.sta").read_bytes())
    assert codes(reading) == {"value_date_clamped"}
    assert reading.statements[0].account == "50010517/5407324931"
    paid, returned = lines_of(reading)
    assert paid.text == "Rechnung 2026-117 abz. Skonto 2 Prozent"
    assert paid.counterparty_name == "Tischlerei Holm und Co Soehne GmbH"
    assert paid.counterparty_account == "DE12500105170648489890"
    assert paid.end_to_end_id == "KD-88-2026-03"
    assert returned.is_return
    assert returned.return_reason == "914"


def test_an_interim_report_is_told_apart() -> None:
    reading = read((SAMPLES / "interim.mt942").read_bytes())
    assert reading.format == "mt942"
    assert reading.statements[0].kind is StatementKind.INTERIM
    assert not reading.problems


def test_a_fragment_is_refused() -> None:
    assert errors(read((SAMPLES / "fragment.sta").read_bytes())) == {"mt940_fragment"}


@pytest.mark.parametrize(
    ("field", "minor"),
    [
        ("2611041104C1234,NTRFNONREF", 123400),
        ("261104C1234,5NTRFNONREF", 123450),
        ("2611041104CR0,05NTRFNONREF", 5),
        ("2611041104D7NTRFNONREF", -700),
        ("2611041104RC10,00NTRFNONREF", -1000),
        ("2611041104RD10,00NTRFNONREF", 1000),
        ("2611041104RCR10,00NTRFNONREF", -1000),
        ("2611041104CR000000000010,00NTRF", 1000),
    ],
)
def test_amounts_and_marks(field: str, minor: int) -> None:
    mark = "D" if minor < 0 else "C"
    whole, cents = divmod(abs(minor), 100)
    line = only(f":61:{field}", f"{mark}261104EUR{whole},{cents:02d}")
    assert line.amount.minor == minor
    assert line.is_return is (field[10:11] == "R" or "RC1" in field or "RD1" in field)


def test_an_expected_movement_is_no_money() -> None:
    line = only(":61:2611041104EC10,00NTRFNONREF", "C261104EUR0,00")
    assert line.is_pending


def test_a_closing_balance_that_does_not_add_up_is_an_error() -> None:
    text = FRAME.format(lines=":61:261104C10,NTRFX", closing="C261104EUR10,01")
    [problem] = read(text.encode()).problems
    assert problem.code == "closing_balance_differs"
    assert problem.facts["difference"] == "0.01"


@pytest.mark.parametrize(
    ("written", "valued", "expected"),
    [
        ("1231", date(2027, 1, 1), date(2026, 12, 31)),
        ("0102", date(2026, 12, 31), date(2027, 1, 2)),
        ("0229", date(2024, 3, 1), date(2024, 2, 29)),
        ("0229", date(2025, 3, 1), date(2024, 2, 29)),
        ("1340", date(2026, 3, 1), None),
    ],
)
def test_the_year_of_an_entry_date(written: str, valued: date, expected: date | None) -> None:
    assert entry_date(written, valued) == expected


def test_half_a_time_of_day_is_no_field() -> None:
    line = only(
        ":61:2611041104C1,00NTRFNONREF\n:86:PAIEMENT 12-09-2014T16\n:26:37 SUITE", "C261104EUR1,00"
    )
    assert line.text == "PAIEMENT 12-09-2014T16 :26:37 SUITE"
