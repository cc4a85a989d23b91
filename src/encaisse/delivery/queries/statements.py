"""A customer's account statement out of the ledger, with the balance every other page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from encaisse.delivery.core.email import document_reference
from encaisse.delivery.core.records import Addressee, Ledger, Movement, Purpose, Statement
from encaisse.delivery.queries.parties import addressee_of, creditor_of
from encaisse.ledger.models import Customer
from encaisse.ledger.queries.aging import SUMS
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.teams.models import Company

QUIET_DAYS = 90
"""How far back a statement without open items goes."""

LONGEST_DAYS = 400
MOST_LINES = 150
"""Older movements are folded into the opening balance."""

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")


@dataclass
class _Book:
    opening: int = 0
    movements: list[Movement] = field(default_factory=list)
    buckets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    unapplied: int = 0


def statement_of(
    customer: Customer,
    as_of: date,
    *,
    company: Company,
    addressee: Addressee | None = None,
    since: date | None = None,
) -> Statement:
    """Movements since the oldest open document, and what is open on `as_of`, by currency.

    The closing balance is the aged balance of that day. Where a group's customers settle each
    other's items, a line of its own says so.
    """
    start = since or _start(company, customer, as_of)
    books: dict[str, _Book] = {}
    _take_openings(books, customer, start)
    _take_movements(books, customer, start, as_of)
    _take_ages(books, company, customer, as_of)
    return Statement(
        as_of=as_of,
        since=start,
        reference=document_reference(Purpose.STATEMENT, as_of.isoformat(), customer.code),
        creditor=creditor_of(company),
        addressee=addressee or addressee_of(customer),
        ledgers=tuple(_ledger(code, books[code], as_of) for code in sorted(books)),
    )


def _start(company: Company, customer: Customer, as_of: date) -> date:
    relation = open_at(company, as_of)
    rows = _rows(
        f"SELECT min(issue_date) FROM ({relation.sql}) o WHERE customer_id = %(customer)s",  # noqa: S608 - no value from outside
        {**relation.params, "customer": customer.pk},
    )
    oldest = rows[0][0] or as_of - timedelta(days=QUIET_DAYS)
    return max(oldest, as_of - timedelta(days=LONGEST_DAYS))


def _take_openings(books: dict[str, _Book], customer: Customer, start: date) -> None:
    rows = _rows(
        """
        SELECT currency, sum(amount)::bigint FROM ledger_openitem
        WHERE customer_id = %(customer)s AND NOT is_withdrawn AND issue_date < %(start)s
        GROUP BY currency HAVING sum(amount) <> 0
        """,
        {"customer": customer.pk, "start": start},
    )
    for currency, opening in rows:
        books.setdefault(currency, _Book()).opening = opening


def _take_movements(books: dict[str, _Book], customer: Customer, start: date, as_of: date) -> None:
    rows = _rows(
        """
        SELECT currency, issue_date, kind, number, due_date, amount FROM ledger_openitem
        WHERE customer_id = %(customer)s AND NOT is_withdrawn AND amount <> 0
          AND issue_date BETWEEN %(start)s AND %(as_of)s
        ORDER BY issue_date, amount DESC, number, id
        """,
        {"customer": customer.pk, "start": start, "as_of": as_of},
    )
    for currency, day, kind, number, due, amount in rows:
        books.setdefault(currency, _Book()).movements.append(
            Movement(day, kind, number, due if amount > 0 else None,
                     debit=max(amount, 0), credit=max(-amount, 0))
        )  # fmt: skip
    for book in books.values():
        folded, book.movements = book.movements[:-MOST_LINES], book.movements[-MOST_LINES:]
        book.opening += sum(line.debit - line.credit for line in folded)


def _take_ages(books: dict[str, _Book], company: Company, customer: Customer, as_of: date) -> None:
    relation = open_at(company, as_of)
    rows = _rows(
        f"SELECT currency, {SUMS} FROM ({relation.sql}) o "  # noqa: S608 - no value from outside
        "WHERE customer_id = %(customer)s GROUP BY currency",
        {**relation.params, "customer": customer.pk},
    )
    for currency, unapplied, *buckets in rows:
        book = books.setdefault(currency, _Book())
        book.unapplied, book.buckets = unapplied, dict(zip(BUCKETS, buckets, strict=True))


def _ledger(currency: str, book: _Book, as_of: date) -> Ledger:
    told = book.opening + sum(line.debit - line.credit for line in book.movements)
    settled_in_group = sum(book.buckets.values()) + book.unapplied - told
    if settled_in_group:
        book.movements.append(
            Movement(as_of, "transfer", "", debit=max(settled_in_group, 0),
                     credit=max(-settled_in_group, 0))
        )  # fmt: skip
    return Ledger(currency, book.opening, tuple(book.movements), book.buckets, book.unapplied)


def _rows(query: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
