"""Bank statements as this room books them; whoever reads files converts to these."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked movement. `amount`: minor units, what reached us positive.

    `structured`: references told as such (ISO 11649, document numbers). `counterparty_iban` is
    empty unless its check digits are right.
    """

    booking_date: date
    amount: int
    value_date: date | None = None
    text: str = ""
    structured: tuple[str, ...] = ()
    counterparty_name: str = ""
    counterparty_iban: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    bank_code: str = ""
    is_return: bool = False
    return_reason: str = ""
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Whatever else the bank told: charges, original amount, batch…"""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one bank account, balances in minor units (an overdraft is negative).

    A notification (camt.054) tells details of movements that a statement books.
    """

    account: str
    currency: str
    movements: tuple[Movement, ...]
    identifier: str = ""
    opening_date: date | None = None
    opening: int | None = None
    closing_date: date | None = None
    closing: int | None = None
    is_notification: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """A movement with the place among its equals: together they know it again."""

    movement: Movement
    key: str  # SHA-256, hexadecimal
    occurrence: int  # from 1


def keyed(movements: Iterable[Movement]) -> list[Keyed]:
    """Number identical movements of one account and file, so that none is dropped.

    The same movements told again get the same keys and numbers.
    """
    seen: Counter[str] = Counter()
    found = []
    for movement in movements:
        key = _key(movement)
        seen[key] += 1
        found.append(Keyed(movement, key, seen[key]))
    return found


def _key(movement: Movement) -> str:
    told = (
        movement.booking_date.isoformat(),
        str(movement.amount),
        movement.text,
        "\x1e".join(movement.structured),
        movement.counterparty_name,
        movement.counterparty_iban,
        movement.end_to_end_id,
        movement.mandate_id,
        movement.bank_reference,
        movement.bank_code,
    )
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()
