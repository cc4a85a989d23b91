"""Is what we know recent enough to write to people? Only a feed that exists can be stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from encaisse.kernel.calendar import working_days_between
from encaisse.ledger.models import Feed
from encaisse.teams.models import Company
from encaisse.teams.settings import setting


@dataclass(frozen=True, slots=True)
class Stale:
    """A feed past its limit: `age` and `limit` in days, or working days for a bank."""

    feed: str
    last: date
    age: int
    limit: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is stale today, and whether a bank has ever been heard."""

    stale: tuple[Stale, ...]
    has_bank: bool


def freshness(company: Company, today: date) -> Freshness:
    """Look at the day of the last file taken in of each kind, duplicates included."""
    last = dict(
        Feed.objects.filter(company=company)
        .values_list("kind")
        .annotate(last=Max("taken_on"))
        .order_by()
    )
    found = []
    heard = [last[kind] for kind in ("ledger", "list") if kind in last]
    if heard:
        age = (today - max(heard)).days
        found.append(Stale("ledger", max(heard), age, setting(company, "ledger_days")))
    if "bank" in last:
        age = working_days_between(last["bank"], today, company.country)
        found.append(Stale("bank", last["bank"], age, setting(company, "bank_days")))
    stale = tuple(one for one in found if one.age > one.limit)
    return Freshness(stale, has_bank="bank" in last)
