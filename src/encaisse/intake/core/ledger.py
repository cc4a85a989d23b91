"""What every reader of customers and items returns: columns, a control total, all problems.

A reader is a pure function ``read(content: bytes, *, limits: Limits, …) -> LedgerReading``: no
clock, no database, no network, and no exception for whatever the bytes may be. Columns, not
objects: a ledger may hold a million lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from encaisse.kernel.problems import Problem

DType = pl.DataType | type[pl.DataType]

CUSTOMERS: dict[str, DType] = {
    "code": pl.String,  # the company's code for the customer; unique in the frame
    "name": pl.String,
    "siren": pl.String,
    "email": pl.String,
    "phone": pl.String,
    "address": pl.String,  # lines joined by "\n"
    "language": pl.String,  # "fr", "en"
    "segment": pl.String,
    "ibans": pl.List(pl.String),  # valid check digits only, without blanks
    "ibans_unsound": pl.List(pl.String),  # wrong check digits: kept as text, never learned
    "parent": pl.String,  # the head's code; the customer's own code: it is the head
    "terms": pl.String,  # as written: "45 FDM", "30 NET"
}
"""One row a customer. Null: the file does not say (and changes nothing)."""

ITEMS: dict[str, DType] = {
    "key": pl.String,  # unique in the frame; a re-export of the same line gives the same key
    "customer": pl.String,
    "kind": pl.String,  # invoice, credit_note, debit_note, payment; null: amount not told
    "number": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,  # null: not told (terms or the legal default fill it later)
    "due_date_source": pl.String,  # file, label; null where due_date is null
    "currency": pl.String,
    "amount": pl.Int64,  # minor units; what the customer owes is positive; null: not told
    "open_amount": pl.Int64,  # same sign; null: not told
    "paid_date": pl.Date,
    "label": pl.String,
    "piece_ref": pl.String,  # PieceRef as the ledger has it, where `number` had to be made
    "nature": pl.String,  # FEC: what the counterparts say (see adapters/fec/natures.py)
    "journal": pl.String,  # FEC: JournalCode, EcritureNum: where to find it in the ledger
    "entry": pl.String,
    "foreign_currency": pl.String,  # Idevise and Montantdevise, where not the file's currency
    "foreign_amount": pl.Int64,  # minor units of that currency, with the sign of `amount`
    "order_number": pl.String,
    "treasury": pl.String,  # for a payment: the ledger's bank or cash account (512…)
    "treasury_entry": pl.String,  # with `treasury`: which entry, the same for all its receipts
    "treasury_amount": pl.Int64,  # with `treasury`: what that entry moved there, a receipt positive
    "is_opening": pl.Boolean,  # carried forward from an earlier year (journal AN)
    "line": pl.Int64,  # where it stands in the file, from 1
}

ALLOCATIONS: dict[str, DType] = {
    "debit_key": pl.String,
    "credit_key": pl.String,
    "amount": pl.Int64,  # positive, minor units
    "date": pl.Date,
    "letter": pl.String,
}


@dataclass(frozen=True, slots=True)
class Control:
    """The tie-out: what the file itself says the customers owe, in minor units by currency."""

    expected: dict[str, int]


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """What one file of customers or items says. With an error among the problems nothing is taken.

    `complete_for` is the period in which the file claims to list everything (a FEC), or None.
    `treasury_until` is the last date of entries by bank or cash account of the ledger (512…).
    """

    format: str  # "fec", "csv", "xlsx"
    kind: str  # "ledger", "items", "customers"
    encoding: str
    customers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CUSTOMERS))
    items: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ITEMS))
    allocations: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ALLOCATIONS))
    control: Control | None = None
    complete_for: tuple[date, date] | None = None
    treasury_until: dict[str, date] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
