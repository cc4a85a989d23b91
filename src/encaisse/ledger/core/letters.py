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
    single = portions.join(many, on="key", how="anti")
    # A line may stand for an item of the other sign (an opening by balance): that is no debit.
    debits = single.filter(pl.col("amount") > 0).select(debit_key="key", debit_id="item_id")
    credits_ = single.filter(pl.col("amount") < 0).select(credit_key="key", credit_id="item_id")
    direct = allocations.join(debits, on="debit_key").join(credits_, on="credit_key").select(*PAIRS)
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
    owed: dict[str, list[list[int]]] = {}
    paid: dict[str, list[list[int]]] = {}
    for key, item, amount in portions.select("key", "item_id", "amount").iter_rows():
        (owed if amount > 0 else paid).setdefault(key, []).append([item, abs(amount)])
    rows: list[tuple[object, ...]] = []
    for debit_key, credit_key, amount, day, letter in allocations.select(
        "debit_key", "credit_key", "amount", "date", "letter"
    ).iter_rows():
        left = amount
        debits, credits_ = owed.get(debit_key, []), paid.get(credit_key, [])
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
