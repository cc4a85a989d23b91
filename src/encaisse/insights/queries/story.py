"""Everything that happened with one customer, in one list, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from encaisse.delivery.queries import messages as delivery
from encaisse.followup import queries as followup
from encaisse.kernel.moment import PARIS
from encaisse.ledger.models import Customer, ItemKind, OpenItem
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened; `kind` says which, `facts` what a sentence about it needs."""

    at: datetime
    kind: str  # payment, promise, dispute, task, note, message
    facts: dict[str, Any]


def of_customer(company: Company, customer: Customer, *, limit: int = 40) -> list[Told]:
    """Payments, promises, disputes, tasks, notes and messages; the newest of each, merged."""
    told = [
        *_payments(company, customer, limit),
        *_promises(company, customer),
        *_disputes(company, customer),
        *_tasks(company, customer),
        *_messages(company, customer, limit),
        *(
            Told(note.at, "note", {"text": note.text, "author": note.author})
            for note in followup.notes(company, customer)[:limit]
        ),
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)[:limit]


def _payments(company: Company, customer: Customer, limit: int) -> list[Told]:
    found = OpenItem.objects.filter(
        company=company, customer=customer, kind=ItemKind.PAYMENT, is_withdrawn=False
    ).order_by("-issue_date", "-id")[:limit]
    return [
        Told(
            _noon(one.issue_date),
            "payment",
            {"number": one.number, "amount": -one.amount, "currency": one.currency,
             "label": one.label, "item": one.pk},
        )
        for one in found
    ]  # fmt: skip


def _promises(company: Company, customer: Customer) -> list[Told]:
    return [
        Told(
            _noon(promise.recorded_on),
            "promise",
            {"date": promise.date, "state": promise.state, "currency": promise.currency,
             "amount": sum(part.amount for part in promise.items.all())},
        )
        for promise in followup.promises(company, customer=customer)
        .prefetch_related("items")
        .order_by("-recorded_on")[:20]
    ]  # fmt: skip


def _disputes(company: Company, customer: Customer) -> list[Told]:
    return [
        Told(
            _noon(dispute.opened_on),
            "dispute",
            {"number": dispute.item.number, "reason": dispute.reason, "amount": dispute.amount,
             "currency": dispute.item.currency},
        )
        for dispute in followup.open_disputes(company, customer=customer)
    ]  # fmt: skip


def _messages(company: Company, customer: Customer, limit: int) -> list[Told]:
    found = delivery.messages(company, customer=customer).order_by("-id")[:limit]
    return [
        Told(
            one.at,
            "message",
            {"subject": one.subject or one.reference, "step": one.step, "status": one.status,
             "channel": one.channel, "id": one.pk},
        )
        for one in found
    ]  # fmt: skip


def _tasks(company: Company, customer: Customer) -> list[Told]:
    return [
        Told(_noon(task.opened_on), "task", {"kind": task.kind, "facts": task.facts, "id": task.pk})
        for task in followup.open_tasks(company, customer=customer)[:20]
    ]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=PARIS)
