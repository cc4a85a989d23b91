"""Every change to organizations, companies and users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.database.roles import as_owner
from encaisse.database.row_security import acting_for
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company, Membership, Organization, User
from encaisse.teams.permissions import Permission, Role
from encaisse.teams.settings import read_setting


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What a new company is."""

    code: str
    name: str
    siren: str = ""
    country: str = "FR"
    currency: str = "EUR"
    ibans: Sequence[str] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)


def create_company(facts: CompanyFacts, *, actor: Actor) -> Company:
    """A company in an organization of its own. Refused (`company_exists`) when the code is taken.

    Only the program itself makes companies: there is nobody yet who could ask.
    """
    if actor.organization_id is not None:
        raise Refused("not_allowed", permission=Permission.TEAMS_MANAGE, company=facts.code)
    with as_owner(connection), transaction.atomic():
        if Company.objects.filter(code=facts.code).exists():
            raise Refused("company_exists", code=facts.code)
        company = Company.objects.create(
            organization=Organization.objects.create(name=facts.name),
            code=facts.code,
            name=facts.name,
            siren=facts.siren,
            country=facts.country,
            currency=facts.currency,
            ibans=list(facts.ibans),
            profile=dict(facts.profile),
        )
    with acting_for(company.organization_id), transaction.atomic():
        audit.record("teams.company_created", actor=actor, company=company, subject=company.code)
    return company


@transaction.atomic
def begin_work(company: Company, *, today: date) -> None:
    """Refuse (`back_dated`) work dated before the last work written, and remember this day."""
    locked = Company.objects.select_for_update().get(pk=company.pk)
    if locked.last_day and today < locked.last_day:
        raise Refused("back_dated", today=today, last_day=locked.last_day)
    if locked.last_day != today:
        Company.objects.filter(pk=company.pk).update(last_day=today)


@transaction.atomic
def set_setting(company: Company, key: str, value: str, *, actor: Actor) -> Any:
    """Choose a setting. Refused (`unknown_setting`, `wrong_setting`)."""
    actor.require(Permission.TEAMS_MANAGE, company)
    chosen = read_setting(key, value)
    locked = Company.objects.select_for_update().get(pk=company.pk)
    before = locked.settings.get(key)
    locked.settings = {**locked.settings, key: chosen}
    locked.save(update_fields=["settings"])
    company.settings = locked.settings
    audit.record(
        "teams.setting_changed", actor=actor, company=company, subject=key,
        before=before, after=chosen,
    )  # fmt: skip
    return chosen


@transaction.atomic
def add_user(
    email: str, role: Role, *, company: Company, actor: Actor, password: str | None = None
) -> User:
    """Give a person a role in the company's organization; an existing user keeps the password."""
    actor.require(Permission.TEAMS_MANAGE, company)
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, password)
    Membership.objects.update_or_create(
        user=user, organization_id=company.organization_id, defaults={"role": role}
    )
    audit.record("teams.user_added", actor=actor, company=company, subject=user.email, role=role)
    return user
