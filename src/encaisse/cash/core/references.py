"""What a receipt names: items by their numbers, customers by their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from encaisse.cash.core import structured, tokens
from encaisse.cash.core.book import Book
from encaisse.cash.core.records import Receipt


@dataclass(frozen=True, slots=True)
class Mention:
    """One token of the text and the rows it may mean; `strong` if it names them alone."""

    token: str
    rows: tuple[int, ...]
    strong: bool
    checked: bool = False  # a creditor reference with valid check digits


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a receipt's texts name. `customers` are named by their codes."""

    mentions: tuple[Mention, ...] = ()
    customers: tuple[int, ...] = ()
    fields: tuple[tuple[str, ...], ...] = field(default=(), repr=False)  # chunks of each text


def read(receipt: Receipt, book: Book) -> Reading:
    """The strong mentions of a receipt, found in the whole ledger."""
    mentions: dict[str, Mention] = {}
    customers: dict[int, None] = {}
    texts = (*receipt.structured, receipt.end_to_end_id, *receipt.texts)
    for text in texts:
        for body in structured.bodies(text):
            _open_reference(body, book, mentions, customers)
    fields = tuple(tuple(tokens.chunks(text)) for text in texts if text)
    for parts in fields:
        for token in _strong_tokens(parts, book, customers):
            rows = tuple(book.named(token))
            mentions.setdefault(token, Mention(token, rows, strong=True))
    return Reading(_without_repeats(mentions), tuple(customers), fields)


def _open_reference(
    body: str, book: Book, mentions: dict[str, Mention], customers: dict[int, None]
) -> None:
    bare = body.lstrip("0")
    for token in (body, bare):
        if rows := tuple(book.named(token)):
            mentions[token] = Mention(token, rows, strong=True, checked=True)
            return
        owner = book.customer_coded(token)
        if owner is not None:
            customers[owner] = None
            return


def _strong_tokens(parts: Sequence[str], book: Book, customers: dict[int, None]) -> list[str]:
    """Longest runs first; a chunk that belongs to one number is not read again in another."""
    used = [False] * len(parts)
    found: list[tuple[int, str]] = []
    for start, end, token in tokens.runs(list(parts)):
        if len(token) < tokens.STRONG_LENGTH or any(used[start:end]):
            continue
        for variant in tokens.variants(token):
            if not tokens.is_strong(variant):
                continue
            owner = book.customer_coded(variant)
            if book.named(variant):
                found.append((start, variant))
            elif owner is not None:
                customers[owner] = None
            else:
                continue
            used[start:end] = [True] * (end - start)
            break
    return [token for _, token in sorted(found)]


def _without_repeats(mentions: dict[str, Mention]) -> tuple[Mention, ...]:
    """One mention for each set of rows: the same number told twice is named once."""
    by_rows: dict[tuple[int, ...], Mention] = {}
    for mention in mentions.values():
        known = by_rows.get(mention.rows)
        if known is None or (mention.checked and not known.checked):
            by_rows[mention.rows] = mention
    return tuple(by_rows.values())


def read_within(reading: Reading, group: int, book: Book) -> tuple[Mention, ...]:
    """Every mention of a known payer's own items, short numbers included.

    A strong token keeps its strength; its rows outside the group fall away.
    """
    found: dict[tuple[int, ...], Mention] = {}
    for mention in reading.mentions:
        rows = tuple(row for row in mention.rows if book.group(row) == group)
        if rows:
            found[rows] = Mention(mention.token, rows, mention.strong, mention.checked)
    for parts in reading.fields:
        used = [False] * len(parts)
        for start, end, token in tokens.runs(list(parts)):
            if any(used[start:end]):
                continue
            for variant in tokens.variants(token):
                rows = tuple(book.named_in(group, variant))
                if rows:
                    strong = tokens.is_strong(variant)
                    found.setdefault(rows, Mention(variant, rows, strong))
                    used[start:end] = [True] * (end - start)
                    break
    return tuple(found.values())


def strong_tokens(receipt: Receipt) -> set[str]:
    """Every token of a receipt's texts that could name an item alone, known or not."""
    texts = (*receipt.structured, receipt.end_to_end_id, *receipt.texts)
    return {
        variant
        for text in texts
        for *_, token in tokens.runs(tokens.chunks(text))
        for variant in tokens.variants(token)
        if tokens.is_strong(variant)
    }
