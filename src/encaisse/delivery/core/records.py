"""What a message says, before it is set in words: who writes to whom about which items.

Amounts are minor units of the section's currency; a credit is negative. Dates are civil.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from encaisse.kernel.interest import Period
from encaisse.kernel.money import Money

ACCENT = "#0f5f63"
"""The colour of a company that chose none: dark enough for print in grey."""


class Purpose(StrEnum):
    """Why a message is written; each has its own words. The dunning steps carry their names."""

    PRE_REMINDER = "pre_reminder"
    REMINDER_1 = "reminder_1"
    REMINDER_2 = "reminder_2"
    REMINDER_3 = "reminder_3"
    FORMAL_NOTICE = "formal_notice"
    THANKS = "thanks"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Creditor:
    """The company that writes, as its letters must name it (Code de commerce, art. R123-237)."""

    name: str
    legal_form: str = ""
    capital: str = ""
    siren: str = ""
    rcs: str = ""
    vat_id: str = ""
    address: tuple[str, ...] = ()
    city: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    bic: str = ""
    account_holder: str = ""
    """The name the bank knows, where it is not `name`: payers' banks compare it."""
    signatory: str = ""
    signatory_role: str = ""
    accent: str = ACCENT


def creditor(name: str, siren: str, ibans: list[str], profile: Mapping[str, Any]) -> Creditor:
    """A creditor from the company's own record and what its profile adds; missing is blank.

    `profile["address"]` is a list of lines or one text with line breaks.
    """
    address = profile.get("address", ())
    lines = address.splitlines() if isinstance(address, str) else address
    accent = str(profile.get("accent", ACCENT))
    plain = {
        key: str(profile.get(key, ""))
        for key in (
            "legal_form", "capital", "rcs", "vat_id", "city", "email", "phone", "bic",
            "account_holder", "signatory", "signatory_role",
        )
    }  # fmt: skip
    return Creditor(
        name=name,
        siren=siren,
        iban=ibans[0] if ibans else "",
        address=tuple(str(line).strip() for line in lines if str(line).strip()),
        accent=accent if re.fullmatch(r"#[0-9a-fA-F]{6}", accent) else ACCENT,
        **plain,
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is written to. `address` are the lines under the name, the country last if abroad."""

    code: str
    name: str
    address: tuple[str, ...] = ()
    contact: str = ""
    email: str = ""
    siren: str = ""
    language: str = "fr"
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Line:
    """One item: an invoice claimed, or a credit that is netted (`open_amount` < 0)."""

    number: str
    issue_date: date
    due_date: date
    days_late: int
    open_amount: int
    amount: int = 0
    """The document's own amount, where part of it is settled; 0 shows nothing."""
    kind: str = "invoice"


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one currency. Its total is what is asked for, before interest."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        """Sum of the open amounts, credits netted."""
        return Money(sum(line.open_amount for line in self.lines), self.currency)


@dataclass(frozen=True, slots=True)
class Charge:
    """Late interest and indemnity of one invoice; the lines as `kernel.interest` cut them."""

    number: str
    periods: tuple[Period, ...]
    indemnity: int = 0

    @property
    def interest(self) -> int:
        """Minor units."""
        return sum(period.interest for period in self.periods)


@dataclass(frozen=True, slots=True)
class Charges:
    """What lateness costs, until a day, in one currency. `rule` names the law or the contract.

    Announced charges are told and not asked for; claimed ones are part of the total.
    """

    currency: str
    until: date
    charges: tuple[Charge, ...]
    is_claimed: bool = False
    rule: str = "fr_b2b"

    @property
    def interest(self) -> Money:
        """All interest."""
        return Money(sum(charge.interest for charge in self.charges), self.currency)

    @property
    def indemnity(self) -> Money:
        """All flat indemnities."""
        return Money(sum(charge.indemnity for charge in self.charges), self.currency)

    @property
    def rate(self) -> Decimal | None:
        """The rate of the latest period, per cent a year."""
        periods = [period for charge in self.charges for period in charge.periods]
        return max(periods, key=lambda period: period.end).rate if periods else None


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one addressee, whatever the channel.

    `reference` is ours (it stands on the document and keys the Message-ID);
    `payment_reference` goes into the transfer: an ISO 11649 number or blank.
    """

    purpose: Purpose
    day: date
    reference: str
    creditor: Creditor
    addressee: Addressee
    sections: tuple[Section, ...]
    charges: Charges | None = None
    deadline: date | None = None
    payment_reference: str = ""
    earlier: tuple[date, ...] = ()
    """Days of the reminders that went before."""
    paid: Money | None = None
    """For thanks: what came in."""
    portal: str = ""
    """Where the customer sees and pays its invoices, if it has such a page."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement: what the customer owes more (`debit`) or less (`credit`)."""

    day: date
    kind: str
    number: str
    due_date: date | None = None
    debit: int = 0
    credit: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The movements of one currency between an opening and a closing balance.

    `buckets` hold the open debits by age (not_due, d1_30, d31_60, d61_90, d90_plus) and
    `unapplied` (≤ 0) the open credits: their sum is the closing balance, or the caller erred.
    """

    currency: str
    opening: int
    movements: tuple[Movement, ...]
    buckets: Mapping[str, int]
    unapplied: int = 0

    @property
    def closing(self) -> int:
        """Opening plus debits less credits, minor units."""
        return self.opening + sum(line.debit - line.credit for line in self.movements)


@dataclass(frozen=True, slots=True)
class Statement:
    """An account statement: what happened since `since`, and what is open on `as_of`."""

    as_of: date
    since: date | None
    reference: str
    creditor: Creditor
    addressee: Addressee
    ledgers: tuple[Ledger, ...]
    payment_reference: str = ""
