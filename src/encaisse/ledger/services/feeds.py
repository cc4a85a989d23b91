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
