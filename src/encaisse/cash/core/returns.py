"""Returned debits: which payment of ours a bank takes back.

The bank repeats the end-to-end identification of the original, or the mandate of a direct debit
(camt.053 ``RtrInf``, CFONB120 B3/B4). With one of them and the amount, the original is certain if
there is only one; the amount alone is a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from encaisse.cash.core.book import Book
from encaisse.cash.core.records import Decision, Match, Receipt, Share, reason
from encaisse.cash.core.settling import THE_PAYMENT, pairs

REFUND_TIME = timedelta(days=400)
"""An unauthorised SEPA direct debit may be returned for 13 months."""


@dataclass(frozen=True, slots=True)
class Original:
    """A receipt that was applied; `shares` are what it settled, netted credit notes left aside.

    `by_person`: a person matched it, or a part of it.
    """

    receipt: int
    date: date
    amount: int
    currency: str
    end_to_end_id: str
    mandate_id: str
    customer: int | None
    shares: tuple[Share, ...]
    by_person: bool = False


class Originals:
    """Applied receipts that may still come back, by amount."""

    def __init__(self, known: Iterable[Original]) -> None:
        self._by_amount: dict[tuple[str, int], list[Original]] = {}
        for original in known:
            self.add(original)

    def add(self, original: Original) -> None:
        """One more receipt that was applied."""
        key = (original.currency, original.amount)
        self._by_amount.setdefault(key, []).append(original)

    def add_match(self, match: Match) -> None:
        """A receipt that this run applied."""
        one = match.receipt
        own = [pair for pair in pairs(match.shares) if pair.credit == THE_PAYMENT]
        self.add(
            Original(
                one.id, one.date, one.amount, one.currency, one.end_to_end_id, one.mandate_id,
                match.customer, tuple(Share(pair.debit, pair.amount) for pair in own),
            )
        )  # fmt: skip

    def remove(self, receipt: int, amount: int, currency: str) -> None:
        """A receipt that has come back: it cannot come back twice."""
        key = (currency, amount)
        self._by_amount[key] = [one for one in self._by_amount[key] if one.receipt != receipt]

    def of(self, returned: Receipt) -> list[Original]:
        """Receipts of the same amount that the returned one may take back."""
        return [
            one
            for one in self._by_amount.get((returned.currency, -returned.amount), ())
            if one.date <= returned.date <= one.date + REFUND_TIME
        ]


def decide_return(returned: Receipt, originals: Originals) -> Match:
    """Which receipt a returned one reverses; certain by identification and amount only."""
    same_amount = originals.of(returned)
    for code, fitting in (
        ("returned_by_end_to_end", _same(same_amount, "end_to_end_id", returned.end_to_end_id)),
        ("returned_by_mandate", _same(same_amount, "mandate_id", returned.mandate_id)),
    ):
        if len(fitting) == 1:
            return _reversal(returned, fitting[0], code, certain=not returned.holds)
    if len(same_amount) == 1:
        return _reversal(returned, same_amount[0], "returned_by_amount", certain=False)
    why = reason("returned_payment_unknown", count=len(same_amount))
    return Match(
        returned, Decision.LEFT, 0.0, residual=returned.amount, reasons=(why, *returned.holds)
    )


def give_back(found: Match, book: Book) -> None:
    """Open again what a reversed receipt had settled."""
    for share in found.shares:
        book.give_back(book.row_of[share.item], -share.amount)


def _same(originals: list[Original], name: str, wanted: str) -> list[Original]:
    return [one for one in originals if wanted and getattr(one, name) == wanted]


def _reversal(returned: Receipt, original: Original, code: str, *, certain: bool) -> Match:
    why = [reason(code, date=original.date.isoformat())]
    if original.by_person:
        why.append(reason("matched_by_a_person"))
        certain = False
    shares = tuple(Share(share.item, -share.amount) for share in original.shares)
    return Match(
        returned,
        Decision.APPLIED if certain else Decision.PROPOSED,
        0.999 if certain else 0.5,
        original.customer,
        shares,
        residual=returned.amount - sum(share.amount for share in shares),
        reasons=(*why, *returned.holds),
        reverses=original.receipt,
    )
