"""When a promise is awaited, kept or broken: found from what was open, never asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from encaisse.kernel.calendar import add_working_days

GRACE_WORKING_DAYS = 2
"""A transfer ordered on the promised day reaches the account within two working days."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One item of a promise, minor units: what was open then, what was promised, what is open."""

    open_before: int
    amount: int
    open_now: int

    @property
    def is_kept(self) -> bool:
        """At least the promised amount has been settled since."""
        return self.open_now <= self.open_before - self.amount


def awaited_until(promised: date, country: str) -> date:
    """The last day on which the promise is still awaited."""
    return add_working_days(promised, GRACE_WORKING_DAYS, country)


def outcome(items: Sequence[Promised], awaited: date, today: date) -> str:
    """``kept`` when every item is, ``broken`` once the grace has passed, otherwise ``open``."""
    if all(item.is_kept for item in items):
        return "kept"
    return "broken" if today > awaited else "open"
