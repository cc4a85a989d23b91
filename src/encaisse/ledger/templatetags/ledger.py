"""The ledger's words and ages for templates."""

from __future__ import annotations

from datetime import date

from django import template

from encaisse.ledger import words
from encaisse.ledger.core.aging import bucket_of
from encaisse.ledger.models import CustomerBalance, ItemBalance
from encaisse.ledger.queries import lists

register = template.Library()


@register.filter
def kind_name(kind: str) -> str:
    """``invoice`` → Facture"""
    return str(words.KINDS.get(kind, kind))


@register.filter
def state(balance: ItemBalance) -> str:
    """open, partial or settled."""
    if balance.open == 0:
        return "settled"
    return "open" if balance.open == balance.amount else "partial"


@register.filter
def state_name(balance: ItemBalance) -> str:
    """The state in words."""
    return str(words.STATES[state(balance)])


@register.filter
def due_source(source: str) -> str:
    """Where a due date comes from, in words."""
    return str(words.DUE_DATE_SOURCES.get(source, source))


@register.filter
def ages(balance: CustomerBalance) -> tuple[int, ...]:
    """The five buckets, for an age bar."""
    return tuple(getattr(balance, age) for age in lists.AGES)


@register.filter
def days_late(due: date | None, today: date) -> int:
    """Whole days after the due date."""
    return lists.days_late(due, today) if due else 0


@register.filter
def age_class(due: date, today: date) -> str:
    """``age-0`` to ``age-4``: the colour of a due date."""
    return f"age-{lists.AGES.index(bucket_of((today - due).days))}"
