"""Short messages after something was done, with the way back where there is one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from encaisse.web.shell import Words

UNDO = "undo="


def done(request: HttpRequest, text: Words, *, undo_url: str = "") -> None:
    """Say that it was done; `undo_url` takes a POST that takes it back."""
    messages.success(request, str(text), extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def refused(request: HttpRequest, text: Words) -> None:
    """Say why it was not done; stays until closed."""
    messages.error(request, str(text))
