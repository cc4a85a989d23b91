"""Fields 60 to 65 and 61: balances, and movements before their details are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from encaisse.intake.adapters.mt940.fields import Field
from encaisse.intake.core.bank import BalanceRecord
from encaisse.intake.core.bank_text import (
    banking_date,
    century,
    exact_date,
    minor_units,
    squeeze,
)
from encaisse.intake.core.findings import Findings
from encaisse.kernel.money import Money

_PIVOT = 80  # SWIFT: years above 79 are of the 1900s
_BALANCE = re.compile(r"(R?[CD])\s*(\d{6})\s*([A-Z]{3})?\s*(\d{0,40},?\d{0,10})", re.ASCII)
_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?\s*(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?\s*"
    r"(?P<amount>\d{1,40},?\d{0,10})(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.ASCII,
)
_LONGEST = 200  # characters of a balance or an amount, generously
_FALLING = frozenset(("D", "RC", "ED"))
_NOTHING = frozenset(("", "NONREF", "NOTPROVIDED", "EREF", "KREF"))


@dataclass(slots=True)
class Movement:
    """What one field 61 tells."""

    line: int
    amount: Money
    booking_date: date
    value_date: date
    kind: str
    reference: str
    bank_reference: str
    supplement: str
    is_expected: bool
    is_reversal: bool


def balance_of(field: Field, currency: str) -> BalanceRecord | None:
    """A balance ``C070903EUR766656,49``; some banks leave the currency out."""
    told = "".join(field.first[:_LONGEST].split())
    found = _BALANCE.fullmatch(told)
    if found is None or len(field.first) >= _LONGEST:
        return None
    mark, day, named, written = found.groups()
    at = exact_date(*_parts(day))
    minor = minor_units(written, named or currency, ",")
    if at is None or minor is None:
        return None
    sign = -1 if mark in ("D", "RC") else 1
    return BalanceRecord(at, Money(sign * minor[0], named or currency))


def movement_of(field: Field, currency: str, findings: Findings) -> Movement | None:
    """A movement; None, with an error noted, when it cannot be read."""
    found, supplement = _MOVEMENT.fullmatch(field.first), field.lines[1:]
    if found is None and supplement:  # cut in the middle by an editor or a mail program
        found = _MOVEMENT.fullmatch(field.first + supplement[0].strip())
        supplement = supplement[1:]
    if found is None:
        findings.error(field.line, "mt940_field_unreadable", field=":61:", text=field.first[:60])
        return None
    amount = minor_units(found["amount"], currency, ",")
    days = _days(found["value"], found["entry"], field.line, findings)
    if amount is None:
        findings.error(field.line, "amount_unreadable", amount=found["amount"][:40])
    if amount is None or days is None:
        return None
    if not amount[1]:
        findings.warning(
            field.line,
            "bank_amount_rounded",
            amount=found["amount"],
            rounded=Money(amount[0], currency),
        )
    mark = found["mark"]
    reference, bank_reference, more = _references(found["rest"])
    return Movement(
        line=field.line,
        amount=Money(-amount[0] if mark in _FALLING else amount[0], currency),
        booking_date=days[0],
        value_date=days[1],
        kind=(found["kind"] or "").strip(),
        reference=reference,
        bank_reference=bank_reference,
        supplement=squeeze(" ".join((more, *supplement))),
        is_expected=mark[0] == "E",
        is_reversal=mark[0] == "R",
    )


def _parts(day: str) -> tuple[int, int, int]:
    return century(int(day[:2]), _PIVOT), int(day[2:4]), int(day[4:6])


def _days(value: str, entry: str | None, line: int, findings: Findings) -> tuple[date, date] | None:
    """Booking and value date; without an entry date the value date is both."""
    near = banking_date(*_parts(value))
    if near is None:
        findings.error(line, "date_unreadable", date=value)
        return None
    valued, exists = near
    if not exists:
        findings.warning(line, "value_date_clamped", told=value, read=valued)
    booked = entry_date(entry, valued) if entry else valued
    if booked is None:
        findings.error(line, "date_unreadable", date=entry)
        return None
    return booked, valued


def entry_date(month_and_day: str, valued: date) -> date | None:
    """The booking date told without a year: the one nearest to the value date."""
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    years = (valued.year - 1, valued.year, valued.year + 1)
    found = [at for year in years if (at := exact_date(year, month, day))]
    return min(found, key=lambda at: abs(at - valued)) if found else None


def _references(rest: str) -> tuple[str, str, str]:
    """Ours, the bank's, and what stands behind them on the same line."""
    ours, _, banks = rest.partition("//")
    ours, _, more = ours.strip().partition("  ")
    banks, _, behind = banks.strip().partition("  ")
    return _told(ours), _told(banks), squeeze(f"{more} {behind}")


def _told(reference: str) -> str:
    reference = squeeze(reference)
    return "" if reference.upper() in _NOTHING else reference
