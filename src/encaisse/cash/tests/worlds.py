"""Small books and receipts for tests: one line each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from encaisse.cash.core.book import Book
from encaisse.cash.core.decide import match
from encaisse.cash.core.records import CUSTOMERS, OPEN_ITEMS, Match, PayerIban, Receipt, Source

DAY = date(2026, 6, 30)
MILL, BAKER, BRANCH = 1, 2, 3
"""Two customers of their own, and a branch of the first."""
PEOPLE = [
    (MILL, "C00001", "Moulin des Deux Rives SAS", 1),
    (BAKER, "C00002", "Boulangerie Carpentier", 2),
    (BRANCH, "C00003", "Moulin des Deux Rives Sud", 1),
]
IBAN = "FR7630006000011234567890189"


def item(id: int, number: str, amount: int, **told: Any) -> tuple[Any, ...]:
    """A row of `OPEN_ITEMS`; amounts in cents, issued on the id-th day of the year."""
    issued = told.get("issued", date(2026, 1, 1) + timedelta(days=id))
    return (
        id,
        told.get("customer", MILL),
        told.get("kind", "invoice" if amount > 0 else "credit_note"),
        number,
        told.get("order", ""),
        issued,
        told.get("due", issued + timedelta(days=30)),
        told.get("currency", "EUR"),
        amount,
        told.get("disputed", False),
    )


def items(*amounts: int, customer: int = MILL, start: int = 1) -> list[tuple[Any, ...]]:
    """Items of some amounts under strong numbers FA2026-0001…, oldest first."""
    return [
        item(start + place, f"FA2026-{start + place:04d}", amount, customer=customer)
        for place, amount in enumerate(amounts)
    ]


def book(rows: Iterable[tuple[Any, ...]], people: Iterable[tuple[Any, ...]] = PEOPLE) -> Book:
    """A book of these rows."""
    return Book(
        pl.DataFrame(list(rows), schema=OPEN_ITEMS, orient="row"),
        pl.DataFrame(list(people), schema=CUSTOMERS, orient="row"),
    )


def receipt(amount: int, text: str = "", *, id: int = 1, **told: Any) -> Receipt:
    """A bank line with this text."""
    told.setdefault("source", Source.BANK)
    told.setdefault("date", DAY)
    told.setdefault("currency", "EUR")
    return Receipt(id=id, amount=amount, texts=(text,), **told)


def known(customer: int = MILL, iban: str = IBAN, times: int = 1) -> PayerIban:
    """An IBAN that the customer file declares."""
    return PayerIban(iban, customer, times, confirmed=True)


def decided(rows: Iterable[tuple[Any, ...]], one: Receipt, *ibans: PayerIban) -> Match:
    """What is decided about one receipt against these rows."""
    return match([one], book(rows), ibans)[0]
