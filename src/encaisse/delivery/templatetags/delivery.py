"""The words of messages for templates."""

from __future__ import annotations

from django import template

from encaisse.delivery.queries import names

register = template.Library()
_ICONS = {"email": "mail", "letter": "letter", "registered_letter": "letter", "call": "phone"}


@register.filter
def channel_name(channel: str) -> str:
    """``email`` → E-mail"""
    return str(names.CHANNELS.get(channel, channel))


@register.filter
def channel_icon(channel: str) -> str:
    """The icon of a channel."""
    return _ICONS.get(channel, "task")


@register.filter
def step_name(step: str) -> str:
    """``reminder_1`` → Relance 1; a scenario's own step by its code."""
    return str(names.STEPS.get(step, step))


@register.filter
def message_state(status: str) -> str:
    """``sent`` → Parti"""
    return str(names.STATES.get(status, status))


@register.filter
def message_tone(status: str) -> str:
    """good, warn, bad, note or empty."""
    return names.TONES.get(status, "")
