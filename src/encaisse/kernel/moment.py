"""The moment of an act: the real one, or the day that was asked for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""Civil dates of the product are dates in this zone."""

START = time(10, 0)
"""When a day that was asked for begins: inside the send window."""


def moment(asked: date | None, now: datetime, *, since: timedelta = timedelta(0)) -> datetime:
    """`now`, or so long `since` ten o'clock in Paris on the day that was asked for."""
    if asked is None:
        return now.astimezone(PARIS)
    return datetime.combine(asked, START, tzinfo=PARIS) + since
