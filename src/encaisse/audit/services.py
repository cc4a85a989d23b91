"""Write the audit trail. The only module that inserts into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from encaisse.audit.core import chain
from encaisse.audit.models import Event

if TYPE_CHECKING:  # teams stand above: they record here what they do
    from encaisse.teams.actor import Actor
    from encaisse.teams.models import Company

_CHAIN_LOCK = 0x656E6361  # "enca": the space of our advisory locks for audit chains


def record(action: str, *, actor: Actor, company: Company, subject: str, **data: object) -> Event:
    """Record one event, inside the transaction of the change that it describes.

    `action` is ``<room>.<what happened>``; `subject` names what it happened to, as the command
    line does; `data` must be plain JSON.
    """
    # One writer a company at a time: the chain has no forks. Held until the transaction ends.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CHAIN_LOCK, company.pk])
    last = Event.objects.filter(company=company).order_by("-id").values_list("chain", flat=True)
    event = Event(
        company=company,
        at=actor.at,
        actor=actor.name,
        action=action,
        subject=subject[:200],
        data=json.loads(json.dumps(data, default=str)),
    )
    event.chain = chain.link(bytes(last[0]) if last else b"", *event.sealed)
    event.save(force_insert=True)
    return event
