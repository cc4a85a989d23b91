"""Working days by country, and the hours in which people may be written to.

A business calendar decides when something of ours leaves; it never moves a due date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

ONE_DAY = timedelta(days=1)
NAMES = {"UK": "GB", "EL": "GR"}
"""Codes that the EU uses where ISO 3166 has another."""


def is_working_day(day: date, country: str = "FR") -> bool:
    """Monday to Friday and no public holiday of the country (weekends differ in some).

    A country without a calendar has its weekends only. Regional holidays are left out: a
    letter to Strasbourg on Good Friday is no offence.
    """
    calendar = _calendar(NAMES.get(country.upper(), country.upper()))
    if calendar is None:
        return day.weekday() < 5
    return calendar.is_working_day(day)


def next_working_day(day: date, country: str = "FR") -> date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day, country):
        day += ONE_DAY
    return day


def add_working_days(day: date, count: int, country: str = "FR") -> date:
    """The `count`-th working day after a day (before it, when negative); 0 is the day itself."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, country):
            day += step
    return day


def working_days_between(start: date, end: date, country: str = "FR") -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n + 1), country) for n in range(days))


@cache
def _calendar(country: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The hours in which an automatic message may leave, by the recipient's clock."""

    opens: time = time(8, 30)
    closes: time = time(18, 30)

    def holds(self, moment: datetime, country: str = "FR") -> bool:
        """True on a working day of the country between the two hours.

        ValueError for a moment without a time zone.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        local = moment.astimezone(ZoneInfo(zone_of(country)))
        return is_working_day(local.date(), country) and self.opens <= local.time() < self.closes


ZONES: Mapping[str, str] = {
    "FR": "Europe/Paris", "BE": "Europe/Brussels", "LU": "Europe/Luxembourg",
    "DE": "Europe/Berlin", "CH": "Europe/Zurich", "AT": "Europe/Vienna", "IT": "Europe/Rome",
    "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "NL": "Europe/Amsterdam",
    "GB": "Europe/London", "IE": "Europe/Dublin", "PL": "Europe/Warsaw", "GR": "Europe/Athens",
    "RO": "Europe/Bucharest", "MA": "Africa/Casablanca", "TN": "Africa/Tunis",
    "MQ": "America/Martinique", "GP": "America/Guadeloupe", "GF": "America/Cayenne",
    "RE": "Indian/Reunion", "US": "America/New_York",
}  # fmt: skip
"""Where business is done in each country; elsewhere the creditor's own zone serves."""


def zone_of(country: str) -> str:
    """The IANA time zone of a country's business."""
    code = country.upper()
    return ZONES.get(NAMES.get(code, code), "Europe/Paris")
