"""What the planner may know: columns, one row an item or a customer, nothing else.

Everything is a fact of a day; nothing here remembers a timer. A million items are normal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from encaisse import __version__
from encaisse.dunning.core.charges import Law
from encaisse.dunning.core.scenario import Scenario, WorkingDay
from encaisse.kernel.interest import Reduction
from encaisse.kernel.rates import shipped

ITEMS = {
    "item": pl.Int64,  # id; unique
    "customer": pl.Int64,
    "number": pl.String,
    "currency": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,  # null: credits and payments; such an item is never claimed
    "due_date_source": pl.String,  # file einvoice terms label legal_default person
    "amount": pl.Int64,  # of the document, minor units
    "open_amount": pl.Int64,  # minor units, never 0; positive: the customer owes it
    "disputed": pl.Boolean,
    "promised_until": pl.Date,  # last day, grace included, on which a promise is awaited
    "payment_plan": pl.Boolean,
    "in_transit": pl.Boolean,  # being collected, or paid by a bank line somebody must confirm
    "delivery_failed": pl.Boolean,  # the invoice itself is known not to have arrived
    "blocked_until": pl.Date,  # last day of the block on this item
    "limitation_from": pl.Date,  # last act that interrupted the limitation
}
"""The open items of the customers concerned, credits included. Booleans are never null."""

CUSTOMERS = {
    "customer": pl.Int64,  # id; unique
    "code": pl.String,
    "language": pl.String,
    "country": pl.String,  # of the recipient, ISO 3166 alpha-2
    "debtor": pl.String,  # business, public, consumer
    "regime": pl.String,  # of late interest: `kernel.rates.regime_code`
    "scenario": pl.String,  # name of a scenario in the facts
    "email": pl.String,  # null: none that works
    "postal": pl.String,  # the postal address, lines joined by "\n"
    "phone": pl.String,
    "portal": pl.String,
    "opted_out": pl.Boolean,
    "blocked_until": pl.Date,
    "insolvent": pl.Boolean,
}

STEPS = {
    "item": pl.Int64,
    "step": pl.String,
    "level": pl.Int8,
    "day": pl.Date,
    "delivered": pl.Boolean,  # accepted by the channel; else still on its way
    "is_contact": pl.Boolean,  # a message, not a call or a task
}
"""Steps reserved for items, those given back (bounced, failed, cancelled) left out."""

CONTACTS = {
    "customer": pl.Int64,
    "address": pl.String,  # the e-mail address, or null for a letter
    "channel": pl.String,
    "day": pl.Date,
}
"""Messages to the customers in the last weeks, those that came back left out."""

SETTLED = {
    "item": pl.Int64,
    "customer": pl.Int64,
    "number": pl.String,
    "currency": pl.String,
    "due_date": pl.Date,
    "settled_on": pl.Date,
    "promise_kept": pl.Boolean,
}
"""Items settled by a payment in the last weeks, for thanks."""


def _empty(schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(schema))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides about one company on one day.

    `reductions` are the payments and credits, by item, of items that were partly settled after
    their due date; `law` gives the rates of late interest.
    """

    today: date
    scenarios: Mapping[str, Scenario]
    is_working: WorkingDay
    items: pl.DataFrame
    customers: pl.DataFrame
    steps: pl.DataFrame = field(default_factory=lambda: _empty(STEPS))
    contacts: pl.DataFrame = field(default_factory=lambda: _empty(CONTACTS))
    settled: pl.DataFrame = field(default_factory=lambda: _empty(SETTLED))
    reductions: Mapping[int, list[Reduction]] = field(default_factory=dict)
    law: Law = field(default_factory=lambda: Law(shipped()))


def fingerprint_of(facts: Facts) -> str:
    """A digest of everything the plan of the day depends on, whatever the order of the rows.

    Row hashes are stable for one version of Polars; another version only plans once more.
    """
    digest = hashlib.sha256(f"{__version__} {pl.__version__} {facts.today}".encode())
    for frame in (facts.items, facts.customers, facts.steps, facts.contacts, facts.settled):
        digest.update(f"{frame.height} {frame.columns}".encode())
        digest.update(frame.hash_rows().sort().to_numpy().tobytes())
    said = (sorted(facts.scenarios.items()), sorted(facts.reductions.items()), facts.law)
    digest.update(repr(said).encode())
    return digest.hexdigest()
