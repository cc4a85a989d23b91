"""Open credits laid on what would be claimed, so that nothing already covered is claimed."""

from __future__ import annotations

import polars as pl

_OWNER = ["customer", "currency"]
_OLDEST_FIRST = ["due_date", "number", "item"]


def lay(claimed: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """Add `credit` (minor units >= 0, at most the open amount) to each claimed item.

    `credits` holds open items with a negative `open_amount`. A credit equal to an item covers
    that item first; the rest covers the oldest due first. Customers and currencies never mix.
    """
    owners = credits.select(_OWNER).unique()
    with_credits = claimed.join(owners, on=_OWNER, how="semi")
    if with_credits.is_empty():
        return claimed.with_columns(pl.lit(0, dtype=pl.Int64).alias("credit"))
    matched = _equal_amounts(with_credits, credits)
    pool = _rest(credits, matched)
    laid = _oldest_first(with_credits, matched, pool)
    return claimed.join(laid, on="item", how="left").with_columns(pl.col("credit").fill_null(0))


def _equal_amounts(claimed: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a claimed item and its own credit: the n-th of an amount with the n-th."""
    key = [*_OWNER, "amount", "nth"]
    items = _nth(claimed.with_columns(pl.col("open_amount").alias("amount")), _OLDEST_FIRST)
    notes = _nth(credits.with_columns((-pl.col("open_amount")).alias("amount")), ["number", "item"])
    return items.select(*key, "item").join(
        notes.select(*key, pl.col("item").alias("note")), on=key
    ).select("item", "note", *_OWNER, "amount")  # fmt: skip


def _nth(frame: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    return frame.sort(order).with_columns(
        pl.int_range(pl.len()).over([*_OWNER, "amount"]).alias("nth")
    )


def _rest(credits: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    unused = credits.join(matched, left_on="item", right_on="note", how="anti")
    return unused.group_by(_OWNER).agg((-pl.col("open_amount")).sum().alias("pool"))


def _oldest_first(claimed: pl.DataFrame, matched: pl.DataFrame, pool: pl.DataFrame) -> pl.DataFrame:
    own = matched.select("item", pl.col("amount").alias("own"))
    open_yet = (
        claimed.join(own, on="item", how="left")
        .with_columns(pl.col("own").fill_null(0))
        .with_columns((pl.col("open_amount") - pl.col("own")).alias("rest"))
        .join(pool, on=_OWNER, how="left")
        .with_columns(pl.col("pool").fill_null(0))
        .sort(_OLDEST_FIRST)
    )
    before = pl.col("rest").cum_sum().over(_OWNER) - pl.col("rest")
    from_pool = pl.min_horizontal(pl.max_horizontal(pl.col("pool") - before, 0), pl.col("rest"))
    return open_yet.select("item", (pl.col("own") + from_pool).alias("credit"))
