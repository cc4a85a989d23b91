"""The edge of background work: in which company, on which day, by whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from encaisse.database.roles import as_owner
from encaisse.database.row_security import acting_for
from encaisse.kernel.moment import moment
from encaisse.teams.actor import Actor, system
from encaisse.teams.models import Company


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
