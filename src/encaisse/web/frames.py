"""Foreign HTML and files, answered so that they can do nothing but be seen."""

from __future__ import annotations

from django.http import HttpResponse

_MAIL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A mail brings its own inline styles, and nothing else: no script, no address, no form."""


def harmless_page(html: str) -> HttpResponse:
    """The HTML of a mail, for a frame."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = _MAIL
    return response


def file_response(name: str, media_type: str, content: bytes) -> HttpResponse:
    """A file of ours or somebody else's; only a PDF is shown in the browser."""
    response = HttpResponse(content, content_type=media_type)
    kind = "inline" if media_type == "application/pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    return response
