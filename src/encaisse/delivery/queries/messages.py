"""Messages as the command line, the API and the pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from encaisse.archive import queries as archive
from encaisse.delivery.models import Attempt, Message
from encaisse.kernel.money import plain
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company


def messages(
    company: Company,
    *,
    customer: Customer | None = None,
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[Message]:
    """Messages by day and the order they were made in; both ends included."""
    found = Message.objects.filter(company=company).select_related("customer")
    if customer is not None:
        found = found.filter(customer=customer)
    if start is not None:
        found = found.filter(day__gte=start)
    if end is not None:
        found = found.filter(day__lte=end)
    return found.order_by("day", "id")


def as_document(message: Message) -> dict[str, Any]:
    """A message as ``encaisse messages --json`` prints it."""
    return {
        "id": str(message.pk),
        "direction": message.direction,
        "customer": message.customer.code if message.customer else None,
        "day": message.day.isoformat(),
        "at": message.at.isoformat(),
        "channel": message.channel,
        "to": message.recipient,
        "scenario": message.scenario,
        "step": message.step,
        "subject": message.subject,
        "status": message.status,
        "items": [
            {
                "number": item["number"],
                "step": item.get("step", message.step),
                "open_amount": plain(item["open_amount"], message.currency),
            }
            for item in message.items
        ],
        "total": plain(message.total, message.currency),
        "currency": message.currency,
        "reference": message.reference,
        "message_id": message.message_id,
    }


def message_of(ref: str, *, company: Company) -> Message:
    """The message with this id; Unknown (`unknown_message`) when there is none."""
    found = (
        Message.objects.filter(company=company, pk=int(ref)).select_related("customer").first()
        if ref.isdecimal() and len(ref) < 19
        else None
    )
    if found is None:
        raise Unknown("unknown_message", ref=ref)
    return found


def content_of(message: Message) -> bytes:
    """The message as it was made, byte for byte."""
    return archive.content(message.sha256, company=message.company)


def attempts_of(message: Message) -> QuerySet[Attempt]:
    """Every attempt, oldest first."""
    return Attempt.objects.filter(company_id=message.company_id, message=message).order_by("id")


def waiting(company: Company) -> int:
    """How many messages are queued."""
    return Message.objects.filter(company=company, status="queued").count()
