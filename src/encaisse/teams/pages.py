"""Pages inside a company: who may see them, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from encaisse.kernel.catalogue import hint, sentence
from encaisse.teams.actor import Actor, Refused, Unknown
from encaisse.teams.models import Company, User
from encaisse.teams.permissions import Permission
from encaisse.web import toasts


class CompanyRequest(HttpRequest):
    """A request inside a company, as `CompanyMiddleware` leaves it."""

    company: Company
    actor: Actor
    user: User


View = Callable[..., HttpResponse]


def company_page(permission: Permission) -> Callable[[View], View]:
    """Show the page to signed-in people with this permission; ``/c/CODE/`` is taken off.

    A refusal from below becomes a page that says why; after a form, a message where it was sent.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, company: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not hasattr(request, "company"):
                return redirect_to_login(request.get_full_path())
            inside = cast("CompanyRequest", request)
            try:
                inside.actor.require(permission, inside.company)
                return view(inside, *args, **kwargs)
            except Unknown as unknown:
                raise Http404(unknown.code) from unknown
            except Refused as refusal:
                return _told(inside, refusal)

        return page

    return wrap


def reason_of(refusal: Refused) -> str:
    """The sentence of a refusal in the language of the page, with what to do about it."""
    language = (get_language() or "fr")[:2]
    said = sentence(refusal.code, refusal.facts, language)
    advice = hint(refusal.code, refusal.facts, language)
    return f"{said} {advice}".strip()


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Where the form was sent from, if that is one of our pages."""
    origin = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(origin, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(origin if origin and ours else otherwise)


def _told(request: CompanyRequest, refusal: Refused) -> HttpResponse:
    reason = reason_of(refusal)
    if request.method == "POST" and "HX-Request" not in request.headers:
        toasts.refused(request, reason)
        return back(request, f"/c/{request.company.code}/")
    status = 403 if refusal.code == "not_allowed" else 409
    return render(request, "web/refused.html", {"reason": reason}, status=status)
