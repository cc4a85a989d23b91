"""One customer's notices of a plan, checked again and queued, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from encaisse.audit import services as audit
from encaisse.delivery.core.records import Notice as LetterNotice
from encaisse.dunning.core import planner
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import FORMAL_LEVEL, WORK, Channel, Release, Scenario, Step
from encaisse.dunning.models import ItemStep, Notice, NoticeState, Plan, StepState
from encaisse.dunning.queries import facts as facts_queries
from encaisse.dunning.services import composing, outbox
from encaisse.followup import services as followup
from encaisse.followup.services import TaskFacts
from encaisse.kernel.calendar import SendWindow
from encaisse.kernel.money import plain
from encaisse.ledger.models import Customer, ItemBalance, OpenItem
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

ItemRow = dict[str, Any]


@dataclass(frozen=True)
class Recheck:
    """The facts of a batch of customers, read when the batch begins."""

    company: Company
    today: date
    actor: Actor
    releases: tuple[Release, ...]
    customers: list[int]

    @cached_property
    def facts(self) -> Facts:
        """The facts of these customers now."""
        return facts_queries.facts(self.company, self.today, customers=self.customers)

    @cached_property
    def decided(self) -> planner.DayPlan:
        """What may leave for these customers now."""
        return planner.plan(self.facts)

    @cached_property
    def notices(self) -> dict[int, list[dict[str, Any]]]:
        """What may leave now, by customer."""
        return _by_customer(self.decided.notices)

    @cached_property
    def withheld(self) -> dict[int, list[dict[str, Any]]]:
        """What may not, by customer."""
        return _by_customer(self.decided.withheld)

    @cached_property
    def opened(self) -> dict[int, dict[int, int]]:
        """The open amounts that the decision rests on, by customer and item."""
        found: dict[int, dict[int, int]] = {}
        columns = self.facts.items.select("customer", "item", "open_amount")
        for customer, item, amount in columns.iter_rows():
            found.setdefault(customer, {})[item] = amount
        return found

    def still_true(self, customer: int) -> bool:
        """False when a payment or an invoice came in since the facts were read."""
        known = ItemBalance.objects.filter(
            company=self.company, customer=customer, issue_date__lte=self.today
        ).exclude(open=0)
        return dict(known.values_list("pk", "open")) == self.opened.get(customer, {})

    def of(self, customer: int) -> Recheck:
        """The same for one customer alone, read anew."""
        return Recheck(self.company, self.today, self.actor, self.releases, [customer])


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice whose message is queued, or whose task is open."""

    message_id: int
    is_message: bool


@dataclass
class Result:
    """What happened to one customer's notices."""

    sent: list[SentNotice] = field(default_factory=list)
    withheld: list[dict[str, str]] = field(default_factory=list)


def send_customer(plan: Plan, customer_id: int, recheck: Recheck) -> Result:
    """Queue what may leave, at the amounts open now; write down what may not and why."""
    customer = Customer.objects.select_for_update(no_key=True).get(
        pk=customer_id, company=recheck.company
    )
    planned = list(
        Notice.objects.filter(
            plan=plan, customer=customer, state=NoticeState.PLANNED,
            release__in=[one.value for one in recheck.releases],
        )
        .select_for_update()
        .order_by("pk")
    )  # fmt: skip
    if not recheck.still_true(customer_id):
        recheck = recheck.of(customer_id)
    result = Result()
    ready = [one for notice in planned if (one := _rechecked(notice, recheck, customer, result))]
    if ready:
        _queue(ready, recheck, customer, result)
    return result


@dataclass(frozen=True, slots=True)
class Ready:
    """A planned notice with what it may claim now."""

    notice: Notice
    scenario: Scenario
    step: Step
    items: list[ItemRow]

    @property
    def is_work(self) -> bool:
        """Opens a task instead of writing to the customer."""
        return self.notice.channel in WORK


