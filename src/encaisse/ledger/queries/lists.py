"""Lists as pages show them: by key, from the kept balances, however many items there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from encaisse.kernel.references import number_key, search_key
from encaisse.ledger.models import Customer, CustomerBalance, ItemBalance, OpenItem
from encaisse.teams.models import Company

AGES = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")
"""The buckets of the aged balance, youngest first."""
_LATE = {"d1_30": (1, 30), "d31_60": (31, 60), "d61_90": (61, 90), "d90_plus": (91, 10_000)}
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Totals:
    """What all customers owe in one currency, from the kept balances. Minor units."""

    currency: str
    as_of: date | None
    customers: int
    open_items: int
    balance: int
    unapplied: int
    overdue: int
    ages: tuple[int, ...]


def totals(company: Company) -> list[Totals]:
    """One row a currency, the company's own first."""
    sums = {name: Sum(name) for name in ("balance", "unapplied", "overdue", "open_items", *AGES)}
    rows: Any = (  # the stubs lose the columns of an unpacked annotation
        CustomerBalance.objects.filter(company=company)
        .values("currency", "as_of")
        .annotate(
            customers=Count("customer_id"), **{f"all_{key}": one for key, one in sums.items()}
        )
    )
    found = [
        Totals(
            row["currency"], row["as_of"], row["customers"], row["all_open_items"],
            row["all_balance"], row["all_unapplied"], row["all_overdue"],
            tuple(row[f"all_{age}"] for age in AGES),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.currency != company.currency, one.currency))


def balances(
    company: Company, *, words: str = "", overdue: bool = False
) -> QuerySet[CustomerBalance]:
    """Kept balances with their customers; those whose code or name contains the words."""
    found = CustomerBalance.objects.filter(
        company=company, customer__company=company
    ).select_related("customer")
    if overdue:
        found = found.filter(overdue__gt=0)
    if key := search_key(words):
        found = found.filter(customer__search_key__contains=key)
    return found


def customers_like(company: Company, words: str) -> QuerySet[Customer]:
    """Customers whose code or name contains the words, whether they owe something or not."""
    key = search_key(words)
    found = Customer.objects.filter(company=company)
    return found.filter(search_key__contains=key) if key else found


def open_items(company: Company, today: date, *, age: str = "") -> QuerySet[ItemBalance]:
    """What is open, with item and customer; of one age when given."""
    found = (
        ItemBalance.objects.filter(~Q(open=0), company=company)
        .select_related("item", "customer")
    )  # fmt: skip
    if age == "not_due":
        return found.filter(due_date__gte=today, amount__gte=0)
    if age == "credit":
        return found.filter(amount__lt=0)
    if age == "overdue":
        return found.filter(due_date__lt=today, amount__gte=0)
    if age in _LATE:
        least, most = _LATE[age]
        oldest, newest = today - timedelta(most), today - timedelta(least)
        return found.filter(due_date__range=(oldest, newest), amount__gte=0)
    return found


def items_numbered(company: Company, number: str) -> QuerySet[ItemBalance]:
    """Items of every state whose number starts so, ignoring separators; none for no number."""
    key = number_key(number)
    found = ItemBalance.objects.filter(
        company=company,
        item__company=company,
        item__is_withdrawn=False,
        item__search_key__gte=key,
        item__search_key__lt=key + _LAST,
    ).select_related("item", "customer")
    return found if key else found.none()


def open_of_customer(customer: Customer, *, limit: int = 300) -> list[ItemBalance]:
    """What is open of one customer, oldest due date first."""
    found = ItemBalance.objects.filter(
        ~Q(open=0), company_id=customer.company_id, customer=customer
    ).select_related("item")
    return list(found.order_by("due_date", "item_id")[:limit])


def settled_of_customer(customer: Customer, *, limit: int = 100) -> list[ItemBalance]:
    """What was settled of one customer, newest first."""
    found = OpenItem.objects.filter(
        company_id=customer.company_id, customer=customer, is_withdrawn=False, balance__open=0
    ).select_related("balance")
    balances = []
    for item in found.order_by("-issue_date", "-pk")[:limit]:
        item.balance.item = item
        balances.append(item.balance)
    return balances


def payment_habits(
    company: Company, customers: list[int], since: date
) -> dict[int, list[dict[str, Any]]]:
    """Per customer and month: the average days from due date to payment, weighted by amount.

    Months without a payment are left out. Keys of each row: month, days.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.customer_id, date_trunc('month', a.date)::date,
                   (sum((a.date - i.due_date)::numeric * a.amount)
                    / nullif(sum(a.amount), 0))::float
            FROM ledger_openitem i JOIN ledger_allocation a ON a.debit_id = i.id
            WHERE i.customer_id = ANY (%s) AND i.company_id = %s AND i.issue_date >= %s
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
            [customers, company.pk, since],
        )
        found: dict[int, list[dict[str, Any]]] = {}
        for customer, month, days in cursor.fetchall():
            found.setdefault(customer, []).append({"month": month, "days": days or 0.0})
        return found


def days_late(due: date, today: date) -> int:
    """Whole days after the due date, 0 when not late."""
    return max((today - due).days, 0)
