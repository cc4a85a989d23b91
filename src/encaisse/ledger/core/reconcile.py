"""What a newer file changes in what is known: new, changed and gone items.

Pure: frames of what is known and of what came in, a frame of each difference out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from encaisse.ledger.core.due_dates import RANK

KNOWN = {
    "id": pl.Int64,
    "customer_id": pl.Int64,
    "source_key": pl.String,
    "kind": pl.String,
    "number": pl.String,
    "search_key": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "due_date_source": pl.String,
    "currency": pl.String,
    "amount": pl.Int64,
    "open": pl.Int64,
    "origin": pl.String,
    "order_number": pl.String,
}
"""What is known of an item. Incoming frames have the same columns but id, open and origin."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What to do: insert `new`; update `changed` (with id); take `gone` back.

    `known` pairs each incoming row's `key` with the id it already had.
    """

    new: pl.DataFrame
    changed: pl.DataFrame
    gone: pl.DataFrame
    known: pl.DataFrame


def ledger(known: pl.DataFrame, incoming: pl.DataFrame) -> Difference:
    """Compare by the ledger's own lines (`key`). A FEC is complete for its period.

    `known` holds the ledger's items of the period, and those of other origins that the ledger
    may now bring by itself; those are adopted by customer, number and amount where exactly one
    fits on both sides.
    """
    own = known.filter(pl.col("origin") == "ledger")
    pairs = own.join(
        incoming, left_on=["source_key", "customer_id", "currency"],
        right_on=["key", "customer_id", "currency"], how="inner", suffix="_in", coalesce=False,
    )  # fmt: skip
    rest = incoming.join(pairs.select("key"), on="key", how="anti")
    gone = own.join(pairs.select("id"), on="id", how="anti")
    adopted = _adopted(known.filter(pl.col("origin") == "list"), rest)
    new = rest.join(adopted.select("key"), on="key", how="anti")
    both = pl.concat([pairs.select("id", "key"), adopted.select("id", "key")])
    return Difference(new, _changed(known, incoming, both), gone.select("id"), both)


def table(known: pl.DataFrame, incoming: pl.DataFrame) -> Difference:
    """Compare a list by customer and number; rows sharing a number are told apart by due date.

    `gone` are the known items with something open that the list no longer names; they are settled
    only when the list says that it is complete.
    """
    side = (pl.col("amount") < 0).alias("is_credit")
    place = ["customer_id", "currency", "number", "is_credit"]
    left, right = known.with_columns(side), incoming.with_columns(side)
    exact = _pair(left, right, [*place, "due_date"])
    left = left.join(exact, on="id", how="anti")
    right = right.join(exact, on="key", how="anti")
    # What is left of a number keeps its order: an instalment whose due date was moved.
    moved = _pair(left.sort("due_date", "id"), right.sort("due_date", "line"), place)
    both = pl.concat([exact, moved])
    new = incoming.join(both.select("key"), on="key", how="anti")
    gone = known.filter(pl.col("open") != 0).join(both.select("id"), on="id", how="anti")
    return Difference(new, _changed(known, incoming, both), gone.select("id"), both)


def _pair(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pair the n-th of each side within each group: columns id and key."""
    nth = pl.int_range(pl.len()).over(on).alias("nth")
    joined = left.with_columns(nth).join(right.with_columns(nth), on=[*on, "nth"], how="inner")
    return joined.select("id", "key")


def _adopted(lists: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    place = ["customer_id", "currency", "search_key", "amount"]
    named = pl.col("search_key") != ""
    left = lists.filter(named & pl.col("id").is_unique() & (pl.len().over(place) == 1))
    right = rest.filter(named & (pl.len().over(place) == 1))
    return left.join(right, on=place, how="inner").select("id", "key")


def _changed(known: pl.DataFrame, incoming: pl.DataFrame, both: pl.DataFrame) -> pl.DataFrame:
    """The pairs that differ, with what holds from now on; a worse due date changes nothing."""
    pairs = both.join(known, on="id", how="inner").join(
        incoming, on="key", how="inner", suffix="_in"
    )
    rank = {name: pl.col(name).replace_strict(RANK, default=0) for name in _SOURCES}
    better = rank["due_date_source_in"] >= rank["due_date_source"]
    resolved = pairs.with_columns(
        due_date_in=pl.when(better).then("due_date_in").otherwise("due_date"),
        due_date_source_in=pl.when(better).then("due_date_source_in").otherwise("due_date_source"),
        order_number_in=pl.when(pl.col("order_number_in").fill_null("") == "")
        .then("order_number")
        .otherwise("order_number_in"),
    )
    differs = reduce(or_, (pl.col(name) != pl.col(f"{name}_in") for name in _FOLLOWED))
    adopted = (pl.col("origin") == "list") & (pl.col("origin_in") == "ledger")
    kept = resolved.filter(differs | adopted)
    return kept.select(
        "id", "key", "origin", *(pl.col(f"{name}_in").alias(name) for name in _FOLLOWED),
        pl.col("amount").alias("amount_before"), "open", pl.col("origin_in"),
    )  # fmt: skip


_SOURCES = ("due_date_source", "due_date_source_in")
_FOLLOWED = ("kind", "issue_date", "due_date", "due_date_source", "amount", "order_number")
