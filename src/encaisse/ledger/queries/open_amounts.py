"""What is open, on any date: the one place that says so.

Today's open amount is kept beside the item (`ItemBalance`). A past date's is today's with every
later allocation given back, so that a page of last month costs what has happened since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from encaisse.teams.models import Company

_KEPT = """
    SELECT item_id, company_id, customer_id, currency, issue_date, due_date, amount, open
    FROM ledger_itembalance
    WHERE company_id = %(company)s AND issue_date <= %(as_of)s AND open <> 0
"""

_AT = """
    SELECT b.item_id, b.company_id, b.customer_id, b.currency, b.issue_date, b.due_date,
           b.amount, b.open + coalesce(later.change, 0) AS open
    FROM ledger_itembalance b
    LEFT JOIN (
        SELECT item_id, sum(change) AS change FROM (
            SELECT debit_id AS item_id, amount AS change FROM ledger_allocation
            WHERE company_id = %(company)s AND date > %(as_of)s
            UNION ALL
            SELECT credit_id, -amount FROM ledger_allocation
            WHERE company_id = %(company)s AND date > %(as_of)s
        ) sides GROUP BY item_id
    ) later ON later.item_id = b.item_id
    WHERE b.company_id = %(company)s AND b.issue_date <= %(as_of)s
      AND b.open + coalesce(later.change, 0) <> 0
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A sub-select of open amounts with its parameters, for use inside a larger query.

    Columns: item_id, company_id, customer_id, currency, issue_date, due_date, amount, open (≠ 0).
    """

    sql: str
    params: dict[str, Any]


def open_at(company: Company, as_of: date) -> Relation:
    """The items open on that date, with what was open on them."""
    params = {"company": company.pk, "as_of": as_of}
    return Relation(_AT if _has_later_allocations(company, as_of) else _KEPT, params)


def _has_later_allocations(company: Company, as_of: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM ledger_allocation WHERE company_id = %s AND date > %s)",
            [company.pk, as_of],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
