"""What the shared parts of pages are filled with. Views make these; templates only lay them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from encaisse.web.shell import Words


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation: a rule that passed, failed, or a mere fact."""

    text: Words
    outcome: str = ""
    """``good``, ``bad``, ``warn`` or empty."""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """How a figure came about: in words, as a formula with its inputs, and where to see more."""

    key: str
    """Unique on the page: names the popover."""
    title: Words
    text: Words = ""
    formula: str = ""
    reasons: Sequence[Reason] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the strip on top of a page, already in the reader's words."""

    label: Words
    value: str
    change: str = ""
    tone: str = ""
    """``good`` or ``bad`` for the change, empty for neutral."""
    meta: Words = ""
    trend: Sequence[float] = ()
    trend_tone: str = ""
    url: str = ""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline. `tone` colours its dot: good, warn, bad, note, hot."""

    at: datetime
    title: Words
    text: Words = ""
    tone: str = ""
    url: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One of a few exclusive choices, or a tab with what it holds."""

    label: Words
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the same as a table. `facts` is what the drawing of `kind` asks for."""

    kind: str
    label: Words
    facts: Mapping[str, Any]
    head: Sequence[Words] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a search found."""

    name: str
    url: str
    detail: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The hits of one kind, under a heading."""

    code: str
    title: Words
    icon: str
    hits: Sequence[Hit] = field(default_factory=tuple)
