"""Hand queued messages to their channels: nothing lost, nothing sent twice.

A message is written down as `sending`, and that is committed, before its hand-over begins.
Whatever kills the program after that leaves the trace: the next run finds the message `sending`
and, since nobody can know whether it left, makes it `uncertain` for a person. It is never sent
again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError, connection, transaction

from encaisse.audit import services as audit
from encaisse.delivery.adapters.channel import Channel, Outcome, Parcel, Receipt
from encaisse.delivery.adapters.letter_folder import LetterFolder
from encaisse.delivery.adapters.sink import Sink
from encaisse.delivery.adapters.smtp.channel import BadUrl, Server, SmtpChannel
from encaisse.delivery.core.email import domain_of
from encaisse.delivery.models import RUN_LOCK, Attempt, Direction, Message, Status
from encaisse.delivery.queries.messages import content_of
from encaisse.delivery.queries.parties import sender_of, smtp_url_of
from encaisse.followup import services as followup
from encaisse.followup.services import TaskFacts
from encaisse.ledger.models import ItemBalance
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20
"""A message deferred so often has failed."""

DOWN_IN_A_ROW = 2
"""After so many parcels that found the channel down the rest waits for another run."""


@dataclass(slots=True)
class HandOver:
    """What a run did: ids of messages by what became of them."""

    sent: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    uncertain: list[int] = field(default_factory=list)
    interrupted: list[int] = field(default_factory=list)
    """Found from an earlier run that did not end; now uncertain."""
    outdated: list[int] = field(default_factory=list)
    """Cancelled: of an earlier day, or what is open has changed since. To be planned anew."""


def hand_over(
    company: Company, *, today: date, actor: Actor, only: list[int] | None = None
) -> HandOver:
    """Hand over every queued message of a company, or `only` these ids.

    What an interrupted run left queued leaves too, if it is still true: a message of an earlier
    day, or one whose items' open amounts have changed, is cancelled instead.

    Must not run inside a transaction: each message is committed by itself, so that one that
    fails never takes another with it. Waits for a run of the same company that is under way.
    Refused: `bad_smtp_url`.
    """
    actor.require(Permission.DELIVERY_SEND, company)
    report = HandOver()
    with _only_run(company):
        report.interrupted = _find_interrupted(company, today=today, actor=actor)
        for name in ("email", "letter", "registered_letter"):
            waiting = _waiting(company, name, only)
            if waiting:
                _batch(waiting, _channel(company, name), report, today=today, actor=actor)
    return report


def _batch(
    waiting: list[int], channel: Channel, report: HandOver, *, today: date, actor: Actor
) -> None:
    down = 0
    with channel:
        for pk in waiting:
            receipt = _hand_over_one(pk, channel, report, today=today, actor=actor)
            down = down + 1 if receipt is not None and receipt.is_down else 0
            if down >= DOWN_IN_A_ROW:
                break


def _hand_over_one(
    pk: int, channel: Channel, report: HandOver, *, today: date, actor: Actor
) -> Receipt | None:
    message = Message.objects.select_related("company", "customer").get(pk=pk)
    if reason := _outdated(message, today):
        _cancel(message, reason, report, actor=actor)
        return None
    try:
        content = content_of(message)
    except (OSError, ObjectDoesNotExist) as error:
        receipt = Receipt(Outcome.REFUSED, f"the archive has no bytes: {error}")
        _conclude(message, receipt, report, today=today, actor=actor)
        return receipt
    if not _mark_sending(message):
        return None  # cancelled or held meanwhile
    receipt = _deliver(channel, _parcel(message, content))
    _conclude(message, receipt, report, today=today, actor=actor)
    return receipt


def _deliver(channel: Channel, parcel: Parcel) -> Receipt:
    """A channel never raises; should one do it, nobody knows what has left."""
    try:
        return channel.deliver(parcel)
    except Exception as error:
        log.exception("the channel failed with %s", parcel.key)
        return Receipt(Outcome.UNCERTAIN, f"{type(error).__name__}: {error}")


def _outdated(message: Message, today: date) -> str:
    """Why a queued message must not leave any more; empty when it may.

    What it claims is what is open at this moment, whatever delayed it.
    """
    if message.day < today:
        return f"made on {message.day}"
    if not message.is_claim:
        return ""
    claimed = {item["item"]: item["open_amount"] for item in message.items if "item" in item}
    opened = ItemBalance.objects.filter(item_id__in=claimed).values_list("item_id", "open")
    changed = [pk for pk, amount in opened if claimed[pk] != amount]
    return f"what is open has changed: {changed[0]}" if changed else ""


@transaction.atomic(durable=True)
def _cancel(message: Message, reason: str, report: HandOver, *, actor: Actor) -> None:
    queued = Message.objects.filter(pk=message.pk, status=Status.QUEUED)
    if queued.update(status=Status.CANCELLED):
        message.status = Status.CANCELLED
        report.outdated.append(message.pk)
        _tell(message, "outdated", reason, actor=actor)


def _mark_sending(message: Message) -> bool:
    """Committed before anything leaves: durable means no outer transaction may undo it."""
    with transaction.atomic(durable=True):
        queued = Message.objects.filter(pk=message.pk, status=Status.QUEUED)
        return queued.update(status=Status.SENDING) == 1


@transaction.atomic(durable=True)
def _conclude(
    message: Message, receipt: Receipt, report: HandOver, *, today: date, actor: Actor
) -> None:
    """Write down what became of it."""
    message.attempts += 1
    deferred = receipt.outcome is Outcome.DEFERRED
    if receipt.outcome is Outcome.ACCEPTED:
        message.status, message.at = Status.SENT, actor.at
        report.sent.append(message.pk)
    elif deferred and message.attempts < MOST_ATTEMPTS:
        message.status = Status.QUEUED
        report.deferred.append(message.pk)
    elif receipt.outcome is Outcome.UNCERTAIN:
        message.status = Status.UNCERTAIN
        report.uncertain.append(message.pk)
        _ask_person(message, today=today, actor=actor)
    else:
        message.status = Status.FAILED
        report.failed.append(message.pk)
    message.save(update_fields=["status", "at", "attempts"])
    _tell(message, receipt.outcome, receipt.detail, actor=actor)


def _find_interrupted(company: Company, *, today: date, actor: Actor) -> list[int]:
    """What a run that died left behind. Called under the run's lock: no live run can own it."""
    found = []
    with transaction.atomic(durable=True):
        left = Message.objects.filter(company=company, status=Status.SENDING)
        for message in left.select_related("customer", "company").order_by("id"):
            message.status = Status.UNCERTAIN
            message.attempts += 1
            message.save(update_fields=["status", "attempts"])
            _ask_person(message, today=today, actor=actor)
            _tell(message, "interrupted", "the program stopped during the hand-over", actor=actor)
            found.append(message.pk)
    return found


