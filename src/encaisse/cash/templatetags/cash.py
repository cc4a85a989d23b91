"""The words of bank lines for templates."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from encaisse.cash import words
from encaisse.cash.queries.review import Share

register = template.Library()


@register.filter
def line_state(state: str) -> str:
    """``open`` → À traiter"""
    return str(words.STATES.get(state, state))


@register.filter
def line_tone(state: str) -> str:
    """The tone of a state's badge."""
    return words.TONES.get(state, "")


@register.filter
def treatment_name(treatment: str) -> str:
    """``discount`` → Escompte"""
    return str(words.TREATMENTS.get(treatment, treatment))


@register.filter
def masked(iban: str) -> str:
    """An IBAN with its middle hidden: ``FR76 •••• 0143``."""
    return f"{iban[:4]} •••• {iban[-4:]}" if len(iban) > 10 else iban


@register.filter
def marking(text: str, shares: tuple[Share, ...]) -> SafeString:
    """The bank's text with the numbers of the matched items marked."""
    numbers = [one.item.number for one in shares if one.item]
    ends = {part for number in numbers for part in re.findall(r"\d{4,}", number)} | set(numbers)
    if not ends:
        return conditional_escape(text)
    pattern = "|".join(re.escape(one) for one in sorted(ends, key=len, reverse=True))
    pieces = re.split(f"({pattern})", text)
    return mark_safe(  # nosec B308 B703 - every piece is escaped
        "".join(
            format_html("<mark>{}</mark>", piece) if at % 2 else conditional_escape(piece)
            for at, piece in enumerate(pieces)
        )
    )
