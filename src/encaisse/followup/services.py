"""Record what people do and what customers said; find what became of promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.followup.core import promises as rules
from encaisse.followup.models import Dispute, Note, Promise, PromisedItem, PromiseState, Task
from encaisse.kernel.money import plain
from encaisse.ledger.models import Customer, ItemBalance, OpenItem
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class PromisedPart:
    """An item that was promised; `amount` in minor units, None for all that is open."""

    item: OpenItem
    amount: int | None = None


@transaction.atomic
def record_promise(
    customer: Customer,
    parts: Sequence[PromisedPart],
    *,
    promised: date,
    company: Company,
    actor: Actor,
    channel: str = "",
) -> Promise:
    """A customer will pay these items by a date; an earlier open promise for them is withdrawn.

    Refused: `promise_without_items`, `promise_in_the_past`, `promise_beyond_open`,
    `promise_of_another`, `promise_of_several_currencies`.
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    today = actor.today
    if not parts:
        raise Refused("promise_without_items", customer=customer.code)
    if promised < today:
        raise Refused("promise_in_the_past", date=promised, today=today)
    opened = _open_amounts(part.item.pk for part in parts)
    rows = [_promised(part, opened.get(part.item.pk, 0), customer) for part in parts]
    currencies = {part.item.currency for part in parts}
    if len(currencies) > 1:
        raise Refused("promise_of_several_currencies", known=", ".join(sorted(currencies)))
    _withdraw_earlier([row.item_id for row in rows], company=company, today=today)
    promise = Promise.objects.create(
        company=company,
        customer=customer,
        date=promised,
        awaited_until=rules.awaited_until(promised, customer.country),
        currency=currencies.pop(),
        channel=channel,
        recorded_on=today,
        recorded_by=actor.name,
    )
    for row in rows:
        row.promise, row.company = promise, company
    PromisedItem.objects.bulk_create(rows)
    audit.record(
        "followup.promise_recorded", actor=actor, company=company, subject=customer.code,
        promise=promise.pk, date=promised,
        items=[[row.item.number, plain(row.amount, promise.currency)] for row in rows],
    )  # fmt: skip
    return promise


def _promised(part: PromisedPart, opened: int, customer: Customer) -> PromisedItem:
    if part.item.customer_id != customer.pk:
        raise Refused("promise_of_another", number=part.item.number, customer=customer.code)
    amount = opened if part.amount is None else part.amount
    if not 0 < amount <= opened:
        raise Refused("promise_beyond_open", number=part.item.number,
                      open=plain(opened, part.item.currency))  # fmt: skip
    return PromisedItem(item=part.item, amount=amount, open_before=opened)


def _withdraw_earlier(item_ids: Sequence[int], *, company: Company, today: date) -> None:
    earlier = Promise.objects.filter(
        company=company, state=PromiseState.OPEN, items__item__in=item_ids
    )
    Promise.objects.filter(pk__in=earlier.values("pk")).update(
        state=PromiseState.WITHDRAWN, decided_on=today
    )


@transaction.atomic
def review_promises(company: Company, *, today: date, actor: Actor) -> dict[str, int]:
    """Find which open promises were kept or broken; a broken one opens a task.

    Returns how many of each; running it again changes nothing.
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    waiting = list(
        Promise.objects.filter(company=company, state=PromiseState.OPEN)
        .select_for_update(of=("self",))
        .select_related("customer")
        .order_by("pk")
    )
    items: dict[int, list[PromisedItem]] = {}
    for row in PromisedItem.objects.filter(promise__in=waiting):
        items.setdefault(row.promise_id, []).append(row)
    opened = _open_amounts(row.item_id for rows in items.values() for row in rows)
    found = {"kept": 0, "broken": 0}
    for promise in waiting:
        promised = [
            rules.Promised(row.open_before, row.amount, opened.get(row.item_id, 0))
            for row in items.get(promise.pk, [])
        ]
        state = rules.outcome(promised, promise.awaited_until, today)
        if state == PromiseState.OPEN:
            continue
        found[state] += 1
        _decide(promise, PromiseState(state), company=company, today=today, actor=actor)
    return found


def _decide(
    promise: Promise, state: PromiseState, *, company: Company, today: date, actor: Actor
) -> None:
    promise.state, promise.decided_on = state, today
    promise.save(update_fields=["state", "decided_on"])
    audit.record(
        f"followup.promise_{state}", actor=actor, company=company,
        subject=promise.customer.code, promise=promise.pk, date=promise.date,
    )  # fmt: skip
    if state == PromiseState.BROKEN:
        open_task(
            TaskFacts("promise_broken", str(promise.pk), promise.customer,
                      {"date": str(promise.date)}),
            company=company, today=today, actor=actor,
        )  # fmt: skip


def _open_amounts(item_ids: object) -> dict[int, int]:
    kept = ItemBalance.objects.filter(pk__in=list(item_ids))  # type: ignore[call-overload]
    return dict(kept.values_list("pk", "open"))


@transaction.atomic
def open_dispute(
    item: OpenItem,
    *,
    reason: str,
    company: Company,
    actor: Actor,
    amount: int | None = None,
) -> Dispute:
    """The customer objects to an item (of `amount` minor units, None for all that is open).

    An open dispute of the item takes the new reason and amount. Refused: `dispute_beyond_open`.
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    opened = _open_amounts([item.pk]).get(item.pk, 0)
    disputed = opened if amount is None else amount
    if not 0 < disputed <= opened:
        raise Refused("dispute_beyond_open", number=item.number,
                      open=plain(opened, item.currency))  # fmt: skip
    dispute, _ = Dispute.objects.update_or_create(
        item=item,
        closed_on=None,
        defaults={"reason": reason, "amount": disputed},
        create_defaults={
            "company": company, "reason": reason, "amount": disputed,
            "opened_on": actor.today, "opened_by": actor.name,
        },
    )  # fmt: skip
    audit.record(
        "followup.dispute_opened", actor=actor, company=company, subject=item.number,
        item=item.pk, reason=reason, amount=plain(disputed, item.currency),
    )  # fmt: skip
    return dispute


