"""The items of a table: amounts, dates, instalments, and what contradicts itself."""

from __future__ import annotations

import polars as pl

from encaisse.intake.core.amounts import currency_in_cells, read_amounts
from encaisse.intake.core.dates import read_dates
from encaisse.intake.core.ledger import ITEMS
from encaisse.intake.core.mapping import ColumnMapping
from encaisse.intake.core.rows import RowFindings

_DATES = ("issue_date", "due_date", "paid_date")
_AMOUNTS = ("amount", "open_amount")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "EURO": "EUR", "EUROS": "EUR"}


def items_of(
    rows: pl.DataFrame, *, mapping: ColumnMapping, currency: str, found: RowFindings
) -> pl.DataFrame:
    """The items of the rows, columns of `ITEMS`, in the order of the file.

    An item of which the file does not tell the amount has null `amount` and `kind`: it can only
    update one that is known. A paid date makes an item settled.
    """
    numberless = rows.filter(pl.col("number").is_null()).select("line")
    found.error_rows(numberless, "cell_missing", column="number")
    rows = rows.filter(pl.col("customer").is_not_null() & pl.col("number").is_not_null())
    rows = _with_currency(rows, currency, found)
    rows = read_amounts(rows, _AMOUNTS, decimal=mapping.decimal, found=found)
    rows = read_dates(rows, _DATES, date_format=mapping.date_format, found=found)
    rows = _completed(rows)
    rows = _consistent(rows, found)
    rows = _without_repeats(rows, found)
    return _keyed(rows).select(ITEMS.keys())


def _with_currency(rows: pl.DataFrame, currency: str, found: RowFindings) -> pl.DataFrame:
    """A currency for every row: its own cell, else the one written with an amount, else ours."""
    written = [currency_in_cells(rows, name).alias(f"in_{name}")
               for name in _AMOUNTS if name in rows.columns]  # fmt: skip
    rows = rows.with_columns(written)
    told = []
    if "currency" in rows.columns:
        cell = pl.col("currency").str.to_uppercase().replace(_SYMBOLS)
        bad = rows.filter(~cell.str.contains("^[A-Z]{3}$"))
        found.error_rows(bad.select("line", value="currency"), "currency_invalid")
        told = [cell]
    spoken = [pl.col(series.name) for series in written]
    return rows.with_columns(currency=pl.coalesce(*told, *spoken, pl.lit(currency))).drop(
        series.name for series in written
    )


def _completed(rows: pl.DataFrame) -> pl.DataFrame:
    """Every column of `ITEMS`, null where the file has none."""
    types = {name: dtype for name, dtype in ITEMS.items() if name not in rows.columns}
    rows = rows.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in types.items())
    rows = rows.with_columns(amount=pl.coalesce("amount", "open_amount"))
    return rows.with_columns(
        kind=pl.when(pl.col("amount") < 0).then(pl.lit("credit_note"))
        .when(pl.col("amount") >= 0).then(pl.lit("invoice")),
        due_date_source=pl.when(pl.col("due_date").is_not_null()).then(pl.lit("file")),
        is_opening=pl.lit(value=False),
    )  # fmt: skip


def _consistent(rows: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """Open amounts that fit their amounts; a paid date settles unless the file says otherwise."""
    beyond = pl.col("open_amount").abs() > pl.col("amount").abs()
    against = pl.col("open_amount") * pl.col("amount") < 0
    odd = rows.filter(beyond | against).select("line", "number")
    found.error_rows(odd, "open_amount_beyond_amount")
    still_open = pl.col("paid_date").is_not_null() & (pl.col("open_amount") != 0)
    unsure = rows.filter(
        still_open.fill_null(value=False) & ~(beyond | against).fill_null(value=False)
    )
    found.warning_rows(unsure.select("line", "number"), "paid_but_open")
    paid = pl.when(still_open.fill_null(value=False)).then(None).otherwise("paid_date")
    rows = rows.with_columns(paid_date=paid)
    settled = pl.col("paid_date").is_not_null() & pl.col("amount").is_not_null()
    return rows.with_columns(
        open_amount=pl.when(settled).then(pl.lit(0, pl.Int64)).otherwise("open_amount")
    )


def _without_repeats(rows: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """Lines that share customer, number and due date: the same twice, or a contradiction."""
    same = ["customer", "number", "due_date"]
    if rows.select(same).unique().height == rows.height:
        return rows
    facts = [name for name in ITEMS if name not in ("key", "line")]
    first = pl.struct(facts).is_first_distinct()
    repeated = rows.filter(~first).select("line", "number")
    found.warning_rows(repeated, "item_repeated")
    rows = rows.filter(first)
    again = ~pl.struct(same).is_first_distinct()
    found.error_rows(rows.filter(again).select("line", "customer", "number"), "item_contradicted")
    return rows.filter(~again)


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """``customer:number``, and the due date behind it where a number has several instalments."""
    key = pl.concat_str(_escaped(rows, "customer"), _escaped(rows, "number"), separator=":")
    rows = rows.with_columns(key=key)
    due = pl.col("due_date").dt.to_string("%Y-%m-%d").fill_null("")
    several = pl.col("key").is_duplicated()
    return rows.with_columns(
        key=pl.when(several).then(pl.concat_str("key", due, separator=":")).otherwise("key")
    )


def _escaped(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A part of a key, its colons marked so that no two pairs give one key."""
    text = pl.col(name)
    if not rows.select(text.str.contains(r"[\\:]").any()).item():
        return text
    return text.str.replace_all(r"([\\:])", r"\${1}")
