"""The figures behind the measures: what is owed, sold and received, on any date.

Everything is in the company's own currency; other currencies stand in the aged balance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from encaisse.insights.core.measures import Month
from encaisse.kernel.terms import month_end
from encaisse.ledger.core.aging import AgedBalance, Buckets
from encaisse.ledger.queries import aging
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Received:
    """What customers paid in a week (its Monday), minor units."""

    week: date
    amount: int


def owed(company: Company, as_of: date) -> AgedBalance:
    """The aged balance in the company's currency."""
    rows = [row for row in aging.of_all(company, as_of) if row.currency == company.currency]
    return rows[0] if rows else AgedBalance("", company.currency, Buckets(), 0)


def sales_by_month(company: Company, as_of: date, *, months: int = 24) -> list[Month]:
    """Invoices, debit and credit notes by month of issue, newest first; the month of `as_of`
    counts up to that day."""
    first = _months_before(as_of, months - 1).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', issue_date)::date, sum(amount)::bigint
            FROM ledger_openitem
            WHERE company_id = %s AND currency = %s AND kind <> 'payment' AND NOT is_withdrawn
              AND origin <> 'elsewhere' AND NOT is_opening AND issue_date BETWEEN %s AND %s
            GROUP BY 1
            """,
            [company.pk, company.currency, first, as_of],
        )
        sold: dict[date, int] = dict(cursor.fetchall())
    starts = [_months_before(as_of, back).replace(day=1) for back in range(months)]
    return [Month(_days(start, as_of), sold.get(start, 0)) for start in starts]


def sales_between(company: Company, first: date, last: date) -> int:
    """Sales with VAT of a period, minor units."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(amount), 0)::bigint FROM ledger_openitem
            WHERE company_id = %s AND currency = %s AND kind <> 'payment' AND NOT is_withdrawn
              AND origin <> 'elsewhere' AND NOT is_opening AND issue_date BETWEEN %s AND %s
            """,
            [company.pk, company.currency, first, last],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def paid_late(company: Company, first: date, last: date) -> list[tuple[int, int]]:
    """(amount, days late) of what payments settled in a period, summed by days late."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT sum(a.amount)::bigint, a.date - d.due_date
            FROM ledger_allocation a
            JOIN ledger_openitem d ON d.id = a.debit_id
            JOIN ledger_openitem c ON c.id = a.credit_id
            WHERE a.company_id = %s AND a.currency = %s AND a.date BETWEEN %s AND %s
              AND c.kind = 'payment' AND d.kind = 'invoice'
            GROUP BY 2
            """,
            [company.pk, company.currency, first, last],
        )
        return [(amount, days) for amount, days in cursor.fetchall() if amount > 0]


def received_by_week(company: Company, as_of: date, *, weeks: int = 12) -> list[Received]:
    """Payments by week, oldest first; the week of `as_of` counts up to that day."""
    monday = as_of - timedelta(days=as_of.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('week', issue_date)::date, -sum(amount)::bigint
            FROM ledger_openitem
            WHERE company_id = %s AND currency = %s AND kind = 'payment' AND NOT is_withdrawn
              AND issue_date BETWEEN %s AND %s AND NOT is_opening
            GROUP BY 1
            """,
            [company.pk, company.currency, first, as_of],
        )
        found: dict[date, int] = dict(cursor.fetchall())
    mondays = [first + timedelta(weeks=place) for place in range(weeks)]
    return [Received(day, found.get(day, 0)) for day in mondays]


def month_ends(as_of: date, *, months: int = 12) -> list[date]:
    """The last days of the months before, and `as_of` itself, oldest first."""
    return [month_end(_months_before(as_of, back)) for back in range(months - 1, 0, -1)] + [as_of]


def _months_before(day: date, back: int) -> date:
    place = day.year * 12 + day.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def _days(start: date, as_of: date) -> int:
    return (min(month_end(start), as_of) - start).days + 1
