"""The edge of background work: in which company, on which day, by whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy

from encaisse.database.roles import as_owner
from encaisse.database.row_security import acting_for
from encaisse.kernel.moment import moment
from encaisse.teams.actor import Actor, system
from encaisse.teams.models import Company

RETRY = RetryStrategy(max_attempts=5, exponential_wait=5)
"""How jobs that failed are tried again: after 5, 25, 125 and 625 seconds. All may run twice."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a job needs to call a service."""

    company: Company
    actor: Actor

    @property
    def today(self) -> date:
        """The civil date of the work."""
        return self.actor.today


@contextmanager
def at_work(company_id: int) -> Iterator[Work]:
    """Work inside one company; the connection sees its organization only."""
    with as_owner(connection):
        company = Company.objects.get(pk=company_id)
    with acting_for(company.organization_id):
        yield Work(company, system(moment(settings.TODAY, timezone.now())))
