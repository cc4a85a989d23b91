"""The aged balance, of every customer or of all, on any date."""

from __future__ import annotations

from datetime import date

from django.db import connection

from encaisse.ledger.core.aging import AgedBalance, Buckets
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.teams.models import Company

NOTHING = Buckets()
"""Nobody owes anything."""

SUMS = """
    coalesce(sum(open) FILTER (WHERE amount < 0), 0)::bigint AS unapplied,
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND due_date >= %(as_of)s), 0)::bigint,
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(as_of)s - due_date BETWEEN 1 AND 30), 0)::bigint,
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(as_of)s - due_date BETWEEN 31 AND 60), 0)::bigint,
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(as_of)s - due_date BETWEEN 61 AND 90), 0)::bigint,
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(as_of)s - due_date > 90), 0)::bigint
"""  # noqa: E501 - one bucket a line reads best
"""Unapplied and the five buckets of a relation of open amounts."""


def by_customer(company: Company, as_of: date) -> list[AgedBalance]:
    """One row for each customer and currency with something open, by code."""
    relation = open_at(company, as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.code, s.* FROM (
                SELECT customer_id, currency, {SUMS} FROM ({relation.sql}) o
                GROUP BY customer_id, currency
            ) s JOIN ledger_customer c ON c.id = s.customer_id
            ORDER BY c.code, s.currency
            """,  # noqa: S608 - no value from outside
            relation.params,
        )
        return [_row(code, currency, sums) for code, _, currency, *sums in cursor.fetchall()]


def of_all(company: Company, as_of: date) -> list[AgedBalance]:
    """One row for each currency, without going through customers."""
    relation = open_at(company, as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT currency, {SUMS} FROM ({relation.sql}) o GROUP BY 1 ORDER BY 1",  # noqa: S608
            relation.params,
        )
        return [_row("", currency, sums) for currency, *sums in cursor.fetchall()]


def _row(ref: str, currency: str, sums: list[int]) -> AgedBalance:
    unapplied, *buckets = sums
    return AgedBalance(ref, currency, Buckets(*buckets), unapplied)
