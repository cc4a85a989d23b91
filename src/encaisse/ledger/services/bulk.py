"""Receipts and allocations by the thousand: frames in, a few statements out."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from encaisse.audit import services as audit
from encaisse.ledger.models import Author, Origin
from encaisse.ledger.services import balances
from encaisse.ledger.services.allocations import lock_items, refusing
from encaisse.ledger.services.takeover import writing
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

RECEIPTS = {
    "key": pl.Int64,  # whatever the caller knows the receipt by
    "customer_id": pl.Int64,
    "amount": pl.Int64,  # minor units: received is positive, taken back negative
    "currency": pl.String,
    "date": pl.Date,
    "number": pl.String,
    "label": pl.String,
}
SETTLEMENTS = {
    "debit_id": pl.Int64,
    "credit_id": pl.Int64,
    "amount": pl.Int64,  # minor units, positive
    "date": pl.Date,
    "letter": pl.String,  # the reason
}


@transaction.atomic
def record_receipts(
    receipts: pl.DataFrame, *, company: Company, today: date, actor: Actor
) -> dict[int, int]:
    """Payments from the bank as open credits, money taken back as open debits: key → item id.

    `receipts` has the columns of `RECEIPTS`. Kept balances follow with the allocations: call
    `allocate` or `balances.refresh` in the same transaction.
    """
    actor.require(Permission.CASH_POST, company)
    is_received = pl.col("amount") >= 0
    items = receipts.with_columns(
        kind=pl.when(is_received).then(pl.lit("payment")).otherwise(pl.lit("debit_note")),
        amount=-pl.col("amount"),
        issue_date=pl.col("date"),
        due_date=pl.col("date"),
        due_date_source=pl.lit("file"),
        order_number=pl.lit(""),
        treasury=pl.lit(""),
        source_key=pl.lit(""),
        is_opening=pl.lit(False),
    ).pipe(writing.prepared)
    inserted = writing.insert_items(items, company=company, origin=Origin.BANK)
    audit.record(
        "ledger.receipts_recorded", actor=actor, company=company,
        subject=f"{receipts.height} receipts",
        receipts=inserted.select("id", "customer_id", "amount", "currency").rows(),
    )  # fmt: skip
    return dict(inserted.select("key", "id").iter_rows())


@transaction.atomic
def allocate(
    settlements: pl.DataFrame,
    *,
    company: Company,
    author: Author,
    today: date,
    actor: Actor,
    customers: set[int],
) -> int:
    """Write the allocations of a frame of `SETTLEMENTS`, all or none. Returns how many.

    Kept balances of `customers` and of the items' customers are brought up to date. Refused
    (`over_allocated`, `allocation_mismatch`) by the constraints of the database.
    """
    actor.require(Permission.CASH_POST, company)
    touched = {*settlements["debit_id"], *settlements["credit_id"]}
    with refusing():
        lock_items(touched)
        count = writing.insert_allocations(settlements, company=company, author=author, actor=actor)
    balances.refresh_of_items(touched, company=company, today=today, customers=customers)
    if count:
        audit.record(
            "ledger.allocated", actor=actor, company=company, subject=f"{count} allocations",
            allocations=settlements.select("debit_id", "credit_id", "amount", "letter").rows(),
            author=author,
        )  # fmt: skip
    return count
