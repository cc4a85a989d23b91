"""What stands in the rail of every page: the only place that knows all rooms' addresses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from encaisse.teams import queries as teams
from encaisse.teams.models import Company, User
from encaisse.teams.settings import setting
from encaisse.web.middleware import theme_of
from encaisse.web.shell import Choice, Link, Section, Shell, bare

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_RAIL = (
    ("", (
        (_("Cockpit"), "home", "insights:cockpit", "c"),
        (_("Clients"), "people", "ledger:customers", "k"),
        (_("Pièces"), "document", "ledger:items", "f"),
    )),
    (_("Recouvrement"), (
        (_("Relances"), "reminder", "dunning:plans", "r"),
        (_("Messages"), "mail", "delivery:messages", "m"),
    )),
    (_("Trésorerie"), (
        (_("Banque"), "bank", "cash:review", "b"),
        (_("Imports"), "import", "intake:runs", "i"),
    )),
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context every page gets: `shell`, and the company where there is one."""
    company: Company | None = getattr(request, "company", None)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": bare(request)}
    companies = [
        Choice(one.name, f"/c/{one.code}/", one == company, one.code)
        for one in teams.companies_of(user)
    ]
    if company is None:
        return {
            "shell": Shell(
                companies=companies,
                theme=theme_of(request),
                password_url=reverse("account_change_password"),
                logout_url=reverse("account_logout"),
            )
        }
    sections = [
        Section(title, [link for row in rows if (link := _link(company, *row))])
        for title, rows in _RAIL
    ]
    return {
        "company": company,
        "shell": Shell(
            sections=sections,
            company=company.name,
            company_code=company.code,
            companies=companies,
            home_url=f"/c/{company.code}/",
            settings_url=reverse("teams:settings", args=[company.code]),
            search_url=reverse("insights:search", args=[company.code]),
            password_url=reverse("account_change_password"),
            logout_url=reverse("account_logout"),
            theme=theme_of(request),
            notices=_notices(company),
        ),
    }


def _link(company: Company, label: StrPromise, icon: str, name: str, key: str) -> Link | None:
    try:
        return Link(str(label), icon, reverse(name, args=[company.code]), key)
    except NoReverseMatch:
        return None


def _notices(company: Company) -> list[str]:
    """What everybody in the company has to know."""
    if os.environ.get("ENCAISSE_SMTP_URL") or setting(company, "smtp_url"):
        return []
    quiet = _(
        "Aucun courriel ne quitte cette machine : les messages restent dans la boîte d’essai."
    )
    return [str(quiet)]
