"""Scenarios as YAML: read with every problem at its line, written so that reading gives it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from encaisse.dunning.core import yaml_source
from encaisse.dunning.core.scenario import (
    FORMAL_LEVEL,
    LEVELS,
    Anchor,
    Channel,
    Clock,
    Credits,
    Interest,
    Release,
    Scenario,
    Step,
)
from encaisse.kernel.problems import Problem, error

MAX_STEPS = 20
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
ANCHORS = {one.value for one in Anchor} - {Anchor.STEP.value}
_KEYS = {"scenario", "minimum", "credits", "gap_days", "send_window", "steps"}
_STEP_KEYS = {
    "step", "level", "when", "channels", "without_email", "release", "tone", "template", "interest",
}  # fmt: skip
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Reading:
    """The scenario, or None with the problems that refuse it."""

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def read(text: str) -> Reading:
    """Read one scenario. Never raises for whatever the text may be."""
    source = yaml_source.read(text)
    if isinstance(source, Problem):
        return Reading(None, (source,))
    reader = _Reader(source)
    scenario = reader.scenario()
    if reader.problems:
        return Reading(None, tuple(sorted(reader.problems, key=lambda one: one.line or 0)))
    return Reading(scenario)


def write(scenario: Scenario) -> str:
    """The scenario as YAML, in the order of the shipped file."""
    page = {
        "scenario": scenario.name,
        "minimum": {
            "customer": str(scenario.minimum_customer),
            "item": str(scenario.minimum_item),
        },
        "credits": scenario.credits.value,
        "gap_days": scenario.gap_days,
        "send_window": {
            "from": scenario.window[0].strftime("%H:%M"),
            "to": scenario.window[1].strftime("%H:%M"),
        },
        "steps": [_step_page(step) for step in scenario.steps],
    }
    return yaml.safe_dump(page, sort_keys=False, allow_unicode=True, default_flow_style=None)


def _step_page(step: Step) -> dict[str, Any]:
    clock = step.clock
    when: dict[str, Any] = {
        "days": clock.days,
        "from": clock.step if clock.anchor is Anchor.STEP else clock.anchor.value,
    }
    if clock.until is not None:
        when["until"] = clock.until
    page: dict[str, Any] = {
        "step": step.code,
        "level": step.level,
        "when": when,
        "channels": [channel.value for channel in step.channels],
        "release": step.release.value,
        "tone": step.tone,
        "template": step.template,
        "interest": step.interest.value,
    }
    if step.without_email:
        page["without_email"] = [channel.value for channel in step.without_email]
    return page


@dataclass
class _Reader:
    """Walks the values, collects problems, and returns something usable whatever it finds."""

    source: yaml_source.Source
    problems: list[Problem] = field(default_factory=list)

    def scenario(self) -> Scenario | None:
        page = self.mapping(self.source.value, (), _KEYS)
        minimum = self.mapping(page.get("minimum") or {}, ("minimum",), {"customer", "item"})
        window = self.mapping(page.get("send_window") or {}, ("send_window",), {"from", "to"})
        steps = self.steps(page.get("steps"))
        found = Scenario(
            name=self.code(page.get("scenario"), "scenario"),
            steps=steps,
            minimum_customer=self.amount(minimum, "15.00", "minimum", "customer"),
            minimum_item=self.amount(minimum, "0.00", "minimum", "item"),
            credits=self.word(Credits, page.get("credits", "net"), "credits"),
            gap_days=self.whole(page.get("gap_days", "5"), 0, 60, "gap_days"),
            window=(
                self.clock_time(window.get("from", "08:30"), "send_window", "from"),
                self.clock_time(window.get("to", "18:30"), "send_window", "to"),
            ),
        )
        if found.window[0] >= found.window[1]:
            self.problem("scenario_window_empty", "send_window")
        return found

    def steps(self, value: object) -> tuple[Step, ...]:
        if not isinstance(value, list) or not value:
            self.problem("scenario_without_steps", "steps")
            return ()
        if len(value) > MAX_STEPS:
            self.problem("scenario_too_many_steps", "steps", limit=MAX_STEPS)
            return ()
        steps = tuple(self.step(one, position) for position, one in enumerate(value))
        self.check_order(steps)
        return steps

    def step(self, value: object, position: int) -> Step:
        at = ("steps", position)
        page = self.mapping(value, at, _STEP_KEYS)
        code = self.code(page.get("step"), *at, "step")
        return Step(
            code=code,
            level=self.whole(page.get("level", str(LEVELS.get(code, ""))), 0, 5, *at, "level"),
            clock=self.clock(page.get("when"), *at, "when"),
            channels=self.channels(page.get("channels"), *at, "channels"),
            without_email=self.channels(page.get("without_email", []), *at, "without_email"),
            release=self.word(Release, page.get("release", "automatic"), *at, "release"),
            tone=self.code(page.get("tone", "courteous"), *at, "tone"),
            template=self.code(page.get("template") or code, *at, "template"),
            interest=self.word(Interest, page.get("interest", "none"), *at, "interest"),
        )

    def clock(self, value: object, *at: str | int) -> Clock:
        page = self.mapping(value, at, {"days", "from", "until"})
        days = self.whole(page.get("days"), -120, 730, *at, "days")
        word = self.code(page.get("from", "due_date"), *at, "from")
        until = page.get("until")
        limit = None if until is None else self.whole(until, 1, 365, *at, "until")
        if word in ANCHORS:
            return Clock(days, Anchor(word), until=limit)
        return Clock(days, Anchor.STEP, step=word, until=limit)

    def check_order(self, steps: Sequence[Step]) -> None:
        seen: dict[str, Step] = {}
        highest = 0
        last_days: int | None = None
        for position, step in enumerate(steps):
            at = ("steps", position)
            if step.code in seen:
                self.problem("scenario_step_repeated", *at, "step", step=step.code)
            if step.clock.anchor is Anchor.STEP and step.clock.step not in seen:
                self.problem("scenario_step_unknown", *at, "when", "from", step=step.clock.step)
            self.check_meaning(step, at)
            seen[step.code] = step
            if step.is_thanks:
                continue
            if step.level < highest:
                self.problem("scenario_level_falls", *at, "level", step=step.code)
            highest = max(highest, step.level)
            if step.clock.anchor is Anchor.DUE_DATE:
                if last_days is not None and step.clock.days <= last_days:
                    self.problem("scenario_clock_falls", *at, "when", "days", step=step.code)
                last_days = step.clock.days

    def check_meaning(self, step: Step, at: tuple[str, int]) -> None:
        shipped = LEVELS.get(step.code)
        if shipped is not None and shipped != step.level:
            self.problem("scenario_level_differs", *at, "level", step=step.code, level=shipped)
        if step.level >= FORMAL_LEVEL and step.release is not Release.HELD:
            self.problem("scenario_formal_must_be_held", *at, "release", step=step.code)
        if step.is_preventive and step.level != 0:
            self.problem("scenario_level_before_due", *at, "level", step=step.code)
        if not step.is_work and any(one in {"call", "task"} for one in step.channels):
            self.problem("scenario_channels_mixed", *at, "channels", step=step.code)

    def mapping(self, value: object, at: tuple[str | int, ...], known: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.problem("scenario_mapping_expected", *at, key=_name(at))
            return {}
        for key in value:
            if key not in known:
                self.problem("scenario_key_unknown", *at, key, key=key)
        return value

    def code(self, value: object, *at: str | int) -> str:
        if not isinstance(value, str) or not CODE.fullmatch(value):
            self.problem("scenario_code_invalid", *at, key=_name(at), value=value or "")
            return "invalid"
        return value

    def whole(self, value: object, low: int, high: int, *at: str | int) -> int:
        is_whole = isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,6}", value)
        if isinstance(value, str) and is_whole and low <= int(value) <= high:
            return int(value)
        self.problem("scenario_number_invalid", *at, key=_name(at), value=value or "",
                     low=low, high=high)  # fmt: skip
        return low

    def amount(self, page: dict[str, Any], default: str, *at: str | int) -> Decimal:
        value = page.get(str(at[-1]), default)
        try:
            amount = Decimal(str(value))
            if amount.is_finite() and 0 <= amount < 10**9:
                return amount
        except InvalidOperation:
            pass
        self.problem("scenario_amount_invalid", *at, key=_name(at), value=value or "")
        return Decimal(0)

    def clock_time(self, value: object, *at: str | int) -> time:
        if isinstance(value, str) and re.fullmatch(r"[0-2]?[0-9]:[0-5][0-9]", value):
            hour, minute = value.split(":")
            if int(hour) < 24:
                return time(int(hour), int(minute))
        self.problem("scenario_time_invalid", *at, key=_name(at), value=value or "")
        return time(0, 0)

    def word(self, words: type[_Word], value: object, *at: str | int) -> _Word:
        for one in words:
            if one.value == value:
                return one
        known = ", ".join(words)
        self.problem("scenario_word_unknown", *at, key=_name(at), value=value or "", known=known)
        return next(iter(words))

    def channels(self, value: object, *at: str | int) -> tuple[Channel, ...]:
        if not isinstance(value, list) or (not value and at[-1] == "channels"):
            self.problem("scenario_list_expected", *at, key=_name(at))
            return (Channel.TASK,)
        found = [self.word(Channel, one, *at, position) for position, one in enumerate(value)]
        if len(set(found)) != len(found):
            self.problem("scenario_channel_repeated", *at, key=_name(at))
        return tuple(found)

    def problem(self, code: str, *at: str | int, **facts: object) -> None:
        self.problems.append(error(self.source.line(*at), code, **facts))


def _name(at: Sequence[str | int]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in at)
