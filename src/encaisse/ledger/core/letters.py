"""The ledger's letters as allocations between items that we know."""

from __future__ import annotations

import polars as pl

PAIRS = {
    "debit_id": pl.Int64,
    "credit_id": pl.Int64,
    "amount": pl.Int64,
    "date": pl.Date,
    "letter": pl.String,
}


def pairs(allocations: pl.DataFrame, portions: pl.DataFrame) -> pl.DataFrame:
    """One row for each pair of items that the ledger letters, with the amount.

    `allocations`: debit_key, credit_key, amount, date, letter. `portions`: key, item_id, amount:
    a key with one portion is that item; a key with several (an opening by balance) is spread over
    them in their order.
    """
    many = portions.group_by("key").len().filter(pl.col("len") > 1).select("key")
    single = portions.join(many, on="key", how="anti").select("key", "item_id")
    direct = (
        allocations.join(single.rename({"key": "debit_key", "item_id": "debit_id"}), on="debit_key")
        .join(single.rename({"key": "credit_key", "item_id": "credit_id"}), on="credit_key")
        .select(*PAIRS)
    )
    if many.is_empty():
        return _summed(direct)
    spread_keys = set(many["key"])
    indirect = allocations.filter(
        pl.col("debit_key").is_in(spread_keys) | pl.col("credit_key").is_in(spread_keys)
    )
    return _summed(pl.concat([direct, _spread(indirect, portions)]))


def _summed(found: pl.DataFrame) -> pl.DataFrame:
    return found.group_by("debit_id", "credit_id", maintain_order=True).agg(
        pl.col("amount").sum(), pl.col("date").max(), pl.col("letter").first()
    )


def _spread(allocations: pl.DataFrame, portions: pl.DataFrame) -> pl.DataFrame:
    """Few rows (openings by balance only): laid on the portions in their order, one by one."""
    rest: dict[str, list[list[int]]] = {}
    for key, item, amount in portions.select("key", "item_id", "amount").iter_rows():
        rest.setdefault(key, []).append([item, abs(amount)])
    rows: list[tuple[object, ...]] = []
    for debit_key, credit_key, amount, day, letter in allocations.select(
        "debit_key", "credit_key", "amount", "date", "letter"
    ).iter_rows():
        left = amount
        debits, credits_ = rest.get(debit_key, []), rest.get(credit_key, [])
        while left and debits and credits_:
            part = min(left, debits[0][1], credits_[0][1])
            if part:
                rows.append((debits[0][0], credits_[0][0], part, day, letter))
            left -= part
            for side in (debits, credits_):
                side[0][1] -= part
                if not side[0][1]:
                    side.pop(0)
    return pl.DataFrame(rows, schema=PAIRS, orient="row")
