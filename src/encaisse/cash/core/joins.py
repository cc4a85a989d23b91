"""The same money told by the ledger and by the bank: counted once.

A receipt of the ledger's bank journal and a line of the bank are one when account (where it is
known), direction, amount and currency agree, at most five days apart, and each is the only one
for the other. Anything less sure is a proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

APART = timedelta(days=5)

TOLD = {
    "id": pl.Int64,
    "date": pl.Date,
    "amount": pl.Int64,  # signed as the bank signs it
    "currency": pl.String,
    "place": pl.String,  # the bank account (of the ledger: of its treasury account); "": unknown
}
"""One row a movement, of either side."""


@dataclass(frozen=True, slots=True)
class Joins:
    """`sure`: pairs (ledger, bank). `possible`: pairs that are not the only ones for each other."""

    sure: pl.DataFrame
    possible: pl.DataFrame


def join(ledger: pl.DataFrame, bank: pl.DataFrame) -> Joins:
    """Join two frames of `TOLD`; columns of the answers: ledger, bank (ids), sorted."""
    near = (
        ledger.rename({"id": "ledger"})
        .join(bank.rename({"id": "bank"}), on=["amount", "currency"], suffix="_bank")
        .filter(
            (pl.col("date") - pl.col("date_bank")).abs() <= APART,
            (pl.col("place") == "")
            | (pl.col("place_bank") == "")
            | (pl.col("place") == pl.col("place_bank")),
        )
        .sort("ledger", "bank")
    )
    only = (pl.len().over("ledger") == 1) & (pl.len().over("bank") == 1)
    marked = near.select("ledger", "bank", only=only)
    return Joins(
        marked.filter("only").drop("only"),
        marked.filter(~pl.col("only")).drop("only"),
    )