def _rechecked(
    notice: Notice, recheck: Recheck, customer: Customer, result: Result
) -> Ready | None:
    """The notice at today's amounts, or None with the gate written down."""
    fresh = next(
        (
            one
            for one in recheck.notices.get(notice.customer_id, [])
            if (one["channel"], one["currency"], one["scenario"])
            == (notice.channel, notice.currency, notice.scenario)
        ),
        None,
    )
    approved = {(one["item"], one["step"]) for one in notice.items}
    items = [
        one for one in (fresh["items"] if fresh else [])
        if (one["item"], one["step"]) in approved
    ]  # fmt: skip
    dropped = approved - {(one["item"], one["step"]) for one in items}
    for item, step in sorted(dropped):
        gate = _gate_of(item, step, notice, recheck)
        result.withheld.append({"customer": customer.code, "item": gate[1], "gate": gate[0]})
    if not items:
        _withhold(notice, recheck, dropped)
        return None
    scenario = recheck.facts.scenarios[notice.scenario]
    step = max((scenario.step(one["step"]) for one in items), key=scenario.steps.index)
    closed = _closed_now(notice, step, scenario, items, customer, recheck)
    if closed:
        result.withheld += [
            {"customer": customer.code, "item": one["number"], "gate": closed} for one in items
        ]
        if closed != "calendar":  # the same notice may leave once the window opens
            notice.state, notice.outcome = NoticeState.WITHHELD, {"code": closed}
            notice.save(update_fields=["state", "outcome"])
        return None
    return Ready(notice, scenario, step, items)


def _gate_of(item: int, step: str, notice: Notice, recheck: Recheck) -> tuple[str, str]:
    """(the gate that holds the item now, its number)."""
    number = next(str(one["number"]) for one in notice.items if one["item"] == item)
    for one in recheck.withheld.get(notice.customer_id, []):
        if one["item"] == item and one["step"] == step:
            return str(one["gate"]), number
    opened = recheck.opened.get(notice.customer_id, {})
    is_thanks = next(one["open_amount"] == 0 for one in notice.items if one["item"] == item)
    if item not in opened and not is_thanks:
        return "settled", number
    return "held", number  # its position has moved on: to be planned anew


def _withhold(notice: Notice, recheck: Recheck, dropped: set[tuple[int, str]]) -> None:
    gates = {str(item): _gate_of(item, step, notice, recheck)[0] for item, step in sorted(dropped)}
    notice.state = NoticeState.WITHHELD
    notice.outcome = {"code": "gates", "gates": gates}
    notice.save(update_fields=["state", "outcome"])


def _closed_now(
    notice: Notice, step: Step, scenario: Scenario, items: list[ItemRow],
    customer: Customer, recheck: Recheck,
) -> str:  # fmt: skip
    """A gate that only the moment of sending knows; empty when there is none."""
    if notice.channel in WORK:
        return ""
    window = SendWindow(*scenario.window)
    if not window.holds(recheck.actor.at, customer.country):
        return "calendar"
    without_rate = any(one["interest"] is None for one in items)
    return "held" if step.level >= FORMAL_LEVEL and without_rate else ""


def _queue(ready: list[Ready], recheck: Recheck, customer: Customer, result: Result) -> None:
    documents = documents_of(ready, recheck, customer)
    messages: dict[tuple[int, str], list[int]] = {}
    first: dict[tuple[int, str], Ready] = {}
    for one in ready:
        number = _task(one, recheck, customer) if one.is_work else _message(
            one, recheck, customer, documents
        )  # fmt: skip
        result.sent.append(SentNotice(number, not one.is_work))
        for row in one.items:
            key = (row["item"], row["step"])
            first.setdefault(key, one)
            if not one.is_work:
                messages.setdefault(key, []).append(number)
        _mark_sent(one, number, recheck)
    ItemStep.objects.bulk_create(
        ItemStep(
            company=recheck.company, item_id=item, scenario=one.notice.scenario, step=step,
            level=one.scenario.step(step).level, day=recheck.today,
            is_contact=not one.is_work, notice=one.notice,
            state=StepState.DELIVERED if one.is_work else StepState.PENDING,
            message_ids=messages.get((item, step), []),
        )
        for (item, step), one in first.items()
    )  # fmt: skip
    audit.record(
        "dunning.notices_sent", actor=recheck.actor, company=recheck.company,
        subject=customer.code,
        notices=[
            {"notice": one.notice.pk, "step": one.notice.step, "channel": one.notice.channel,
             "message": one.notice.message_id, "currency": one.notice.currency,
             "total": plain(one.notice.total, one.notice.currency),
             "items": [[row["number"], row["step"]] for row in one.items]}
            for one in ready
        ],
    )  # fmt: skip


