"""The company's settings and its people."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from encaisse.teams import services
from encaisse.teams.models import Membership
from encaisse.teams.pages import CompanyRequest, company_page
from encaisse.teams.permissions import Permission
from encaisse.teams.settings import SETTINGS, setting
from encaisse.web import toasts


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Permission.LEDGER_READ)
def settings(request: CompanyRequest) -> HttpResponse:
    """What the company chose, and who works for it. POST chooses one setting."""
    company = request.company
    if request.method == "POST":
        key = request.POST.get("key", "")
        services.set_setting(company, key, request.POST.get("value", ""), actor=request.actor)
        toasts.done(request, _("Réglage « %(key)s » enregistré.") % {"key": key})
        return HttpResponseRedirect(reverse("teams:settings", args=[company.code]))
    people = Membership.objects.filter(organization_id=company.organization_id)
    return render(
        request,
        "teams/settings.html",
        {
            "settings": [
                (one, _as_text(setting(company, one.key)), one.key in company.settings)
                for one in SETTINGS
            ],
            "people": people.select_related("user").order_by("user__email"),
            "may_manage": Permission.TEAMS_MANAGE in request.actor.permissions,
        },
    )


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
