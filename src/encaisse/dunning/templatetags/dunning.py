"""The words of plans for templates."""

from __future__ import annotations

from django import template

from encaisse.dunning import words

register = template.Library()


@register.filter
def gate_name(gate: str) -> str:
    """``disputed`` → en litige"""
    return str(words.GATES.get(gate, gate))


@register.filter
def verdict_name(verdict: str) -> str:
    """``planned`` → Relancée aujourd’hui"""
    return str(words.VERDICTS.get(verdict, verdict))


@register.filter
def plan_state(state: str) -> str:
    """``draft`` → À valider"""
    return str(words.PLAN_STATES.get(state, state))


@register.filter
def notice_state(state: str) -> str:
    """``planned`` → Prévu"""
    return str(words.NOTICE_STATES.get(state, state))


@register.filter
def plan_tone(state: str) -> str:
    """The tone of a state's badge."""
    return words.TONES.get(state, "")
