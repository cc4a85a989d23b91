"""Numbers are found as whole tokens, however they are broken, and never inside others."""

from __future__ import annotations

import pytest

from encaisse.cash.core.references import read, read_within
from encaisse.cash.core.structured import bodies
from encaisse.cash.core.tokens import core, is_strong, runs, variants
from encaisse.cash.tests.worlds import MILL, book, item, receipt
from encaisse.kernel.references import rf_make

ROWS = [
    item(1, "FA-2026-0042", 10_000),
    item(2, "INV-0123", 20_000),
    item(3, "12", 30_000),
    item(4, "000781234", 40_000),
    item(5, "F7/88", 50_000, order="PO 4711-A9"),
]


def _numbers(text: str, *, own: bool = False, structured: tuple[str, ...] = ()) -> list[str]:
    ledger = book(ROWS)
    reading = read(receipt(1, text, structured=structured), ledger)
    mentions = read_within(reading, MILL, ledger) if own else reading.mentions
    return sorted(ledger.number[row] for mention in mentions for row in mention.rows)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("VIR FA-2026-0042 MERCI", ["FA-2026-0042"]),
        ("fa 2026 0042", ["FA-2026-0042"]),
        ("FA20260042", ["FA-2026-0042"]),
        ("facture 20260042", ["FA-2026-0042"]),
        ("FACTURE20260042", ["FA-2026-0042"]),
        ("20.260.042", ["FA-2026-0042"]),
        ("XFA20260042", []),
        ("FA202600421", []),
        ("INV0123", ["INV-0123"]),
        ("0123", []),
        ("N°781234", ["000781234"]),
        ("781234", ["000781234"]),
        ("000 781 234", ["000781234"]),
        ("CDE PO4711A9", ["F7/88"]),
        ("12", []),
        ("", []),
    ],
)
def test_strong_numbers_are_found_in_the_whole_ledger(text: str, numbers: list[str]) -> None:
    assert _numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", ["12"]),
        ("FACT12", ["12"]),
        ("FA 012", ["12"]),
        ("0123", ["INV-0123"]),
        ("112", []),
        ("F7 88", ["F7/88"]),
        ("FA-2026-0042 et 12", ["12", "FA-2026-0042"]),
    ],
)
def test_short_numbers_are_read_among_a_known_payers_items(text: str, numbers: list[str]) -> None:
    assert _numbers(text, own=True) == numbers


def test_a_creditor_reference_opens_with_valid_check_digits_only() -> None:
    good = rf_make("FA2026-0042")
    assert good == "RF83FA20260042"
    assert _numbers("", structured=("RF83 FA20 2600 42",)) == ["FA-2026-0042"]
    assert bodies("ref RF84FA20260042") == []


def test_the_longest_reading_consumes_its_chunks() -> None:
    rows = [item(1, "2026-10", 1), item(2, "10-4711", 1), item(3, "2026-10-4711", 1)]
    ledger = book(rows)
    reading = read(receipt(1, "2026 10 4711"), ledger)
    assert [mention.token for mention in reading.mentions] == ["2026104711"]


def test_token_shapes() -> None:
    assert core("FA0042") == "42"
    assert variants("FACT00042") == ("FACT00042", "42")
    assert is_strong("A1234")
    assert not is_strong("00042")
    assert not is_strong("MERCI")
    assert [token for *_, token in runs(["A", "B", "C"])] == ["ABC", "AB", "BC", "A", "B", "C"]
