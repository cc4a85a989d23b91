"""The reader's language and theme, and a page that shows every component."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from encaisse.web import showcase
from encaisse.web.middleware import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

_YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember the language or theme chosen, and go back to where it was chosen."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    language, theme = request.POST.get("language"), request.POST.get("theme")
    if language in dict(settings.LANGUAGES):
        _remember(response, LANGUAGE_COOKIE, str(language))
    if theme in THEMES:
        _remember(response, THEME_COOKIE, str(theme))
    elif theme is not None:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component with invented data; only where developers or visitors of the demo look."""
    if not (settings.DEBUG or getattr(settings, "IS_DEMO", False)):
        raise Http404
    return render(request, "web/showcase.html", showcase.facts(request))


def _remember(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
