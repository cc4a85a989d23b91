"""The customer lines of the real FEC among the fixtures, with its letters as the truth.

A few lines of reading of its own: `intake`, which reads every FEC, stands above this room.
"""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from encaisse.cash.core.book import Book
from encaisse.cash.core.records import CUSTOMERS, OPEN_ITEMS, Receipt, Source

BANK_JOURNALS = {"C1", "CIC"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is to be matched and the letters' answer: receipt → items."""

    book: Book
    receipts: list[Receipt]
    truth: dict[int, set[int]]
    same: dict[int, Hashable]
    letters: int


def fec_path() -> Path:
    """Where the file lies, present or not."""
    root = Path(os.environ.get("ENCAISSE_FIXTURES", "../shared/fixtures"))
    return root / "fec" / "111111111FEC20221231.TXT"


def load(path: Path) -> Ledger:
    """The 411 lines without their letters, and the letters apart."""
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in path.read_text(encoding="iso-8859-15").splitlines()[1:]
    ]
    lines = [(at, row) for at, row in enumerate(rows) if row[4].startswith("411")]
    people = sorted({(int(row[6]), row[6], row[7], int(row[6])) for _, row in lines})
    items, receipts = [], []
    letters: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    same: dict[int, Hashable] = {}
    for at, row in lines:
        amount = _cents(row[11]) - _cents(row[12])
        is_receipt = row[0] in BANK_JOURNALS and amount < 0
        if row[13]:
            letters.setdefault((row[6], row[13]), []).append((at, is_receipt))
        if is_receipt:
            receipts.append(_receipt(at, row, -amount))
        else:
            kind = "invoice" if amount > 0 else "credit_note"
            day = _day(row[3])
            items.append((at, int(row[6]), kind, row[8], "", day, day, "EUR", amount, False))
            same[at] = (row[6], row[8], row[3], amount)
    truth = {
        receipt: {at for at, is_receipt in group if not is_receipt}
        for group in letters.values()
        for receipt, is_receipt in group
        if is_receipt
    }
    book = Book(
        pl.DataFrame(items, schema=OPEN_ITEMS, orient="row"),
        pl.DataFrame(people, schema=CUSTOMERS, orient="row"),
    )
    return Ledger(book, receipts, truth, same, len(letters))


def _receipt(at: int, row: list[str], amount: int) -> Receipt:
    return Receipt(
        Source.LEDGER, at, _day(row[3]), amount, "EUR", (row[10], row[8]), customer=int(row[6])
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _cents(text: str) -> int:
    return int(text.replace(",", ""))
