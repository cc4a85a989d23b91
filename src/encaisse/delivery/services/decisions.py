"""What people decide about messages: uncertain ones, held ones, ones that must not leave."""

from __future__ import annotations

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.delivery.models import Attempt, Message, Status
from encaisse.followup import services as followup
from encaisse.followup.models import Task
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@transaction.atomic
def decide_uncertain(
    message: Message, *, was_sent: bool, company: Company, actor: Actor
) -> Message:
    """A person found out whether an interrupted message left; if not, it is queued again.

    Refused: `not_uncertain`.
    """
    actor.require(Permission.DELIVERY_SEND, company)
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk, company=company)
    if locked.status != Status.UNCERTAIN:
        raise Refused("not_uncertain", status=locked.status)
    status = Status.SENT if was_sent else Status.QUEUED
    _move(locked, status, "confirmed" if was_sent else "denied", actor=actor)
    task = Task.objects.filter(
        company=company, kind="message_uncertain", key=str(locked.pk), done_on=None
    ).first()
    if task is not None:
        followup.finish_task(task, outcome=status.value, company=company, actor=actor)
    return locked


@transaction.atomic
def cancel_message(message: Message, *, company: Company, actor: Actor) -> Message:
    """A held or queued message will not leave. Refused: `not_cancellable`."""
    actor.require(Permission.DELIVERY_SEND, company)
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk, company=company)
    if locked.status == Status.CANCELLED:
        return locked
    if locked.status not in (Status.HELD, Status.QUEUED):
        raise Refused("not_cancellable", status=locked.status)
    _move(locked, Status.CANCELLED, "cancelled", actor=actor)
    return locked


@transaction.atomic
def release_held(company: Company, *, actor: Actor) -> int:
    """Queue every held message; returns how many."""
    actor.require(Permission.DELIVERY_SEND, company)
    held = list(Message.objects.select_for_update().filter(company=company, status=Status.HELD))
    for message in held:
        _move(message, Status.QUEUED, "released", actor=actor)
    return len(held)


@transaction.atomic
def record_bounce(message: Message, *, detail: str, company: Company, actor: Actor) -> Message:
    """A sent message came back as undeliverable. Telling it twice changes nothing."""
    actor.require(Permission.DELIVERY_SEND, company)
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk, company=company)
    if locked.status in (Status.SENT, Status.DELIVERED, Status.UNCERTAIN):
        _move(locked, Status.BOUNCED, "bounced", actor=actor, detail=detail)
    return locked


def _move(
    message: Message, status: Status, outcome: str, *, actor: Actor, detail: str = ""
) -> None:
    message.status = status
    message.save(update_fields=["status"])
    Attempt.objects.create(
        company_id=message.company_id, message=message, at=actor.at, outcome=outcome,
        detail=detail[:500], by=actor.name,
    )  # fmt: skip
    audit.record(
        f"delivery.message_{status}", actor=actor, company=message.company,
        subject=message.customer.code if message.customer else "", message=message.pk,
        outcome=outcome,
    )  # fmt: skip
