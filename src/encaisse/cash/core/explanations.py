"""An explanation: which items a receipt would pay, what is left over, and why one thinks so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from encaisse.cash.core.book import Book
from encaisse.cash.core.records import Reason, Share, Treatment
from encaisse.cash.core.subset import Composition


@dataclass(frozen=True, slots=True)
class Explanation:
    """`shares` are (row, amount); `certain`: nothing but a veto keeps it from being applied."""

    shares: tuple[tuple[int, int], ...]
    reasons: tuple[Reason, ...]
    certain: bool = False
    confidence: float = 0.0
    residual: int = 0
    treatment: Treatment = Treatment.NONE
    learn: bool = False

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that it settles or reduces."""
        return tuple(row for row, _ in self.shares)

    def doubted(self, *reasons: Reason, confidence: float) -> Explanation:
        """The same explanation, no longer certain, with the reasons added."""
        return replace(
            self,
            reasons=(*self.reasons, *reasons),
            certain=False,
            confidence=min(self.confidence, confidence),
            learn=False,
        )

    def items(self, book: Book) -> tuple[Share, ...]:
        """Its shares by the items' ids."""
        return tuple(Share(book.ids[row], amount) for row, amount in self.shares)


def whole(
    book: Book, rows: Iterable[int], *reasons: Reason, certain: bool, confidence: float
) -> Explanation:
    """Every row settled in full."""
    shares = tuple((row, book.amount[row]) for row in sorted(rows, key=book.age))
    return Explanation(shares, reasons, certain, confidence)


def filled(book: Book, rows: Iterable[int], amount: int, *reasons: Reason) -> Explanation:
    """Credit notes netted first, then the oldest items paid until the money is used up.

    The order is that of article 1342-10 of the Code civil: without a word of the debtor, the
    oldest debt due first. What is left over is an overpayment; an item paid in part is a
    partial payment. Never certain.
    """
    ordered = sorted(rows, key=book.age)
    credits_ = [row for row in ordered if book.amount[row] < 0]
    debits = [row for row in ordered if book.amount[row] > 0]
    left = amount
    shares: list[tuple[int, int]] = []
    if sum(book.amount[row] for row in debits) > 0:
        for row in credits_:
            shares.append((row, book.amount[row]))
            left -= book.amount[row]
    partial = False
    for row in debits:
        share = min(left, book.amount[row])
        if share <= 0:
            break
        partial = partial or share < book.amount[row]
        shares.append((row, share))
        left -= share
    treatment = Treatment.PARTIAL if partial else Treatment.NONE
    if left:
        treatment = Treatment.OVERPAYMENT
    return Explanation(tuple(shares), reasons, False, 0.3, left, treatment)


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows chosen for a composition; `clear`: no other rows of these amounts would differ."""

    rows: tuple[int, ...]
    clear: bool
    other: tuple[int, ...] = ()  # the same amounts, otherwise chosen


def choose(book: Book, rows: Sequence[int], composition: Composition) -> Choice:
    """The oldest rows that have the amounts of a composition."""
    chosen: list[int] = []
    other: list[int] = []
    clear = True
    for amount, times in composition:
        fitting = sorted((row for row in rows if book.amount[row] == amount), key=book.age)
        chosen.extend(fitting[:times])
        if all(book.is_same(fitting[0], row) for row in fitting):
            other.extend(fitting[:times])
        else:
            clear = clear and times == len(fitting)
            other.extend(fitting[-times:])
    return Choice(tuple(chosen), clear, () if clear else tuple(other))