@transaction.atomic
def close_dispute(dispute: Dispute, *, outcome: str, company: Company, actor: Actor) -> Dispute:
    """The objection is settled, one way or the other. Refused: `dispute_closed`."""
    actor.require(Permission.FOLLOWUP_WRITE, company)
    locked = Dispute.objects.select_for_update().get(pk=dispute.pk, company=company)
    if locked.closed_on is not None:
        raise Refused("dispute_closed", date=locked.closed_on)
    locked.closed_on, locked.closed_by, locked.outcome = actor.today, actor.name, outcome[:200]
    locked.save(update_fields=["closed_on", "closed_by", "outcome"])
    audit.record(
        "followup.dispute_closed", actor=actor, company=company,
        subject=str(locked.item_id), outcome=outcome,
    )  # fmt: skip
    return locked


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task to open: ``task_<kind>`` of the catalogue with `facts`; one open task a key."""

    kind: str
    key: str
    customer: Customer | None
    facts: Mapping[str, object]
    in_days: int = 0


@transaction.atomic
def open_task(task: TaskFacts, *, company: Company, today: date, actor: Actor) -> Task:
    """A task for a person; one that stands open already takes the new facts and stays."""
    actor.require(Permission.FOLLOWUP_WRITE, company)
    found, is_new = Task.objects.get_or_create(
        company=company,
        kind=task.kind,
        key=task.key[:120],
        done_on=None,
        defaults={
            "customer": task.customer,
            "facts": dict(task.facts),
            "due_on": today + timedelta(days=task.in_days),
            "opened_on": today,
            "opened_by": actor.name,
        },
    )
    if is_new:
        subject = task.customer.code if task.customer else task.key
        audit.record("followup.task_opened", actor=actor, company=company, subject=subject,
                     kind=task.kind, task=found.pk)  # fmt: skip
    elif found.facts != dict(task.facts):
        found.facts = dict(task.facts)
        found.save(update_fields=["facts"])
    return found


@transaction.atomic
def open_tasks(tasks: Sequence[TaskFacts], *, company: Company, today: date, actor: Actor) -> int:
    """Open many tasks of one kind at once; those that stand open already stay as they are.

    One event tells them all. Returns how many are new.
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    before = Task.objects.filter(company=company, done_on=None).count()
    Task.objects.bulk_create(
        (
            Task(
                company=company, kind=task.kind, key=task.key[:120], customer=task.customer,
                facts=dict(task.facts), due_on=today + timedelta(days=task.in_days),
                opened_on=today, opened_by=actor.name,
            )
            for task in tasks
        ),
        batch_size=5_000,
        ignore_conflicts=True,
    )  # fmt: skip
    opened = Task.objects.filter(company=company, done_on=None).count() - before
    if opened:
        audit.record("followup.tasks_opened", actor=actor, company=company,
                     subject=tasks[0].kind, count=opened)  # fmt: skip
    return opened


@transaction.atomic
def finish_task(task: Task, *, outcome: str, company: Company, actor: Actor) -> Task:
    """The task is done. Refused: `task_done`."""
    actor.require(Permission.FOLLOWUP_WRITE, company)
    locked = Task.objects.select_for_update().get(pk=task.pk, company=company)
    if locked.done_on is not None:
        raise Refused("task_done", date=locked.done_on)
    locked.done_on, locked.done_by, locked.outcome = actor.today, actor.name, outcome
    locked.save(update_fields=["done_on", "done_by", "outcome"])
    audit.record("followup.task_done", actor=actor, company=company, subject=locked.key,
                 kind=locked.kind, outcome=outcome)  # fmt: skip
    return locked


@transaction.atomic
def write_note(
    customer: Customer, text: str, *, company: Company, actor: Actor, item: OpenItem | None = None
) -> Note:
    """Write something down about a customer. Refused: `note_empty`."""
    actor.require(Permission.FOLLOWUP_WRITE, company)
    if not text.strip():
        raise Refused("note_empty")
    note = Note.objects.create(
        company=company, customer=customer, item=item, text=text.strip(),
        author=actor.name, at=actor.at,
    )  # fmt: skip
    audit.record("followup.note_written", actor=actor, company=company, subject=customer.code)
    return note
