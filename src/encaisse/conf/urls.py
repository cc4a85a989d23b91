"""Every address of the web application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from encaisse.teams import queries as teams
from encaisse.teams.models import User


def start(request: HttpRequest) -> HttpResponse:
    """The first company of the person who signed in, or the door."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    companies = teams.companies_of(request.user)
    if not companies:
        return render(request, "web/no_company.html", status=403)
    return redirect(f"/c/{companies[0].code}/")


urlpatterns = [
    path("", start, name="start"),
    path("accounts/", include("allauth.urls")),
    path("_/", include("encaisse.web.urls")),
    path(
        "c/<slug:company>/",
        include(
            [
                path("", include("encaisse.ledger.urls")),
                path("", include("encaisse.followup.urls")),
                path("", include("encaisse.cash.urls")),
                path("", include("encaisse.delivery.urls")),
                path("", include("encaisse.dunning.urls")),
                path("", include("encaisse.intake.urls")),
                path("", include("encaisse.teams.urls")),
                path("", include("encaisse.insights.urls")),
            ]
        ),
    ),
]
