"""Explanations by what the text names: the named items must sum exactly to the amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from encaisse.cash.core.book import Book
from encaisse.cash.core.explanations import Explanation, choose, filled, whole
from encaisse.cash.core.records import Receipt, Treatment, reason
from encaisse.cash.core.references import Mention
from encaisse.cash.core.subset import search


@dataclass(frozen=True, slots=True)
class Named:
    """What the mentions of one group amount to.

    `exact`: explanations that sum exactly, best first. `near`: the best one that does not.
    `settled`: every named item was paid already. `strong`: some strong number is named.
    """

    exact: tuple[Explanation, ...] = ()
    near: Explanation | None = None
    strong: bool = False
    settled: bool = False


def by_reference(book: Book, mentions: Sequence[Mention], receipt: Receipt) -> Named:
    """Explain a receipt by the items that its text names, all of one group.

    A strong number that names one open item must be paid; of several instalments under one
    number, and of short numbers that may be something else, the subset must be unique.
    """
    open_mentions = [
        (mention, rows)
        for mention in mentions
        if (rows := [row for row in mention.rows if _fits(book, row, receipt)])
    ]
    strong = any(mention.strong for mention, _ in open_mentions)
    if not open_mentions:
        settled = [m for m in mentions if m.strong and not any(map(book.is_open, m.rows))]
        return Named(strong=bool(settled), settled=bool(settled))
    required = {rows[0] for mention, rows in open_mentions if mention.strong and len(rows) == 1}
    optional = sorted({row for _, rows in open_mentions for row in rows} - required, key=book.age)
    exact = _exact(book, open_mentions, required, optional, receipt.amount)
    if exact:
        return Named(tuple(exact), None, strong)
    named = required or {row for mention, rows in open_mentions for row in rows if mention.strong}
    near = _near(book, named or set(optional), open_mentions, receipt.amount)
    return Named((), near, strong)


def _fits(book: Book, row: int, receipt: Receipt) -> bool:
    return book.is_open(row) and book.currency[row] == receipt.currency


def _tokens(mentions: Sequence[tuple[Mention, list[int]]], rows: Sequence[int]) -> str:
    told = [mention.token for mention, found in mentions if set(found) & set(rows)]
    return ", ".join(told[:8]) + (", …" if len(told) > 8 else "")


def _exact(
    book: Book,
    mentions: Sequence[tuple[Mention, list[int]]],
    required: set[int],
    optional: list[int],
    amount: int,
) -> list[Explanation]:
    rest = amount - sum(book.amount[row] for row in required)
    if not optional:
        choices = [(tuple(required), True)] if rest == 0 and required else []
        count = len(choices)
    else:
        found = search([book.amount[row] for row in optional], rest)
        if not found.proven:
            return []
        choices = [
            ((*required, *choice.rows), choice.clear)
            for composition in found.found
            if (choice := choose(book, optional, composition)).rows or required
        ]
        count = found.count
    explanations = []
    for rows, clear in choices[:2]:
        explanations.append(_named_exactly(book, mentions, rows, clear=clear and count == 1))
    if count > 1 and explanations:
        doubt = reason("several_sums", count=count)
        explanations[0] = explanations[0].doubted(doubt, confidence=0.6)
    return explanations


def _named_exactly(
    book: Book, mentions: Sequence[tuple[Mention, list[int]]], rows: Sequence[int], *, clear: bool
) -> Explanation:
    checked = any(mention.checked and set(found) & set(rows) for mention, found in mentions)
    code = "structured_reference_exact" if checked else "references_exact"
    why = reason(code, numbers=_tokens(mentions, rows), count=len(rows))
    best = whole(book, rows, why, certain=clear, confidence=0.999 if clear else 0.6)
    missing = [
        mention.token
        for mention, found in mentions
        if mention.strong and not set(found) & set(rows)
    ]
    if missing:
        return best.doubted(reason("reference_not_covered", number=missing[0]), confidence=0.5)
    if not clear:
        return best.doubted(reason("equal_amounts_open"), confidence=0.6)
    strong = any(mention.strong and set(found) & set(rows) for mention, found in mentions)
    return replace(best, learn=strong)


def _near(
    book: Book,
    named: set[int],
    mentions: Sequence[tuple[Mention, list[int]]],
    amount: int,
) -> Explanation:
    """Named items that are worth more or less than the money."""
    numbers = _tokens(mentions, tuple(named))
    total = sum(book.amount[row] for row in named)
    code = "references_worth_more" if total > amount else "references_worth_less"
    found = filled(book, named, amount, reason(code, numbers=numbers))
    if found.treatment is Treatment.NONE:
        return replace(found, treatment=Treatment.PARTIAL)
    return found
