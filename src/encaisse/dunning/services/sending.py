"""Carry a plan out: every gate once more, with fresh facts, one customer at a time.

Each customer is one transaction: its item steps are reserved and its messages queued together,
or neither. A customer that fails is listed and never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from encaisse.audit import services as audit
from encaisse.dunning.core.scenario import Release
from encaisse.dunning.models import Notice, NoticeState, Plan, PlanState
from encaisse.dunning.queries.freshness import Freshness, freshness
from encaisse.dunning.services import outbox, outcomes, plans
from encaisse.dunning.services.one_customer import Recheck, SentNotice, send_customer
from encaisse.followup import services as followup
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

CUSTOMERS_A_BATCH = 100
"""Facts are read afresh for so many customers at once: seconds old at most when they leave."""

log = logging.getLogger(__name__)


@dataclass
class SendReport:
    """What left (messages and tasks), what was held back by which gate, and what failed."""

    sent: int = 0
    waiting: int = 0
    """Queued messages that their channel could not take yet; they leave later if still true."""
    tasks: int = 0
    withheld: list[dict[str, str]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)


@dataclass
class DayReport:
    """What the day's automatic sending did."""

    plan: Plan
    planned: int
    sending: SendReport
    held: dict[str, int]
    freshness: Freshness


def send_plan(
    plan: Plan, *, company: Company, today: date, actor: Actor, accept_stale: bool = False
) -> SendReport:
    """Carry out a plan that a person approved. Refused: `plan_not_approved`, `stale_data`."""
    actor.require(Permission.DELIVERY_SEND, company)
    if not plan.is_approved:
        raise Refused("plan_not_approved", plan=plan.pk)
    stale = freshness(company, today).stale
    if stale and not accept_stale:
        feeds = ", ".join(f"{one.feed} {one.last}" for one in stale)
        raise Refused("stale_data", feeds=feeds)
    return _carry_out(plan, tuple(Release), company=company, today=today, actor=actor)


def carry_out_automatic(company: Company, *, today: date, actor: Actor) -> DayReport:
    """Draft, release and send what leaves by itself; the rest of the plan waits for a person.

    On stale data all of it waits (`held`), calls included: what they claim may be paid already.
    """
    actor.require(Permission.DELIVERY_SEND, company)
    followup.review_promises(company, today=today, actor=actor)
    drafted = plans.draft_plan(company, today=today, actor=actor)
    if drafted.plan is None:
        raise AssertionError("only a dry run has no plan")
    plan, fresh = drafted.plan, freshness(company, today)
    planned = plan.notices.filter(state=NoticeState.PLANNED)
    total = planned.count()
    automatic = planned.filter(release=Release.AUTOMATIC)
    held = {"held": planned.filter(release=Release.HELD).count()}
    report = SendReport()
    if fresh.stale:
        held["stale_data"] = automatic.count()
    else:
        report = _carry_out(plan, (Release.AUTOMATIC,), company=company, today=today, actor=actor)
    counts = {code: count for code, count in held.items() if count}
    return DayReport(plan, total, report, counts, fresh)


def _carry_out(
    plan: Plan,
    releases: Sequence[Release],
    *,
    company: Company,
    today: date,
    actor: Actor,
) -> SendReport:
    report = SendReport()
    left_over = outbox.hand_over(company=company, today=today, actor=actor)
    report.sent += len(left_over.sent)  # a run that was killed had queued them
    outcomes.collect(company, today=today, actor=actor)
    wanted = Notice.objects.filter(
        plan=plan, state=NoticeState.PLANNED, release__in=[one.value for one in releases]
    )
    customers = list(
        wanted.order_by("customer__code").values_list("customer_id", flat=True).distinct()
    )
    for batch in _batches(customers):
        recheck = Recheck(company, today, actor, tuple(releases), batch)
        done = [_safely(plan, customer, recheck, report) for customer in batch]
        handed = outbox.hand_over(company=company, today=today, actor=actor)
        report.sent += len(handed.sent)
        report.waiting += len(handed.deferred)
        report.failures += [
            {"customer": "", "code": "message_failed", "detail": str(one)} for one in handed.failed
        ]
        report.tasks += sum(not one.is_message for sent in done for one in sent)
    outcomes.collect(company, today=today, actor=actor)
    _close(plan, company=company, actor=actor, report=report)
    return report


def _batches(customers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(customers), CUSTOMERS_A_BATCH):
        yield customers[start : start + CUSTOMERS_A_BATCH]


def _safely(plan: Plan, customer: int, recheck: Recheck, report: SendReport) -> list[SentNotice]:
    """One customer; whatever goes wrong is written down and the others go on."""
    try:
        with transaction.atomic():
            result = send_customer(plan, customer, recheck)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == (
            "item_step_once"
        ):
            return []  # somebody else sent this very step meanwhile
        return _failed(plan, customer, error, report)
    except Exception as error:
        return _failed(plan, customer, error, report)
    report.withheld += result.withheld
    return result.sent


def _failed(plan: Plan, customer: int, error: Exception, report: SendReport) -> list[SentNotice]:
    if not isinstance(error, Refused):
        log.error("notice of customer %s failed", customer, exc_info=error)
    code = error.code if isinstance(error, Refused) else "sending_failed"
    outcome = {"code": code, "detail": f"{type(error).__name__}: {error}"[:300]}
    notices = Notice.objects.filter(plan=plan, customer=customer, state=NoticeState.PLANNED)
    name = notices.values_list("customer__code", flat=True).first() or str(customer)
    notices.update(state=NoticeState.FAILED, outcome=outcome)
    report.failures.append({"customer": name, **outcome})
    return []


@transaction.atomic
def _close(plan: Plan, *, company: Company, actor: Actor, report: SendReport) -> None:
    left = plan.notices.filter(state=NoticeState.PLANNED).exists()
    plan.state = PlanState.RELEASED if left else PlanState.CARRIED_OUT
    plan.carried_out_at = actor.at
    if plan.released_at is None:
        plan.released_at, plan.released_by = actor.at, actor.name
    plan.save(update_fields=["state", "carried_out_at", "released_at", "released_by"])
    audit.record(
        "dunning.plan_carried_out", actor=actor, company=company, subject=str(plan.pk),
        day=plan.day, sent=report.sent, tasks=report.tasks,
        withheld=len(report.withheld), failed=len(report.failures),
    )  # fmt: skip
