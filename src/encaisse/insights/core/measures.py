"""The measures of the trade, each with its formula: pure figures in, a figure out.

Conventions (French practice): amounts with VAT on both sides of every ratio; receivables are the
open debits of customers, advances and unapplied credits left out unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """One month of sales with VAT, minor units, and its days."""

    days: int
    sales: int


def dso_count_back(receivables: int, months: Sequence[Month]) -> Decimal | None:
    """Days of sales outstanding by exhaustion (*épuisement du chiffre d'affaires*).

    `months` newest first: whole months of sales are taken off what is owed, the last pro rata.
    None when there were no sales, or when the history ends before what is owed is used up.
    """
    left, days = receivables, Decimal(0)
    if left <= 0:
        return Decimal(0) if any(month.sales > 0 for month in months) else None
    for month in months:
        if month.sales >= left > 0:
            return _cents(days + Decimal(left) / month.sales * month.days)
        left -= max(month.sales, 0)
        days += month.days
    return None


def dso_balance(receivables: int, sales: int, days: int) -> Decimal | None:
    """Receivables over the sales of a period, times its days (*DSO comptable*)."""
    return _cents(Decimal(receivables) / sales * days) if sales > 0 else None


def cei(opening: int, sales: int, closing: int, closing_current: int) -> Decimal | None:
    """Collection effectiveness index, %: what was collected of what could have been."""
    could = opening + sales - closing_current
    if could == 0:
        return Decimal(100)
    return _cents(Decimal(opening + sales - closing) / could * 100)


def share(part: int, whole: int) -> Decimal | None:
    """A part in percent of the whole; None of nothing."""
    return _cents(Decimal(part) / whole * 100) if whole else None


def mean_days_late(paid: Sequence[tuple[int, int]]) -> Decimal | None:
    """Σ(amount × max(0, days late)) / Σ amount over what was paid: (amount, days late) pairs."""
    whole = sum(amount for amount, _ in paid)
    if whole <= 0:
        return None
    return _cents(Decimal(sum(amount * max(0, days) for amount, days in paid)) / whole)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