def documents_of(ready: list[Ready], recheck: Recheck, customer: Customer) -> dict[int, OpenItem]:
    """The documents that notices name, and the open credits that may lower them, by id."""
    wanted = {row["item"] for one in ready for row in one.items}
    credits = {item for item, amount in recheck.opened.get(customer.pk, {}).items() if amount < 0}
    return OpenItem.objects.in_bulk(wanted | credits)


def _message(
    one: Ready, recheck: Recheck, customer: Customer, documents: dict[int, OpenItem]
) -> int:
    return outbox.queue(
        outbox.Composed(written(one, recheck, customer, documents), Channel(one.notice.channel),
                        one.notice.scenario, one.step.code, one.notice.currency, one.items),
        customer=customer, company=recheck.company, actor=recheck.actor,
    )  # fmt: skip


def written(
    one: Ready, recheck: Recheck, customer: Customer, documents: dict[int, OpenItem]
) -> LetterNotice:
    """The notice as `delivery` sets it in words: what is queued, and what a preview shows."""
    notice = one.notice
    sheet = composing.Sheet(
        reference=f"{recheck.company.code}-{notice.plan_id}-{notice.pk}",
        customer=customer,
        step=one.step,
        email=notice.to if notice.channel == Channel.EMAIL else "",
        language=notice.language,
        currency=notice.currency,
        items=one.items,
        earlier=_earlier([row["item"] for row in one.items]),
        paid=sum(documents[row["item"]].amount for row in one.items),
    )
    return composing.compose(
        sheet, company=recheck.company, scenario=one.scenario, facts=recheck.facts,
        documents=documents,
    )  # fmt: skip


def _earlier(items: list[int]) -> tuple[date, ...]:
    """The days of the reminders that went before."""
    days = ItemStep.objects.filter(
        item__in=items, state=StepState.DELIVERED, is_contact=True, level__gte=1
    ).values_list("day", flat=True)
    return tuple(sorted(set(days)))


def _task(one: Ready, recheck: Recheck, customer: Customer) -> int:
    """The task of a call or an internal step; a second one adds to the first while it is open."""
    notice = one.notice
    total = sum(row["open_amount"] - row["credit"] for row in one.items)
    known = one.step.code if one.step.code in {"call", "handover"} else "step"
    task = followup.open_task(
        TaskFacts(
            known, f"{customer.code}:{notice.currency}", customer,
            {"step": one.step.code, "total": plain(total, notice.currency),
             "currency": notice.currency,
             "numbers": ", ".join(str(row["number"]) for row in one.items)},
        ),
        company=recheck.company, today=recheck.today, actor=recheck.actor,
    )  # fmt: skip
    return task.pk


def _mark_sent(one: Ready, number: int, recheck: Recheck) -> None:
    notice, items = one.notice, one.items
    notice.items, notice.step, notice.level = items, one.step.code, one.step.level
    notice.total = sum(row["open_amount"] - row["credit"] for row in items)
    notice.credit = sum(row["credit"] for row in items)
    told = [row["interest"] for row in items]
    notice.interest = None if None in told else sum(told)
    notice.indemnity = sum(row["indemnity"] for row in items)
    notice.state, notice.sent_on, notice.message_id = NoticeState.SENT, recheck.today, number
    notice.save()


def _by_customer(frame: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in frame.to_dicts():
        for item in row.get("items", []):
            item["due_date"] = item["due_date"].isoformat()
        found.setdefault(row["customer"], []).append(row)
    return found
