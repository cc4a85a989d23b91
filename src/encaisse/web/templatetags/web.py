"""What templates write to show a figure, an icon, a small picture, a sortable header."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from encaisse.web import figures, numbers
from encaisse.web.listing import Sort
from encaisse.web.toasts import UNDO

register = template.Library()
NOTHING = "–"


@register.filter
def money(minor: int | None, currency: str) -> str:
    """``{{ item.open|money:item.currency }}`` — minor units, exactly."""
    return NOTHING if minor is None else numbers.money(minor, currency)


@register.filter
def whole(minor: int | None, currency: str) -> str:
    """Minor units rounded to the unit, for dense tables and headlines."""
    return NOTHING if minor is None else numbers.whole(minor, currency)


@register.filter
def compact(minor: int | None, currency: str) -> str:
    """Minor units in thousands or millions."""
    return NOTHING if minor is None else numbers.compact(minor, currency)


@register.filter
def count(value: int | None) -> str:
    """A whole number, grouped."""
    return NOTHING if value is None else numbers.count(value)


@register.filter
def ratio(value: float | Decimal | None, places: int = 1) -> str:
    """A share of one as per cent."""
    return NOTHING if value is None else numbers.ratio(value, places)


@register.filter
def decimal(value: float | Decimal | None, places: int = 1) -> str:
    """A number with at most so many decimals."""
    return NOTHING if value is None else numbers.decimal(value, places)


@register.filter
def day(value: date | None) -> str:
    """``22/11/2026``"""
    return NOTHING if value is None else numbers.day(value)


@register.filter
def day_and_month(value: date | None) -> str:
    """``22 nov.``"""
    return NOTHING if value is None else numbers.day_and_month(value)


@register.filter
def long_day(value: date | None) -> str:
    """``dimanche 22 novembre 2026``"""
    return NOTHING if value is None else numbers.long_day(value)


@register.filter
def clock(value: datetime | None) -> str:
    """``09:42``"""
    return NOTHING if value is None else numbers.clock(value)


@register.filter
def initials(name: object) -> str:
    """Up to two letters for a person or a firm."""
    return figures.initials(str(name))


@register.filter
def undo_url(message: Any) -> str:
    """The address that takes back what a message tells; empty if nothing does."""
    tags: str = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.simple_tag
def icon(name: str, style: str = "") -> SafeString:
    """``{% icon "bank" %}`` — from the sprite; always beside words or inside a labelled control."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        style,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag
def agebar(parts: Sequence[int], style: str = "") -> SafeString:
    """How a debt is spread over the five ages, told in words to who cannot see it."""
    total = sum(part for part in parts if part > 0)
    names = age_names()
    words = ", ".join(
        f"{names[one.age]} {numbers.ratio(one.width / 100, 0)}" for one in figures.slices(parts)
    )
    rects = format_html_join(
        "",
        '<rect class="age-{}" x="{}" width="{}" height="10"/>',
        ((one.age, str(one.start), str(one.width)) for one in figures.slices(parts)),
    )
    return format_html(
        '<svg class="agebar {}" role="img" aria-label="{}" viewBox="0 0 100 10"'
        ' preserveAspectRatio="none">{}</svg>',
        style,
        words if total else _("rien d’ouvert"),
        rects,
    )


def age_names() -> list[str]:
    """The five ages of a debt, in order."""
    return [_("Non échu"), _("1–30 j"), _("31–60 j"), _("61–90 j"), _("> 90 j")]


@register.simple_tag
def sparkline(values: Sequence[float], tone: str = "") -> SafeString:
    """A trend without axes; the figure beside it says the value."""
    points = figures.spark_points(values)
    if not points:
        return SafeString("")
    return format_html(
        '<svg class="spark {}" viewBox="0 0 96 26" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline vector-effect="non-scaling-stroke" points="{}"/></svg>',
        tone,
        " ".join(f"{x},{y}" for x, y in points),
    )


@register.simple_tag
def avatar(name: object, style: str = "") -> SafeString:
    """A person as initials; the whole name is read aloud and shown on hover."""
    return format_html(
        '<span class="avatar {}" role="img" aria-label="{}" title="{}">{}</span>',
        style,
        name,
        name,
        figures.initials(str(name)),
    )


@register.simple_tag(takes_context=True)
def sort_header(context: Context, sort: Sort, name: str, label: str, style: str = "") -> SafeString:
    """A header of a sortable column: its link turns the order round and starts at page one."""
    query = context["request"].GET.copy()
    current = sort.name == name
    query["sort"] = f"-{name}" if (current and not sort.descending) else name
    if not current and "num" in style.split():
        query["sort"] = f"-{name}"
    for key in ("after", "before"):
        query.pop(key, None)
    direction = ("descending" if sort.descending else "ascending") if current else ""
    return format_html(
        '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>',
        style,
        format_html(' aria-sort="{}"', direction) if direction else "",
        query.urlencode(),
        label,
        icon("arrow-up" if direction == "ascending" else "arrow-down"),
    )


@register.simple_tag
def chart_data(facts: Any) -> SafeString:
    """What a chart draws, as a data block (never run as a script)."""
    return json_script(facts)
