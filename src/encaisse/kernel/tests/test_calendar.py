"""Working days and hours of the recipient's country."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel.calendar import (
    SendWindow,
    add_working_days,
    is_working_day,
    next_working_day,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "country", "working"),
    [
        ("2026-11-11", "FR", False),
        ("2026-11-11", "DE", True),
        ("2026-07-14", "FR", False),
        ("2026-07-21", "BE", False),
        ("2026-05-25", "FR", False),
        ("2026-11-23", "FR", True),
        ("2026-11-22", "FR", False),
        ("2026-11-27", "AE", True),
        ("2026-11-21", "ZZ", False),
        ("2026-12-25", "UK", False),
    ],
)
def test_working_days_by_country(day: str, country: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day), country) is working


def test_easter_weekend_moves_to_tuesday() -> None:
    assert next_working_day(date(2026, 4, 4)) == date(2026, 4, 7)
    assert next_working_day(date(2026, 4, 7)) == date(2026, 4, 7)


def test_counting_working_days() -> None:
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 23), -1) == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 24)) == 2
    assert working_days_between(date(2026, 11, 24), date(2026, 11, 20)) == 0


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 30))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    assert working_days_between(day, add_working_days(day, count)) == count


@pytest.mark.parametrize(
    ("moment", "country", "open_"),
    [
        ("2026-11-23T07:29:00", "FR", False),
        ("2026-11-23T07:30:00", "FR", True),
        ("2026-11-23T17:30:00", "FR", False),
        ("2026-11-23T17:30:00", "GB", True),
        ("2026-11-22T10:00:00", "FR", False),
        ("2026-07-01T06:30:00", "FR", True),
    ],
)
def test_the_send_window_is_the_recipients(moment: str, country: str, open_: bool) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert SendWindow().holds(at, country) is open_


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SendWindow().holds(datetime(2026, 11, 23, 10))  # noqa: DTZ001
