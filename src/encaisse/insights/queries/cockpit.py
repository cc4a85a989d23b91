"""What the cockpit shows: the kept picture of the day, and who to turn to first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from encaisse.followup import queries as followup
from encaisse.followup.models import PromisedItem, PromiseState, Task
from encaisse.insights.models import Picture
from encaisse.ledger.models import CustomerBalance
from encaisse.ledger.queries import lists
from encaisse.teams.models import Company

WORKLIST = 15
ORDERS = ("amount", "age", "tasks")


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A customer to turn to, with what is open to do and how it has been paying."""

    balance: CustomerBalance
    task: Task | None
    habit: Sequence[float]


def latest_picture(company: Company, today: date) -> dict[str, Any] | None:
    """The newest picture up to this day; None before the first one."""
    found = Picture.objects.filter(company=company, as_of__lte=today).order_by("-as_of").first()
    return {"as_of": found.as_of, **found.data} if found else None


def trend(company: Company, code: str, today: date, *, days: int = 90) -> list[float]:
    """A measure over the last pictures, oldest first."""
    pictures = Picture.objects.filter(
        company=company, as_of__gt=today - timedelta(days), as_of__lte=today
    ).order_by("as_of")
    values = pictures.values_list(f"data__measures__{code}__value", flat=True)
    return [float(value) for value in values if value is not None]


def worklist(company: Company, today: date, *, order: str) -> list[WorkRow]:
    """Who to turn to today: most overdue, longest overdue, or with the most urgent task."""
    if order == "tasks":
        tasks = list(followup.open_tasks(company).filter(customer__isnull=False)[:60])
        chosen = list(dict.fromkeys(task.customer_id for task in tasks))[:WORKLIST]
        balances = _balances(company).filter(customer_id__in=chosen)
        places = {customer: place for place, customer in enumerate(chosen)}
        rows = sorted(balances, key=lambda one: places[one.customer_id])[:WORKLIST]
    else:
        late = _balances(company).filter(overdue__gt=0)
        by = late.order_by("oldest_due") if order == "age" else late.order_by("-overdue")
        rows = list(by[:WORKLIST])
    return _with_work(company, rows, today)


def promised_within(company: Company, today: date, *, days: int = 7) -> tuple[int, int]:
    """How many promises fall due within so many days, and their amount in minor units."""
    due = PromisedItem.objects.filter(
        company=company,
        promise__state=PromiseState.OPEN,
        promise__date__lte=today + timedelta(days),
        promise__currency=company.currency,
    )
    amounts = list(due.values_list("promise_id", "amount"))
    return len({promise for promise, _ in amounts}), sum(amount for _, amount in amounts)


def disputed(company: Company) -> tuple[int, int]:
    """How many disputes are open, and their amount in the company's currency."""
    found = followup.open_disputes(company).filter(item__currency=company.currency)
    amounts = list(found.values_list("amount", flat=True))
    return len(amounts), sum(amounts)


def _balances(company: Company) -> Any:
    return CustomerBalance.objects.filter(company=company).select_related("customer")


def _with_work(company: Company, rows: list[CustomerBalance], today: date) -> list[WorkRow]:
    customers = [row.customer_id for row in rows]
    tasks: dict[int, Task] = {}
    for task in followup.open_tasks(company).filter(customer_id__in=customers):
        if task.customer_id is not None:
            tasks.setdefault(task.customer_id, task)
    habits = lists.payment_habits(company, customers, today - timedelta(days=365))
    return [
        WorkRow(
            row,
            tasks.get(row.customer_id),
            [month["days"] for month in habits.get(row.customer_id, [])],
        )
        for row in rows
    ]
