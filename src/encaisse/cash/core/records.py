"""What matching reads and what it answers. Frozen facts; amounts are signed minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import polars as pl

OPEN_ITEMS = {
    "id": pl.Int64,
    "customer": pl.Int64,
    "kind": pl.String,  # invoice, credit_note, debit_note
    "number": pl.String,
    "order_number": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "currency": pl.String,
    "open_amount": pl.Int64,  # signed: what the customer owes is positive
    "disputed": pl.Boolean,
}
"""One row an item that money may settle; a settled one that a return may open again."""

CUSTOMERS = {
    "id": pl.Int64,
    "code": pl.String,
    "name": pl.String,
    "group": pl.Int64,  # the same for all customers that may pay for one another
}
"""One row a customer; a customer without a group stands in a group of its own."""


class Source(StrEnum):
    """Where the money was told: by the bank, or by the ledger's own bank journal."""

    BANK = "bank"
    LEDGER = "ledger"


class Decision(StrEnum):
    """Certain and written; likely and for a person to decide; nothing fits."""

    APPLIED = "applied"
    PROPOSED = "proposed"
    LEFT = "left"


class Treatment(StrEnum):
    """What the difference between a receipt and the items it pays is taken to be."""

    NONE = "none"
    DISCOUNT = "discount"
    BANK_FEE = "bank_fee"
    ROUNDING = "rounding"
    FX = "fx"
    DEDUCTION = "deduction"
    PARTIAL = "partial"
    OVERPAYMENT = "overpayment"
    ON_ACCOUNT = "on_account"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation: an entry of the catalogue and the facts of its sentence."""

    code: str
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def reason(code: str, **facts: object) -> Reason:
    """A reason with its facts as text."""
    return Reason(code, {name: str(value) for name, value in facts.items()})


@dataclass(frozen=True, slots=True)
class Receipt:
    """One movement of money. `amount`: what reached us is positive, what left negative.

    `customer` is set when the ledger itself says whose it is. `holds` are reasons for which a
    machine must not apply it, whatever the evidence (a person may).
    """

    source: Source
    id: int
    date: date
    amount: int
    currency: str
    texts: tuple[str, ...] = ()
    structured: tuple[str, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    customer: int | None = None
    is_return: bool = False
    holds: tuple[Reason, ...] = ()
    rejected: frozenset[frozenset[int]] = frozenset()
    """Sets of items that a person refused for this receipt."""


@dataclass(frozen=True, slots=True)
class PayerIban:
    """An IBAN seen paying for a customer; `confirmed`: by the customer file or by a person."""

    iban: str
    customer: int
    times: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a receipt for one item; negative when a credit note is netted."""

    item: int
    amount: int


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The best explanation that was not chosen."""

    shares: tuple[Share, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What is decided about one receipt. Σ shares + residual = the receipt's amount.

    `learn` says that the payer's IBAN may be remembered for `customer`: the references alone
    were enough. `reverses` is the receipt that a returned debit takes back. `turn` is its
    place in the order in which a run decided.
    """

    receipt: Receipt
    decision: Decision
    confidence: float
    customer: int | None = None
    shares: tuple[Share, ...] = ()
    residual: int = 0
    treatment: Treatment = Treatment.NONE
    reasons: tuple[Reason, ...] = ()
    runner_up: RunnerUp | None = None
    learn: bool = False
    reverses: int | None = None
    turn: int = 0
