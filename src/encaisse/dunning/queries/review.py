"""A plan as a person reviews it: page by page, however many notices it has."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum

from encaisse.dunning.models import Notice, Plan, Withheld
from encaisse.ledger.models import Customer
from encaisse.teams.models import Company

SUMMARY_LIMIT = 20_000
"""Plans with more notices show their total count only: grouping them would cost a whole scan."""


def plans(company: Company, *, limit: int = 30) -> list[Plan]:
    """The newest plans first."""
    return list(Plan.objects.filter(company=company).order_by("-day", "-id")[:limit])


def notices(plan: Plan, *, step: str = "", release: str = "") -> QuerySet[Notice]:
    """The notices of a plan with their customers; of one step or release when given."""
    found = Notice.objects.filter(company_id=plan.company_id, plan=plan).select_related("customer")
    if step:
        found = found.filter(step=step)
    return found.filter(release=release) if release else found


def is_waiting(plan: Plan) -> bool:
    """Whether something in the plan has not left yet."""
    return Notice.objects.filter(company_id=plan.company_id, plan=plan, state="planned").exists()


def by_step(plan: Plan) -> list[dict[str, Any]]:
    """step, channel, release, currency, notices, total: what the plan sends, by level."""
    if plan.notice_count > SUMMARY_LIMIT:
        return []
    rows = Notice.objects.filter(company_id=plan.company_id, plan=plan).values(
        "step", "level", "channel", "release", "currency"
    )
    rows_of_steps = rows.annotate(notices=Count("id"), amount=Sum("total"))
    return [dict(row) for row in rows_of_steps.order_by("level", "step")]


def withheld(plan: Plan, *, gate: str = "") -> QuerySet[Withheld]:
    """What a plan holds back, one row a customer and gate."""
    found = Withheld.objects.filter(company_id=plan.company_id, plan=plan)
    return found.filter(gate=gate) if gate else found


def withheld_by_gate(plan: Plan) -> list[tuple[str, int]]:
    """(gate, customers), the most frequent first."""
    if plan.withheld_count > SUMMARY_LIMIT * 5:
        return []
    rows = withheld(plan).values_list("gate").annotate(customers=Count("id"))
    return sorted(rows, key=lambda row: -row[1])


def customers_of(rows: list[Withheld]) -> dict[int, Customer]:
    """The customers of some withheld rows, by id."""
    return Customer.objects.in_bulk({row.customer_id for row in rows})
