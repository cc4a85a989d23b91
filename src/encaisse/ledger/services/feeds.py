"""When each source was last heard."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from encaisse.ledger.models import Feed
from encaisse.teams.models import Company

_KIND = {"ledger": "ledger", "items": "list", "bank": "bank"}


@transaction.atomic
def heard_again(company: Company, *, kind: str, today: date) -> None:
    """The same file once more: nothing new, but the source is alive."""
    Feed.objects.filter(company=company, kind=_KIND.get(kind, kind), taken_on__lt=today).update(
        taken_on=today
    )


@transaction.atomic
def heard(
    company: Company, *, kind: str, name: str, covers_until: date | None, today: date
) -> None:
    """A source has spoken, until a day; what it said of later days before still holds."""
    feed, is_new = Feed.objects.get_or_create(
        company=company, kind=_KIND.get(kind, kind), name=name[:60],
        defaults={"covers_until": covers_until, "taken_on": today},
    )  # fmt: skip
    if not is_new:
        days = [day for day in (feed.covers_until, covers_until) if day is not None]
        feed.covers_until = max(days, default=None)
        feed.taken_on = max(today, feed.taken_on)
        feed.save(update_fields=["covers_until", "taken_on"])
