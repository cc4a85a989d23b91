"""Explanations by the payer and the amount alone, without a word about what is paid.

One single item of exactly this amount wins over sums. Otherwise the sum must have one explanation
only, counted over all subsets. Where there are so many items that some subset hits any amount by
accident, only a shape that payers really use (everything open, the oldest first) says something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, combinations

from encaisse.cash.core.book import Book
from encaisse.cash.core.explanations import Explanation, choose, whole
from encaisse.cash.core.records import Reason, Receipt, reason
from encaisse.cash.core.subset import Composition, Search, search

SMALL_SPACE = 256
"""Up to as many compositions (eight different items) a unique one needs no further proof."""
CHANCE_LIMIT = 0.005
"""A free subset is believed only if fewer accidental ones than this are expected."""
CROWDED = 0.5
"""From as many expected accidents, another subset no longer speaks against a plain shape."""
PLAIN_LENGTH = 4
"""A run of the oldest items is told apart from accidents from this length on."""
EQUAL_LENGTH = 3
"""From so many items, the oldest first is taken among items of equal amounts."""
TRIPLES_UP_TO = 200
"""Rows up to which triples are tried (1.3 million at the most, far less after pairs)."""


def by_amount(book: Book, customers: Sequence[int], receipt: Receipt) -> list[Explanation]:
    """Explanations of the amount from the open items of some customers, best first.

    Only the first can be certain. Items issued after the money came are not considered.
    """
    rows = [
        row
        for row in book.open_rows(customers, receipt.currency)
        if (issued := book.issue_date[row]) is None or issued <= receipt.date
    ]
    singles = [row for row in rows if book.amount[row] == receipt.amount]
    if singles:
        return _singles(book, singles)
    if len(rows) < 2:
        return []
    shapes = _shapes(book, rows, receipt.amount)
    found = search([book.amount[row] for row in rows], receipt.amount)
    if not found.proven:
        return _crowded(book, rows, shapes, receipt.amount)
    if not found.count:
        return []
    if found.count == 1:
        return _unique(book, rows, shapes, found)
    return _several(book, rows, shapes, found, receipt.amount)


def _singles(book: Book, singles: list[int]) -> list[Explanation]:
    first, *others = singles
    different = [row for row in others if not book.is_same(first, row)]
    why = reason("amount_of_one_item", number=book.number[first])
    best = whole(book, [first], why, certain=True, confidence=0.995)
    if not different:
        return [best]
    doubt = reason("amount_of_several_items", count=len(singles))
    rest = whole(book, [different[0]], why, certain=False, confidence=0.4)
    return [best.doubted(doubt, confidence=0.5), rest]


def _shapes(book: Book, rows: Sequence[int], amount: int) -> list[tuple[frozenset[int], Reason]]:
    """The plain ways to pay that give the amount: all open items, or the oldest of them."""
    found: dict[frozenset[int], Reason] = {}
    if sum(book.amount[row] for row in rows) == amount:
        found[frozenset(rows)] = reason("amount_of_all_open", count=len(rows))
    by_issue = sorted(rows, key=lambda row: (str(book.issue_date[row] or ""), book.age(row)))
    for ordered in (list(rows), by_issue):
        totals = accumulate(book.amount[row] for row in ordered)
        for count, total in enumerate(totals, start=1):
            if total == amount:
                why = reason("amount_of_oldest", count=count)
                found.setdefault(frozenset(ordered[:count]), why)
                break
    return list(found.items())


def _unique(
    book: Book,
    rows: Sequence[int],
    shapes: list[tuple[frozenset[int], Reason]],
    found: Search,
) -> list[Explanation]:
    choice = choose(book, rows, found.found[0])
    shape = dict(shapes).get(frozenset(choice.rows))
    why = shape or reason("amount_of_unique_sum", count=len(choice.rows))
    best = whole(book, choice.rows, why, certain=True, confidence=0.99)
    if not choice.clear:
        if shape is not None and len(choice.rows) >= EQUAL_LENGTH:
            return [replace(best, reasons=(why, reason("oldest_of_equal_amounts")))]
        other = whole(book, choice.other, why, certain=False, confidence=0.4)
        return [best.doubted(reason("equal_amounts_open"), confidence=0.5), other]
    if shape is None and found.space > SMALL_SPACE and found.by_chance > CHANCE_LIMIT:
        return [best.doubted(reason("sum_may_be_chance"), confidence=0.6)]
    return [best]


def _several(
    book: Book,
    rows: Sequence[int],
    shapes: list[tuple[frozenset[int], Reason]],
    found: Search,
    amount: int,
) -> list[Explanation]:
    if found.by_chance >= CROWDED and shapes:
        return _crowded(book, rows, shapes, amount)
    doubt = reason("several_sums", count=found.count)
    plain = [
        whole(book, chosen, why, certain=False, confidence=0.5).doubted(doubt, confidence=0.5)
        for chosen, why in shapes
    ]
    free = [_free(book, rows, composition, doubt) for composition in found.found]
    known = {frozenset(explanation.rows) for explanation in plain}
    return (plain + [one for one in free if frozenset(one.rows) not in known])[:2]


def _free(book: Book, rows: Sequence[int], composition: Composition, doubt: Reason) -> Explanation:
    chosen = choose(book, rows, composition).rows
    why = reason("amount_of_a_sum", count=len(chosen))
    return whole(book, chosen, why, doubt, certain=False, confidence=0.4)


def _crowded(
    book: Book,
    rows: Sequence[int],
    shapes: list[tuple[frozenset[int], Reason]],
    amount: int,
) -> list[Explanation]:
    """Among very many items: one plain shape, and no sum of two or three items beside it."""
    few = _few_items(book, rows, amount)
    explanations = [
        whole(book, chosen, why, certain=True, confidence=0.99) for chosen, why in shapes
    ]
    if few is not None and frozenset(few) not in dict(shapes):
        why = reason("amount_of_a_sum", count=len(few))
        explanations.append(whole(book, few, why, certain=False, confidence=0.3))
    if not explanations:
        return []
    best = explanations[0]
    if len(explanations) > 1:
        best = best.doubted(reason("several_sums", count=len(explanations)), confidence=0.5)
    elif len(best.rows) < PLAIN_LENGTH:
        best = best.doubted(reason("sum_may_be_chance"), confidence=0.5)
    return [best, *explanations[1:2]]


def _few_items(book: Book, rows: Sequence[int], amount: int) -> tuple[int, ...] | None:
    """Two or three rows that sum to the amount, if there are any."""
    last = {book.amount[row]: row for row in rows}
    for row in rows:
        other = last.get(amount - book.amount[row])
        if other is not None and other != row:
            return (row, other)
    if len(rows) > TRIPLES_UP_TO:
        return None
    for left, middle in combinations(rows, 2):
        right = last.get(amount - book.amount[left] - book.amount[middle])
        if right is not None and right not in (left, middle):
            return (left, middle, right)
    return None
