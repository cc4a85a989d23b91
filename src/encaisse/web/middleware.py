"""Which language and theme a page has: chosen on it, else the person's own, else the browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

LANGUAGE_COOKIE = "encaisse_language"
THEME_COOKIE = "encaisse_theme"
THEMES = ("light", "dark")

Respond = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Activate the page's language for the whole request, and say so in the response."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Start with what the browser says: even an error page has a language."""
        translation.activate(_of_cookie(request) or _of_browser(request))
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        translation.deactivate()
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        """Once the person is known, their own language wins over the browser's."""
        own = getattr(getattr(request, "user", None), "language", "")
        if own in dict(settings.LANGUAGES) and not _of_cookie(request):
            translation.activate(own)


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark``, or empty for what the system says."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(
        getattr(request, "user", None), "theme", ""
    )
    return chosen if chosen in THEMES else ""


def _of_cookie(request: HttpRequest) -> str | None:
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else None


def _of_browser(request: HttpRequest) -> str:
    return translation.get_language_from_request(request)
