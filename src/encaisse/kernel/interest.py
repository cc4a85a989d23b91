"""Late interest by slices of time, open amount and rate period, and the flat indemnity.

Simple interest, never compounded (Code civil, art. 1343-2). The due day does not count, the
payment day does: days late = payment date - due date. Each slice is one line shown to the
debtor and is rounded half up once; the total is the sum of the lines.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from encaisse.kernel.money import Money

ONE_DAY = timedelta(days=1)


class DayCount(StrEnum):
    """Days over the days of a year. ACT/365F is the usual court practice, leap years included."""

    ACT_365F = "ACT/365F"
    ACT_ACT = "ACT/ACT"
    ACT_360 = "ACT/360"


class Imputation(StrEnum):
    """What a partial payment settles first.

    PRINCIPAL_FIRST is the practice of accounts receivable; INTEREST_FIRST is the Code civil,
    art. 1343-1, for a claim before a court.
    """

    PRINCIPAL_FIRST = "principal_first"
    INTEREST_FIRST = "interest_first"


class RateRule(Protocol):
    """What gives a rate: `encaisse.kernel.rates.Regime` or `ContractRate`."""

    def rate(self, day: date, *, started: date) -> Decimal | None:
        """Per cent a year, or None when unknown."""

    def rate_end(self, day: date) -> date | None:
        """First day on which the rate is looked up again."""

    def fee(self, debt: Money) -> Money | None:
        """The flat indemnity for one late invoice."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What lowers the debt: minor units > 0, effective at the end of `day`.

    A credit note always lowers the principal (it is a lower price, not a payment); one that
    corrects the invoice is given the invoice's date by the caller.
    """

    day: date
    minor: int
    credit_note: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """One line: both days count; `days` = end - start + 1; amounts in minor units."""

    start: date
    end: date
    days: int
    base: int
    rate: Decimal
    interest: int


@dataclass(frozen=True, slots=True)
class LateInterest:
    """The interest of one invoice until a day.

    `open_principal` is what remains of the invoice (under INTEREST_FIRST after payments took
    interest first), `interest_paid` what payments took, `surplus` what was paid too much.
    `rate_missing_from` is the first late day without a known rate: no line goes beyond it.
    `indemnity` is in its own legal currency (40 EUR) and converted only when claimed.
    """

    currency: str
    periods: tuple[Period, ...]
    open_principal: int
    interest_paid: int
    surplus: int
    indemnity: Money | None
    rate_missing_from: date | None

    @property
    def interest(self) -> int:
        """Sum of the lines, minor units."""
        return sum(period.interest for period in self.periods)

    @property
    def days(self) -> int:
        """Days that bore interest."""
        return sum(period.days for period in self.periods)

    @property
    def total_due(self) -> int:
        """Open principal, unpaid interest and the indemnity, all in one currency.

        ValueError when the indemnity's currency is another one: convert it first.
        """
        fee = self.indemnity or Money(0, self.currency)
        if fee.currency != self.currency:
            raise ValueError(f"the indemnity in {fee.currency} must be converted first")
        return self.open_principal + self.interest - self.interest_paid + fee.minor


@dataclass(frozen=True, slots=True)
class Claim:
    """One invoice as owed: gross amount > 0 in minor units and the due date printed on it."""

    principal: int
    currency: str
    due: date
    day_count: DayCount = DayCount.ACT_365F
    imputation: Imputation = Imputation.PRINCIPAL_FIRST


def late_interest(
    claim: Claim, rule: RateRule, reductions: Iterable[Reduction], *, until: date
) -> LateInterest:
    """Interest of one invoice from the day after its due date to `until`, both counted.

    Reductions on or before the due date lower the debt before interest runs. Nothing after
    `until` is looked at, so the result of a past day never changes with later payments.
    """
    course = _Course(claim, rule)
    for reduction in sorted((r for r in reductions if r.day <= until), key=lambda r: r.day):
        course.run_to(reduction.day)
        course.reduce(reduction)
    course.run_to(until)
    return course.result()


def days_late(due: date, on: date) -> int:
    """Day 1 is the day after the due date; 0 or less is not late."""
    return (on - due).days


def simple_interest(base: int, percent: Decimal, start: date, end: date, count: DayCount) -> int:
    """Interest in minor units for the days `start`..`end`, both counted, rounded half up."""
    top, bottom = percent.as_integer_ratio()
    bottom *= 100
    days = (end - start).days + 1
    if count is DayCount.ACT_ACT:
        leap_days = _days_in_leap_years(start, end)
        # days/365 + leap days/366 over one common denominator
        return _half_up(base * top * ((days - leap_days) * 366 + leap_days * 365),
                        bottom * 365 * 366)  # fmt: skip
    return _half_up(base * top * days, bottom * (360 if count is DayCount.ACT_360 else 365))


class _Course:
    """The debt on its way through time."""

    def __init__(self, claim: Claim, rule: RateRule) -> None:
        self.claim = claim
        self.rule = rule
        self.principal = claim.principal
        self.started = claim.due + ONE_DAY
        self.day = claim.due
        self.periods: list[Period] = []
        self.interest_owed = 0
        self.interest_paid = 0
        self.surplus = 0
        self.was_late = False
        self.missing_from: date | None = None

    def run_to(self, end: date) -> None:
        """Let interest run to the end of a day."""
        while self.day < end:
            start = self.day + ONE_DAY
            new_rate = self.rule.rate_end(start)
            stop = end if new_rate is None else min(end, new_rate - ONE_DAY)
            self._accrue(start, stop)
            self.day = stop

    def reduce(self, reduction: Reduction) -> None:
        """Lower the debt; what is more than the debt is surplus."""
        rest = reduction.minor
        if self.claim.imputation is Imputation.INTEREST_FIRST and not reduction.credit_note:
            taken = min(rest, self.interest_owed - self.interest_paid)
            self.interest_paid += taken
            rest -= taken
        taken = min(rest, max(self.principal, 0))
        self.principal -= taken
        self.surplus += rest - taken

    def result(self) -> LateInterest:
        fee = self.rule.fee(Money(self.claim.principal, self.claim.currency))
        return LateInterest(
            currency=self.claim.currency,
            periods=tuple(self.periods),
            open_principal=self.principal,
            interest_paid=self.interest_paid,
            surplus=self.surplus,
            indemnity=fee if self.was_late else None,
            rate_missing_from=self.missing_from,
        )

    def _accrue(self, start: date, end: date) -> None:
        if self.principal <= 0:
            return
        self.was_late = True
        if self.missing_from is not None:
            return
        rate = self.rule.rate(start, started=self.started)
        if rate is None:
            self.missing_from = start
            return
        interest = simple_interest(self.principal, rate, start, end, self.claim.day_count)
        days = (end - start).days + 1
        self.periods.append(Period(start, end, days, self.principal, rate, interest))
        self.interest_owed += interest


def _days_in_leap_years(start: date, end: date) -> int:
    found = 0
    for year in range(start.year, end.year + 1):
        if calendar.isleap(year):
            first = max(start, date(year, 1, 1))
            last = min(end, date(year, 12, 31))
            found += (last - first).days + 1
    return found


def _half_up(top: int, bottom: int) -> int:
    return (2 * top + bottom) // (2 * bottom)
