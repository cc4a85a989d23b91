"""Customers with what they owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from encaisse.ledger.models import Customer
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer and its balance in one currency (the company's where nothing is open)."""

    ref: str
    name: str
    siren: str
    segment: str
    head: str
    language: str
    email: str
    currency: str
    balance: int
    overdue: int
    oldest_days_late: int


def customers(
    company: Company, as_of: date, *, customer: Customer | None = None
) -> list[CustomerRow]:
    """Every customer by code, with its balance on that date."""
    relation = open_at(company, as_of)
    params = dict(relation.params) | {"own": company.currency, "one": customer and customer.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.code, c.name, c.siren, c.segment, coalesce(h.code, ''), c.language,
                   coalesce((SELECT e.email FROM ledger_contact e WHERE e.customer_id = c.id
                             AND e.email <> '' ORDER BY e.id LIMIT 1), ''),
                   coalesce(s.currency, %(own)s), coalesce(s.balance, 0)::bigint,
                   coalesce(s.overdue, 0)::bigint, coalesce(s.oldest, 0)
            FROM ledger_customer c
            LEFT JOIN ledger_customer h ON h.id = c.head_id
            LEFT JOIN (
                SELECT customer_id, currency, sum(open) AS balance,
                       sum(open) FILTER (WHERE amount >= 0 AND due_date < %(as_of)s) AS overdue,
                       max(%(as_of)s - due_date) FILTER (
                           WHERE amount >= 0 AND due_date < %(as_of)s) AS oldest
                FROM ({relation.sql}) o GROUP BY customer_id, currency
            ) s ON s.customer_id = c.id
            WHERE c.company_id = %(company)s
              AND (%(one)s::bigint IS NULL OR c.id = %(one)s)
            ORDER BY c.code, s.currency
            """,  # noqa: S608 - no value from outside
            params,
        )
        return [CustomerRow(*row) for row in cursor.fetchall()]
