"""A scenario: which steps a customer's overdue items go through, when, how and in what tone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

WorkingDay = Callable[[date, str], bool]
"""Is this a working day in this country (ISO 3166 alpha-2)?"""

THANKS = "thanks"
FORMAL_LEVEL = 4
"""From here on a step has legal weight: it waits for a person and needs a trusted due date."""

LEVELS = {
    "pre_reminder": 0,
    "reminder_1": 1,
    "reminder_2": 2,
    "call": 2,
    "reminder_3": 3,
    "formal_notice": 4,
    "handover": 5,
    THANKS: 0,
}
"""The shipped steps and their level; a scenario may add steps of its own."""


class Channel(StrEnum):
    """How a step reaches its recipient; `call` and `task` are work for a person instead."""

    EMAIL = "email"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    PORTAL = "portal"
    SMS = "sms"
    CALL = "call"
    TASK = "task"


WORK = frozenset({Channel.CALL, Channel.TASK})
"""Channels that open a task for a person of the company and contact nobody."""

POSTAL = frozenset({Channel.LETTER, Channel.REGISTERED_LETTER})


class Release(StrEnum):
    """Whether a step leaves by itself."""

    AUTOMATIC = "automatic"
    HELD = "held"


class Anchor(StrEnum):
    """What a clock counts from; otherwise it counts from an earlier step."""

    DUE_DATE = "due_date"
    ISSUE_DATE = "issue_date"
    PAYMENT = "payment"
    STEP = "step"


class Credits(StrEnum):
    """What open credits do: lower the claim, stand beside it, or go unmentioned."""

    NET = "net"
    LIST = "list"
    IGNORE = "ignore"


class Interest(StrEnum):
    """Whether the step tells late interest and indemnity, and with what weight."""

    NONE = "none"
    ANNOUNCED = "announced"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class Clock:
    """When a step is due: `days` after its anchor (negative: before); `until` days it is dropped.

    `step` names the earlier step when the anchor is STEP. Counted in calendar days; a
    `payment` clock counts one working day first, so that ``days: 1`` is the working day after.
    """

    days: int
    anchor: Anchor = Anchor.DUE_DATE
    step: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the scenario."""

    code: str
    level: int
    clock: Clock
    channels: tuple[Channel, ...]
    without_email: tuple[Channel, ...] = ()
    release: Release = Release.AUTOMATIC
    tone: str = "courteous"
    template: str = ""
    interest: Interest = Interest.NONE

    @property
    def is_thanks(self) -> bool:
        """Sent once the item is paid: it claims nothing."""
        return self.clock.anchor is Anchor.PAYMENT

    @property
    def is_preventive(self) -> bool:
        """Leaves before the due date only."""
        return self.clock.anchor is Anchor.DUE_DATE and self.clock.days < 0

    @property
    def is_work(self) -> bool:
        """Opens a task for a person; the customer hears nothing from us."""
        return all(channel in WORK for channel in self.channels)

    def start(self, anchor: date) -> date:
        """The first day on which the step may leave, weekends and holidays aside."""
        return anchor + timedelta(days=self.clock.days)

    def leaves_on(self, anchor: date, country: str, is_working: WorkingDay) -> date:
        """The day it leaves: the worked example shown beside the step."""
        return next_working_day(self.start(anchor), country, is_working)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Ordered steps with the rules around them. Minimums are in major units of any currency."""

    name: str
    steps: tuple[Step, ...]
    minimum_customer: Decimal = Decimal("15.00")
    minimum_item: Decimal = Decimal("0.00")
    credits: Credits = Credits.NET
    gap_days: int = 5
    window: tuple[time, time] = field(default=(time(8, 30), time(18, 30)))

    @property
    def chasing(self) -> tuple[Step, ...]:
        """The steps before payment, mildest first."""
        return tuple(step for step in self.steps if not step.is_thanks)

    @property
    def thanks(self) -> Step | None:
        """The step after payment, if the scenario has one."""
        return next((step for step in self.steps if step.is_thanks), None)

    def step(self, code: str) -> Step:
        """The step of this code; LookupError when the scenario has none."""
        for step in self.steps:
            if step.code == code:
                return step
        raise LookupError(code)


def next_working_day(day: date, country: str, is_working: WorkingDay) -> date:
    """The day itself or the first working day after it; the day itself if a month has none."""
    for ahead in range(32):
        candidate = day + timedelta(days=ahead)
        if is_working(candidate, country):
            return candidate
    return day
