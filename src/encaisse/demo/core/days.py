"""Days on which French banks book, and the due dates that French terms give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from encaisse.kernel.terms import due_date as kernel_due_date
from encaisse.kernel.terms import month_end, parse_terms

__all__ = ["month_end"]

ONE_DAY = timedelta(days=1)


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus)."""
    golden, century, year_of_century = year % 19, year // 100, year % 100
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quarter, remainder = divmod(year_of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - remainder) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@cache
def closing_days(year: int) -> frozenset[date]:
    """Days on which the euro payment system TARGET is closed, weekends aside."""
    sunday = easter(year)
    return frozenset(
        {
            date(year, 1, 1),
            sunday - 2 * ONE_DAY,
            sunday + ONE_DAY,
            date(year, 5, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_open(day: date) -> bool:
    """Whether banks book on that day."""
    return day.weekday() < 5 and day not in closing_days(day.year)


def next_open(day: date) -> date:
    """That day, or the first day after it on which banks book."""
    while not is_open(day):
        day += ONE_DAY
    return day


def previous_open(day: date) -> date:
    """That day, or the last day before it on which banks book."""
    while not is_open(day):
        day -= ONE_DAY
    return day


def open_days_after(day: date, count: int) -> date:
    """The day `count` banking days later."""
    for _ in range(count):
        day = next_open(day + ONE_DAY)
    return next_open(day)


def months(first: date, last: date) -> Iterator[date]:
    """The first day of every month from that of `first` to that of `last`."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = month_end(day) + ONE_DAY


def due_date(issued: date, terms: str) -> date:
    """When an invoice falls due: ``30 NET``, or ``45 FDM`` (45 days, then the month's end)."""
    read = parse_terms(terms)
    if read is None:
        raise ValueError(f"{terms!r} are no payment terms")
    return kernel_due_date(read, issued)
