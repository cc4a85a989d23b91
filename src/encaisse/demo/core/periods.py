"""Which statement files the bank has sent: months, then weeks, then days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from encaisse.demo.core import company, days
from encaisse.demo.core.records import BankAccount, Movement, World

MONTHS_BEFORE = 5
"""Complete months before that of the ledger's end for which statements are kept."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: the balance before its first day and after its last, in cents."""

    account: BankAccount
    number: int  # counts through the calendar year of its last day
    first: date
    last: date
    opening: int
    closing: int
    movements: tuple[Movement, ...]


def statements(world: World, account: BankAccount) -> Iterator[Statement]:
    """The account's statements in order; each opens with what the one before closed with."""
    lines = [one for one in world.movements if one.bank == account.key]
    spans = list(_spans(world))
    balance = company.OPENING[account.key]
    balance += sum(one.amount for one in lines if one.booked < spans[0][0])
    counts: dict[int, int] = {}
    for first, last in spans:
        own = tuple(one for one in lines if first <= one.booked <= last)
        closing = balance + sum(one.amount for one in own)
        counts[last.year] = counts.get(last.year, 0) + 1
        yield Statement(account, counts[last.year], first, last, balance, closing, own)
        balance = closing


def _spans(world: World) -> Iterator[tuple[date, date]]:
    """Whole months, weeks to Friday in the month of the ledger's end, then each banking day."""
    this_month = world.ledger_date.replace(day=1)
    first = this_month
    for _ in range(MONTHS_BEFORE):
        first = (first - days.ONE_DAY).replace(day=1)
    for month in days.months(first, this_month - days.ONE_DAY):
        yield month, days.month_end(month)
    day = this_month
    while day <= world.ledger_date:
        friday = min(day + timedelta(days=(4 - day.weekday()) % 7), world.ledger_date)
        yield day, friday
        day = friday + days.ONE_DAY
    while day <= world.today:
        if days.is_open(day):
            yield day, day
        day += days.ONE_DAY
