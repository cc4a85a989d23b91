"""The words of imports for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from encaisse.intake import words
from encaisse.kernel.catalogue import hint, sentence
from encaisse.web import numbers

register = template.Library()


@register.filter
def run_state(status: str) -> str:
    """``imported`` → Importé"""
    return str(words.STATES.get(status, status))


@register.filter
def run_tone(status: str) -> str:
    """The tone of a state's badge."""
    return words.TONES.get(status, "")


@register.filter
def file_kind(kind: str) -> str:
    """``ledger`` → Grand livre"""
    return str(words.KINDS.get(kind, kind))


@register.filter
def count_name(name: str) -> str:
    """``open_items`` → Pièces ouvertes"""
    return str(words.COUNTS.get(name, name.replace("_", " ")))


@register.filter
def problem_text(problem: dict[str, Any]) -> str:
    """The sentence of a problem in the language of the page."""
    return sentence(problem["code"], problem["facts"], (get_language() or "fr")[:2])


@register.filter
def problem_hint(problem: dict[str, Any]) -> str:
    """What to do about it."""
    return hint(problem["code"], problem["facts"], (get_language() or "fr")[:2])


@register.filter
def file_size(size: int) -> str:
    """Bytes as kB or MB."""
    return (
        f"{numbers.decimal(size / 1e6)} Mo" if size >= 1e6 else f"{numbers.decimal(size / 1e3)} ko"
    )


@register.filter
def tied(control: dict[str, dict[str, int]]) -> list[tuple[str, int, int, int]]:
    """(currency, expected, imported, gap) of a tie-out."""
    expected, imported = control.get("expected", {}), control.get("imported", {})
    return [
        (currency, expected.get(currency, 0), imported.get(currency, 0),
         expected.get(currency, 0) - imported.get(currency, 0))
        for currency in sorted({*expected, *imported})
    ]  # fmt: skip
