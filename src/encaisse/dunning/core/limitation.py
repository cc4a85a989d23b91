"""When a debt lapses (prescription), from the earliest fact it may count from.

Default 5 years between merchants (C. com. L110-4, C. civ. 2224); 2 years against a consumer
(C. conso. L218-2); against a public body the end of the fourth year after that of the claim
(loi 68-1250). A debtor's acknowledgement, a partial payment included, starts it anew.
"""

from __future__ import annotations

import polars as pl


def last_day() -> pl.Expr:
    """The last day on which an item may be claimed; null without any date.

    Reads `issue_date`, `due_date`, `limitation_from` and `debtor` (business, public, consumer).
    """
    origin = pl.min_horizontal("issue_date", "due_date")
    start = pl.max_horizontal(origin, "limitation_from")
    return (
        pl.when(pl.col("debtor") == "consumer")
        .then(start.dt.offset_by("2y"))
        .when(pl.col("debtor") == "public")
        .then(pl.date(start.dt.year() + 4, 12, 31))
        .otherwise(start.dt.offset_by("5y"))
    )
