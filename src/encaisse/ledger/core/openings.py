"""A new year's opening entries, laid on the items that the year before left open.

An opening line is the item it carries forward: by number and amount where exactly one fits; else,
when the rest of a customer's opening lines sum to the rest of what was open, all of them stand
for all of it, oldest first (an opening by balance). What remains is new to us.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

PORTIONS = {"key": pl.String, "item_id": pl.Int64, "amount": pl.Int64}


def lay(openings: pl.DataFrame, before: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(portions, differences) of the opening lines.

    `openings`: key, customer_id, currency, search_key, amount. `before`: id, customer_id,
    currency, search_key, issue_date, open. Portions: which part of which item a line stands for.
    Differences: customer_id, currency, amount by which the rest of the opening exceeds the rest
    of what was open, where they do not agree.
    """
    place = ["customer_id", "currency", "search_key", "amount"]
    known = before.rename({"open": "amount"})
    nth = pl.int_range(pl.len()).over(place).alias("nth")
    exact = (
        openings.with_columns(nth)
        .join(known.sort("issue_date").with_columns(nth), on=[*place, "nth"], how="inner")
        .select("key", pl.col("id").alias("item_id"), "amount")
    )
    left = openings.join(exact, on="key", how="anti")
    right = known.join(exact, left_on="id", right_on="item_id", how="anti")
    spread, differences = _by_balance(left, right)
    return pl.concat([exact, spread]), differences


def _by_balance(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    place = ["customer_id", "currency"]
    sums = (
        left.group_by(place).agg(pl.col("amount").sum().alias("carried"))
        .join(right.group_by(place).agg(pl.col("amount").sum().alias("was")), on=place, how="full",
              coalesce=True)
        .with_columns(pl.col("carried").fill_null(0), pl.col("was").fill_null(0))
    )  # fmt: skip
    agreed = sums.filter(pl.col("carried") == pl.col("was")).select(place)
    portions: list[tuple[str, int, int]] = []
    lines, items = defaultdict(list), defaultdict(list)
    for *place_of_line, key, amount in (
        left.join(agreed, on=place, how="semi").select(*place, "key", "amount").iter_rows()
    ):
        lines[tuple(place_of_line)].append((key, amount))
    for *place_of_item, item, amount in (
        right.join(agreed, on=place, how="semi").sort("issue_date", "id")
        .select(*place, "id", "amount").iter_rows()
    ):  # fmt: skip
        items[tuple(place_of_item)].append((item, amount))
    for where, found in lines.items():
        portions.extend(_spread(found, items[where]))
    differences = sums.filter(pl.col("carried") != pl.col("was")).select(
        *place, (pl.col("carried") - pl.col("was")).alias("amount")
    )
    return pl.DataFrame(portions, schema=PORTIONS, orient="row"), differences


def _spread(
    lines: list[tuple[str, int]], items: list[tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """Lay items on lines whose sums agree, each item whole on a line of its own sign.

    Lines are filled in their order, so that a single opening line (the usual case) stands for all
    items. Where a customer's opening has no line of an item's sign, its first line takes it: it
    is open all the same, and letters never settle across signs.
    """
    portions: list[tuple[str, int, int]] = []
    for is_debit in (True, False):
        fitting = [line for line in lines if (line[1] >= 0) is is_debit] or lines
        place, room = 0, abs(fitting[0][1])
        for item, amount in items:
            if (amount >= 0) is not is_debit:
                continue
            while room <= 0 and place + 1 < len(fitting):
                place += 1
                room = abs(fitting[place][1])
            portions.append((fitting[place][0], item, amount))
            room -= abs(amount)
    # A line that got nothing was netted in the ledger before: remembered, for nothing.
    taken = {key for key, _, _ in portions}
    portions += [(key, items[0][0], 0) for key, _ in lines if items and key not in taken]
    return portions
