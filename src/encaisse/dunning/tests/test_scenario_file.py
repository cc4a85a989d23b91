"""Scenarios as YAML: what is shipped, what is refused and where."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.dunning.core import scenario_file
from encaisse.dunning.core.scenario import LEVELS, Release, Scenario
from encaisse.kernel import catalogue

SHIPPED = (resources.files("encaisse.dunning") / "scenarios" / "standard.yaml").read_text("utf-8")


def standard() -> Scenario:
    reading = scenario_file.read(SHIPPED)
    assert reading.scenario is not None, reading.problems
    return reading.scenario


def test_the_shipped_scenario_has_the_shipped_days_and_levels() -> None:
    scenario = standard()
    assert [(step.code, step.clock.days) for step in scenario.steps] == [
        ("pre_reminder", -7), ("reminder_1", 5), ("reminder_2", 15), ("call", 20),
        ("reminder_3", 28), ("formal_notice", 40), ("handover", 10), ("thanks", 1),
    ]  # fmt: skip
    assert {step.code: step.level for step in scenario.steps} == LEVELS
    held = {step.code for step in scenario.steps if step.release is Release.HELD}
    assert held == {"formal_notice", "handover"}
    assert scenario.thanks is not None
    assert scenario.thanks.clock.until == 10
    assert scenario.step("handover").clock.step == "formal_notice"


def test_writing_and_reading_gives_the_same_scenario() -> None:
    assert scenario_file.read(scenario_file.write(standard())).scenario == standard()


def test_a_worked_example_shows_the_day_a_step_leaves() -> None:
    """Invoice due 31 March 2026, a Tuesday: the pre-reminder leaves on Tuesday 24 March."""
    step = standard().step("pre_reminder")
    assert step.leaves_on(date(2026, 3, 31), "FR", _weekdays) == date(2026, 3, 24)
    assert step.leaves_on(date(2026, 3, 29), "FR", _weekdays) == date(2026, 3, 23)  # a Sunday


def _weekdays(day: date, country: str) -> bool:
    return day.weekday() < 5


def test_a_country_without_working_days_does_not_loop() -> None:
    step = standard().step("reminder_1")
    never = lambda day, country: False  # noqa: E731
    assert step.leaves_on(date(2026, 3, 1), "FR", never) == date(2026, 3, 1) + timedelta(days=5)


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("credits: net", "credits: some", "scenario_word_unknown", 6),
        ("gap_days: 5", "gap_days: five", "scenario_number_invalid", 7),
        ("gap_days: 5", "gap_days: 61", "scenario_number_invalid", 7),
        ("gap_days: 5", "gap_days: 5\ngap_days: 6", "scenario_key_repeated", 8),
        ("gap_days: 5", "gap_day: 5", "scenario_key_unknown", 7),
        ('"15.00"', "lots", "scenario_amount_invalid", 5),
        ('"08:30"', '"25:30"', "scenario_time_invalid", 8),
        ('"08:30"', '"19:30"', "scenario_window_empty", 8),
        ("step: reminder_1", "step: Reminder 1", "scenario_code_invalid", 17),
        ("step: reminder_2", "step: reminder_1", "scenario_step_repeated", 24),
        ("level: 3", "level: 1", "scenario_level_falls", 39),
        ("level: 3", "level: 1", "scenario_level_differs", 39),
        ("days: 15", "days: 5", "scenario_clock_falls", 26),
        ("from: formal_notice", "from: writ", "scenario_step_unknown", 55),
        ("release: held\n    tone: formal", "release: automatic\n    tone: formal",
         "scenario_formal_must_be_held", 50),
        ("channels: [email, letter]", "channels: [email, task]", "scenario_channels_mixed", 41),
        ("channels: [email, letter]", "channels: [email, email]", "scenario_channel_repeated", 41),
        ("channels: [email, letter]", "channels: []", "scenario_list_expected", 41),
        ("channels: [call]", "channels: [pigeon]", "scenario_word_unknown", 35),
        ("steps:", "etapes:", "scenario_without_steps", 4),
        ("scenario: standard", "scenario: &a standard", "scenario_alias", 4),
        ("scenario: standard", "scenario: [[[[[[[[[a]]]]]]]]]", "scenario_too_deep", 4),
        ("scenario: standard", "scenario: [", "scenario_not_yaml", 6),
        ("scenario: standard", "a: b\n---\nscenario: standard", "scenario_several_documents", 5),
    ],
)  # fmt: skip
def test_every_problem_names_its_line(before: str, after: str, code: str, line: int) -> None:
    assert before in SHIPPED
    reading = scenario_file.read(SHIPPED.replace(before, after, 1))
    assert reading.scenario is None
    assert (code, line) in [(one.code, one.line) for one in reading.problems]
    assert all(one.code in catalogue.entries() for one in reading.problems)


@pytest.mark.parametrize("text", ["", "# nothing", "42", "- a\n- b", "\x00", "[" * 60_000])
def test_nonsense_is_refused_politely(text: str) -> None:
    reading = scenario_file.read(text)
    assert reading.scenario is None
    assert reading.problems


def test_a_text_too_long_is_refused_unread() -> None:
    assert scenario_file.read("a" * 100_000).problems[0].code == "scenario_too_long"


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    reading = scenario_file.read(text)
    assert (reading.scenario is None) == bool(reading.problems)


@given(st.data())
def test_no_mutation_of_the_shipped_file_raises(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SHIPPED) - 1))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.text(alphabet="{}[]:-,&*!|>'\"#\n a0", max_size=5))
    reading = scenario_file.read(SHIPPED[:at] + put + SHIPPED[at + length :])
    assert (reading.scenario is None) == bool(reading.problems)