def _ask_person(message: Message, *, today: date, actor: Actor) -> None:
    facts = {"message": message.pk, "to": message.recipient.splitlines()[0] if message.recipient
             else "", "subject": message.subject, "channel": message.channel}  # fmt: skip
    task = TaskFacts("message_uncertain", str(message.pk), message.customer, facts)
    followup.open_task(task, company=message.company, today=today, actor=actor)


def _tell(message: Message, outcome: str, detail: str, *, actor: Actor) -> None:
    Attempt.objects.create(
        company=message.company, message=message, at=actor.at, outcome=outcome,
        detail=detail[:500], by=actor.name,
    )  # fmt: skip
    audit.record(
        f"delivery.message_{message.status}", actor=actor, company=message.company,
        subject=message.customer.code if message.customer else "", message=message.pk,
        outcome=outcome, detail=detail[:200],
    )  # fmt: skip


def _parcel(message: Message, content: bytes) -> Parcel:
    key = message.message_id.strip("<>")
    if message.channel != "email":
        key = f"{message.reference}-{key[:8]}"
    return Parcel(key, message.sender, message.recipient, content)


def _waiting(company: Company, channel: str, only: list[int] | None) -> list[int]:
    found = Message.objects.filter(
        company=company, channel=channel, status=Status.QUEUED, direction=Direction.OUT
    )
    if only is not None:
        found = found.filter(pk__in=only)
    return list(found.order_by("id").values_list("pk", flat=True))


def _channel(company: Company, name: str) -> Channel:
    home = Path(settings.HOME)
    if name != "email":
        return LetterFolder(home, company.code)
    url = smtp_url_of(company)
    if not url:
        return Sink(home, company.code)
    try:
        server = Server.read(url)
    except BadUrl as error:
        raise Refused("bad_smtp_url", reason=error) from error
    return SmtpChannel(server, name=domain_of(sender_of(company)))


@contextmanager
def _only_run(company: Company) -> Iterator[None]:
    """Hold the company's run lock. It belongs to the connection: a killed program frees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [RUN_LOCK, company.pk])
    try:
        yield
    finally:
        _unlock(company)


def _unlock(company: Company) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCK, company.pk])
    except (OperationalError, InterfaceError):
        connection.close()  # the server has freed it already, or will when it sees this go
