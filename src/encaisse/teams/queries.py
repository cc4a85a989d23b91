"""Who belongs where."""

from __future__ import annotations

from django.db import connection

from encaisse.database.roles import as_owner
from encaisse.database.row_security import acting_for
from encaisse.teams.models import Company, Membership, User


def companies_of_installation() -> list[Company]:
    """Every company there is, by code: for the command line, which is not inside one."""
    with as_owner(connection):
        return list(Company.objects.order_by("code").select_related("organization"))


def companies_of(user: User) -> list[Company]:
    """The companies of the organizations that the user belongs to, by code."""
    with acting_for(*_organizations_of(user)):
        return list(Company.objects.order_by("code").select_related("organization"))


def membership(user: User, company: Company) -> Membership | None:
    """What the user does in the company's organization; None for a stranger."""
    return Membership.objects.filter(user=user, organization_id=company.organization_id).first()


def _organizations_of(user: User) -> list[int]:
    return list(Membership.objects.filter(user=user).values_list("organization_id", flat=True))
