"""The rows that leave: items, allocations, and the entries that the ledger does not have yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from encaisse.kernel.money import Money
from encaisse.ledger.queries import items as item_queries
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Export:
    """Columns and rows: dates as dates, amounts as decimals in major units."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def items(company: Company, as_of: date) -> Export:
    """Every item known on a date with what is open on it."""
    columns = (
        "id", "customer", "number", "kind", "issue_date", "due_date", "due_date_source",
        "currency", "amount", "open_amount", "status", "label", "order_number", "origin",
    )  # fmt: skip
    rows = [
        (
            row.id, row.customer, row.number, row.kind, row.issue_date, row.due_date,
            row.due_date_source, row.currency, _major(row.amount, row.currency),
            _major(row.open_amount, row.currency), row.status, row.label, row.order_number,
            row.origin,
        )
        for row in item_queries.items(company, as_of, status="all")
    ]  # fmt: skip
    return Export(columns, rows)


def allocations(company: Company, as_of: date) -> Export:
    """Every allocation and reversal up to a date, in the order in which they were written."""
    columns = (
        "id", "date", "customer", "debit", "credit", "currency", "amount", "author",
        "decided_by", "reason", "reverses",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.date, c.code, d.number, k.number, a.currency, a.amount, a.author,
                   a.decided_by, a.reason, a.reverses_id
            FROM ledger_allocation a
            JOIN ledger_openitem d ON d.id = a.debit_id
            JOIN ledger_openitem k ON k.id = a.credit_id
            JOIN ledger_customer c ON c.id = d.customer_id
            WHERE a.company_id = %s AND a.date <= %s ORDER BY a.id
            """,
            [company.pk, as_of],
        )
        found = cursor.fetchall()
    rows = [(*row[:6], _major(row[6], row[5]), *row[7:]) for row in found]
    return Export(columns, rows)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that we booked from the bank and the ledger does not show yet."""

    number: str
    day: date
    customer: str
    name: str
    currency: str
    amount: int
    label: str
    is_settled: bool


def entries_to_book(company: Company, as_of: date) -> list[Receipt]:
    """What the accountant still has to enter, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.number, i.issue_date, c.code, c.name, i.currency, -i.amount, i.label,
                   b.open = 0
            FROM ledger_openitem i
            JOIN ledger_itembalance b ON b.item_id = i.id
            JOIN ledger_customer c ON c.id = i.customer_id
            WHERE i.company_id = %s AND i.origin = 'bank' AND i.issue_date <= %s
              AND NOT i.is_withdrawn
              AND NOT EXISTS (SELECT 1 FROM ledger_itemalias a WHERE a.item_id = i.id)
            ORDER BY i.issue_date, i.id
            """,
            [company.pk, as_of],
        )
        return [Receipt(*row) for row in cursor.fetchall()]


ENTRY_COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
"""The columns of article A47 A-1 of the Livre des procédures fiscales."""


def entry_lines(receipts: Sequence[Receipt]) -> Iterator[Sequence[str]]:
    """Two lines a receipt: the bank is debited, the customer credited."""
    for number, one in enumerate(receipts, start=1):
        day = f"{one.day:%Y%m%d}"
        amount = Money(one.amount, one.currency).plain.replace(".", ",")
        head = ("BQ", "Banque", f"ENC{number:06d}", day)
        tail = (one.number, day, one.label[:200] or one.name)
        end = ("", "", "", "", "" if one.currency == "EUR" else one.currency)
        yield (*head, "512000", "Banque", "", "", *tail, amount, "0,00", *end)
        yield (*head, "411000", "Clients", one.customer, one.name, *tail, "0,00", amount, *end)


def _major(minor: int, currency: str) -> Decimal:
    return Money(minor, currency).decimal
