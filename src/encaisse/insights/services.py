"""Keep the pictures that the cockpit reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from encaisse.audit.queries import latest_number
from encaisse.insights.models import Picture
from encaisse.insights.queries import figures
from encaisse.insights.queries.measures import measures
from encaisse.ledger.core.aging import NAMES
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@transaction.atomic
def keep_picture(company: Company, *, today: date, actor: Actor) -> Picture:
    """Compute today's picture anew: after imports, matching and the day's work."""
    actor.require(Permission.LEDGER_READ, company)
    seen = latest_number(company)
    picture, _ = Picture.objects.update_or_create(
        company=company, as_of=today, defaults={"data": _data(company, today) | {"event": seen}}
    )
    return picture


def keep_if_behind(company: Company, *, today: date, actor: Actor) -> bool:
    """Compute the picture anew if something happened since. True when there was work.

    The audit trail tells: whatever changes a figure leaves an event.
    """
    newest = Picture.objects.filter(company=company, as_of=today).values_list("data__event")
    kept = newest.first()
    if kept is not None and kept[0] == latest_number(company):
        return False
    keep_picture(company, today=today, actor=actor)
    return True


def _data(company: Company, today: date) -> dict[str, Any]:
    """Amounts in minor units of the company's currency; dates ISO; None where not told."""
    history = []
    for day in figures.month_ends(today):
        owed = figures.owed(company, day)
        buckets = [getattr(owed.buckets, one.name) for one in NAMES]
        history.append({"day": day.isoformat(), "buckets": buckets, "unapplied": owed.unapplied})
    return {
        "currency": company.currency,
        "measures": {
            one.code: {
                "value": None if one.value is None else str(one.value), "unit": one.unit,
                "formula": one.formula, "inputs": one.inputs,
            }
            for one in measures(company, today)
        },
        "aged": history,
        "received": [
            {"week": one.week.isoformat(), "amount": one.amount}
            for one in figures.received_by_week(company, today)
        ],
    }  # fmt: skip
