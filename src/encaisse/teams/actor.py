"""Who is acting, and when: passed explicitly to every service, never read from a global."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from encaisse.kernel.moment import PARIS
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


class Refused(Exception):
    """A rule forbids what was asked. `code` names an entry of the catalogue."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}


class Unknown(Refused):
    """What was asked for does not exist, or was named wrongly: a wrong use, not a refusal."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system, with what it may do and the moment of the act.

    `organization_id` is None for the system itself, which acts for every organization.
    `at` is the moment recorded with whatever is done: an aware datetime.
    """

    name: str
    permissions: frozenset[Permission]
    at: datetime
    organization_id: int | None = None

    @property
    def today(self) -> date:
        """The civil date of the act."""
        return self.at.astimezone(PARIS).date()

    def require(self, permission: Permission, company: Company) -> None:
        """Refuse (`not_allowed`) unless the actor holds the permission in this company."""
        stranger = self.organization_id not in (None, company.organization_id)
        if stranger or permission not in self.permissions:
            raise Refused("not_allowed", permission=permission, company=company.code)


def system(at: datetime) -> Actor:
    """The program acting by itself: scheduled work and the command line."""
    return Actor("system", frozenset(Permission), at)
