"""When an item is due, where the file does not say.

Sources from best to worst (domain: a FEC carries no due dates): a person's word, the e-invoice,
the file, the customer's terms, a date found in a label, and the legal default of thirty days
(Code de commerce, art. L441-10 I). A worse source never replaces a better one.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from encaisse.kernel.terms import LEGAL_DEFAULT, due_date, parse_terms

RANK = {"legal_default": 0, "label": 1, "terms": 2, "file": 3, "einvoice": 4, "person": 5}
"""How much each source is worth."""


def fill(items: pl.DataFrame) -> pl.DataFrame:
    """Fill `due_date` and `due_date_source` where null, from the column `terms` or the law.

    `items` has issue_date, due_date, due_date_source, kind, terms. Credits are due at once.
    """
    vague = pl.col("due_date").is_null() | (pl.col("due_date_source") == "label")
    missing = items.filter(vague & pl.col("terms").is_not_null())
    by_terms = _by_terms(missing.select("terms", "issue_date").unique())
    filled = items.join(by_terms, on=["terms", "issue_date"], how="left")
    is_credit = pl.col("kind").is_in(["payment", "credit_note"])
    by_label = (pl.col("due_date_source") == "label").fill_null(value=False)
    told = (
        pl.col("due_date").is_not_null() & (by_label & pl.col("due_by_terms").is_not_null()).not_()
    )
    legal = pl.col("issue_date").dt.offset_by(f"{LEGAL_DEFAULT.days}d")
    return filled.with_columns(
        due_date=pl.when(told)
        .then(pl.col("due_date"))
        .when(is_credit)
        .then(pl.col("issue_date"))
        .otherwise(pl.coalesce(pl.col("due_by_terms"), legal)),
        due_date_source=pl.when(told)
        .then(pl.coalesce(pl.col("due_date_source"), pl.lit("file")))
        .when(is_credit)
        .then(pl.lit("file"))
        .when(pl.col("due_by_terms").is_not_null())
        .then(pl.lit("terms"))
        .otherwise(pl.lit("legal_default")),
    ).drop("due_by_terms")


def _by_terms(pairs: pl.DataFrame) -> pl.DataFrame:
    """The due date of every (terms, issue date) whose terms can be read."""
    rows: list[tuple[str, date, date]] = []
    known = {text: parse_terms(text) for text in pairs["terms"].unique()}
    for text, issued in pairs.iter_rows():
        terms = known[text]
        if terms is not None:
            rows.append((text, issued, due_date(terms, issued)))
    schema = {"terms": pl.String, "issue_date": pl.Date, "due_by_terms": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")
