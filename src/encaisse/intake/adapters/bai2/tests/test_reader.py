"""BAI2: our own sample, the control totals, and the real files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from encaisse.intake.adapters.bai2.movements import direction, funds_length
from encaisse.intake.adapters.bai2.reader import read, recognise
from encaisse.intake.adapters.tests.bank_fixtures import (
    codes,
    errors,
    fixtures,
    lines_of,
    needs_fixtures,
)
from encaisse.kernel.money import Money

SAMPLE = (Path(__file__).resolve().parents[1] / "samples" / "daily.bai").read_bytes()


def test_the_sample_adds_up() -> None:
    reading = read(SAMPLE)
    assert not reading.problems
    [statement] = reading.statements
    assert (statement.account, statement.currency) == ("0001234567", "USD")
    assert statement.opening is not None
    assert statement.closing is not None
    assert statement.opening.amount == Money(1000000, "USD")
    assert statement.closing.amount == Money(1171000, "USD")
    paid, wire, returned, fees = statement.lines
    assert paid.amount == Money(150000, "USD")
    assert paid.text == "ACH BREVAL WORKSHOP INV 2026/0412, LESS 2 PCT"
    assert (paid.value_date, paid.booking_date) == (date(2026, 11, 5), date(2026, 11, 3))
    assert (paid.bank_reference, dict(paid.extra)["customer_reference"]) == ("BK778", "CUST9")
    assert (wire.counterparty_name, wire.end_to_end_id) == ("HARBOUR LTD", "HARB-77")
    assert returned.is_return
    assert returned.amount == Money(-25000, "USD")
    assert returned.text == "DEPOSITED ITEM RETURNED"
    assert fees.amount == Money(-4000, "USD")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"16,195,50000", b"16,195,50001", "bai2_control_differs"),
        (b"49,", b"49,1", "bai2_control_differs"),
        (b"98,2", b"98,x2", "bai2_control_unreadable"),
        (b"16,165", b"16,099", "bai2_type_unknown"),
        (b"16,165,150000", b"16,165,15O000", "amount_unreadable"),
        (b",261103,2359", b",261301,2359", "date_unreadable"),
        (b"NORDICO,BREVBANK,1,", b"NORDICO,BREVBANK,4,", "bai2_group_status"),
        (b"02,NORDICO", b"16,NORDICO", "bai2_out_of_place"),
    ],
)
def test_what_does_not_agree_is_an_error(old: bytes, new: bytes, code: str) -> None:
    assert code in errors(read(SAMPLE.replace(old, new, 1)))


def test_a_missing_trailer_is_an_error() -> None:
    head, _, _ = SAMPLE.rpartition(b"99,")
    assert "bai2_trailer_missing" in errors(read(head))


def test_a_message_of_the_bank_is_shown_and_is_no_movement() -> None:
    content = SAMPLE.replace(b"16,698", b"16,890,,,,,CLOSED ON MONDAY/\n16,698")
    reading = read(content)
    assert "bai2_message" in codes(reading)
    assert len(lines_of(reading)) == 4


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        *(("108", 1), ("399", 1), ("409", -1), ("698", -1), ("720", 1), ("760", -1)),
        *(("930", 1), ("965", -1), ("010", None), ("890", None), ("905", None), ("1A8", None)),
    ],
)
def test_the_type_code_tells_the_direction(code: str, sign: int | None) -> None:
    assert direction(code) == sign


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        (["Z"], 1),
        (["S", "1", "2", "3"], 4),
        (["V", "261105", ""], 3),
        (["D", "2", "0", "5", "1", "6"], 6),
        (["D", "999999999"], 1),
        ([], 1),
    ],
)
def test_a_funds_type_takes_its_fields(fields: list[str], length: int) -> None:
    assert funds_length(fields, 0) == length


REAL = {  # statements, movements, errors
    "sample1.txt": (2, 17, set()),
    "sample2.txt": (5, 4, set()),
    "sample3.txt": (15, 26, set()),
    "sample4-continuations-newline-delimited.txt": (
        5,
        17,
        {"bai2_control_differs", "closing_balance_differs"},
    ),
    "sample5-issue113.txt": (5, 20, {"bai2_control_differs", "closing_balance_differs"}),
    "sample-parseError.txt": (0, 0, {"record_before_opening"}),
}


@needs_fixtures
@pytest.mark.parametrize(
    "path", fixtures("bai2/moov", "*.txt", "errors/*.txt"), ids=lambda path: path.name
)
def test_real_files(path: Path) -> None:
    content = path.read_bytes()
    reading = read(content)
    statements, movements, found = REAL[path.name]
    assert (len(reading.statements), len(lines_of(reading))) == (statements, movements)
    assert errors(reading) == found
    assert recognise(content) is (path.name != "sample-parseError.txt")
