"""Keep what pages read: each customer's aged balance of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

from encaisse.ledger.models import CustomerBalance
from encaisse.teams.models import Company

_FIGURES = """
    sum(open), coalesce(sum(open) FILTER (WHERE amount < 0), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND due_date >= %(today)s), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(today)s - due_date BETWEEN 1 AND 30), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(today)s - due_date BETWEEN 31 AND 60), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(today)s - due_date BETWEEN 61 AND 90), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND %(today)s - due_date > 90), 0),
    coalesce(sum(open) FILTER (WHERE amount >= 0 AND due_date < %(today)s), 0),
    min(due_date) FILTER (WHERE amount >= 0), count(*)
"""

_INSERT = f"""
    INSERT INTO ledger_customerbalance
        (company_id, customer_id, currency, as_of, balance, unapplied, not_due,
         d1_30, d31_60, d61_90, d90_plus, overdue, oldest_due, open_items)
    SELECT company_id, customer_id, currency, %(today)s, {_FIGURES}
    FROM ledger_itembalance
    WHERE company_id = %(company)s AND open <> 0 AND issue_date <= %(today)s
      AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY (%(customers)s))
    GROUP BY company_id, customer_id, currency
"""  # noqa: S608 - no value from outside


@transaction.atomic
def refresh(company: Company, *, today: date, customers: Iterable[int] | None = None) -> None:
    """Compute the kept balances anew: of these customers, or of all in one pass."""
    chosen = None if customers is None else sorted(set(customers))
    kept = CustomerBalance.objects.filter(company=company)
    with connection.cursor() as cursor:
        # One writer at a time; readers go on with what was kept before.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company.pk])
        (kept if chosen is None else kept.filter(customer_id__in=chosen)).delete()
        cursor.execute(_INSERT, {"company": company.pk, "today": today, "customers": chosen})


_LOCK = 0x62616C61  # "bala"


def refresh_of_items(
    item_ids: Iterable[int], *, company: Company, today: date, customers: Iterable[int] = ()
) -> None:
    """Compute the kept balances of the customers of these items, and of others, anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_id FROM ledger_itembalance WHERE item_id = ANY (%s)",
            [sorted(set(item_ids))],
        )
        chosen = {row[0] for row in cursor.fetchall()} | set(customers)
    if chosen:
        refresh(company, today=today, customers=chosen)


def refresh_if_older(company: Company, *, today: date) -> bool:
    """Bring the kept balances to today when the day has turned. True when there was work."""
    if not CustomerBalance.objects.filter(company=company).exclude(as_of=today).exists():
        return False
    refresh(company, today=today)
    return True
