"""The one place where a decided notice is given to `delivery`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from encaisse.delivery.core.records import Notice
from encaisse.delivery.services import handover, queueing
from encaisse.dunning.core.scenario import Channel
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed notice and the way it goes; `items` as in `dunning.models.Notice`."""

    notice: Notice
    channel: Channel
    scenario: str
    step: str
    currency: str
    items: list[dict[str, Any]]


def queue(composed: Composed, *, customer: Customer, company: Company, actor: Actor) -> int:
    """Queue one message in the caller's transaction; its id. Nothing leaves yet."""
    outgoing = queueing.Outgoing(
        customer=customer,
        channel=composed.channel.value,
        key=f"{composed.step}:{composed.currency}:{composed.channel.value}",
        step=composed.step,
        scenario=composed.scenario,
        items=tuple(
            {name: row[name] for name in ("item", "number", "step", "open_amount")}
            for row in composed.items
        ),
    )
    return queueing.queue_message(composed.notice, outgoing, company=company, actor=actor).pk


def hand_over(*, company: Company, today: date, actor: Actor) -> handover.HandOver:
    """Hand what is queued to its channels, after the transactions that queued it.

    What an interrupted run left queued leaves too.
    """
    return handover.hand_over(company, today=today, actor=actor)
