"""How bank files write amounts, dates and text, and what they mean. Pure, and never raising."""

from __future__ import annotations

import calendar
from datetime import date
from functools import lru_cache

from encaisse.kernel.money import decimals

FIRST_YEAR, LAST_YEAR = 1950, 2199
_MOST_DIGITS = 15  # whole units; with three decimals it still fits a 64-bit integer


def squeeze(text: str | None) -> str:
    """The text without control characters, stripped, inner runs of blanks made one."""
    if not text:
        return ""
    if text.isprintable():
        text = text.strip()
        if "  " not in text:
            return text
    else:
        text = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(text.split())


def minor_units(text: str, currency: str, mark: str = ".") -> tuple[int, bool] | None:
    """An unsigned amount as written, in minor units, and whether nothing had to be rounded.

    ``18.150`` EUR is (1815, True); ``8.855`` EUR is (886, False), rounded half up. None when it
    is not an amount: signs, blanks, exponents, more than 15 whole digits.
    """
    whole, _, part = text.partition(mark)
    digits = whole + part
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(whole) > _MOST_DIGITS:
        whole = whole.lstrip("0")
    if len(whole) > _MOST_DIGITS or len(part) > _MOST_DIGITS:
        return None
    places = decimals(currency)
    if len(part) == places:
        return int(digits), True
    kept, rest = part[:places], part[places:]
    minor = int(whole or "0") * 10**places + int(kept.ljust(places, "0") or "0")
    if not rest.strip("0"):
        return minor, True
    return minor + (rest[0] >= "5"), False


def century(two_digits: int, pivot: int) -> int:
    """The year meant by its last two digits: from the pivot on it is a year of the 1900s."""
    return two_digits + (1900 if two_digits >= pivot else 2000)


def exact_date(year: int, month: int, day: int) -> date | None:
    """The day, or None when there is no such day (or no sane year)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def banking_date(year: int, month: int, day: int) -> tuple[date, bool] | None:
    """A value date, and whether it exists.

    Banks that count every month as 30 days write 30 February: it is read as the last day of the
    month. None when it is no date at all.
    """
    found = exact_date(year, month, day)
    if found is not None:
        return found, True
    if not (1 <= month <= 12 and 29 <= day <= 31 and FIRST_YEAR <= year <= LAST_YEAR):
        return None
    return date(year, month, calendar.monthrange(year, month)[1]), False


@lru_cache(maxsize=1_024)
def iso_date(text: str) -> date | None:
    """The calendar day of an ISO 8601 date or time, as written (no zone moves it)."""
    head = text.strip()[:10]
    if len(head) == 10 and head.isascii():
        try:
            found = date.fromisoformat(head)
        except ValueError:
            return None
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    return None


def iso_parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of an ISO 8601 date, whether or not there is such a day."""
    parts = text.strip()[:10].split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        return int(parts[0]), int(parts[1]), int(parts[2])
    return None
