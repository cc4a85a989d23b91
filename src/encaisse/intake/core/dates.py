"""Dates as people and programs write them, a whole column at a time.

Understood: ``2025-01-31`` (a time behind it is dropped), ``20250131``, and day, month, year in
that order with two or four digits for the year. Month before day only when the column proves it
by a value above 12 (or the saved mapping says so); what nothing proves is day first, with a
warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from encaisse.intake.core.rows import RowFindings

FIRST_YEAR, LAST_YEAR = 1900, 2199
_PIVOT = 70  # 69 is 2069, 70 is 1970
_SHAPE = (
    r"^(\d{1,4})([/.\- ])(\d{1,2})([/.\- ])(\d{1,4})(?:[T ]+\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?)?$"
)


@dataclass(frozen=True, slots=True)
class _Order:
    """What one column proves about the order of its day and month."""

    day_first: bool
    month_first: bool
    undecided: int | None  # the first line that either order would read, differently


def read_dates(
    rows: pl.DataFrame, columns: Sequence[str], *, date_format: str | None, found: RowFindings
) -> pl.DataFrame:
    """Replace text columns by dates; `date_format` (strftime) is that of a saved mapping."""
    present = [name for name in columns if name in rows.columns]
    if date_format is not None:
        for name in present:
            cell = pl.col("text").str.strip_chars()
            read = _distinct(rows, name).with_columns(
                date=cell.str.to_date(date_format, strict=False)
            )
            rows = _settled(rows, read, name, found)
        return rows
    parts = {name: _parts(_distinct(rows, name)) for name in present}
    orders = {name: _order(parts[name]) for name in present}
    proved_day = any(order.day_first for order in orders.values())
    proved_month = any(order.month_first and not order.day_first for order in orders.values())
    for name in present:
        order = orders[name]
        month_first = order.month_first and not order.day_first
        if not (order.day_first or order.month_first) and order.undecided is not None:
            month_first = proved_month and not proved_day
            if month_first or not proved_day or proved_month:
                written = "mm/dd" if month_first else "dd/mm"
                found.warning(order.undecided, "date_order_assumed", column=name, order=written)
        rows = _settled(rows, _read(parts[name], month_first=month_first), name, found)
    return rows


def _distinct(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Each spelling of a column once (`text`), with the first `line` that has it: a file of a
    million rows has some thousand days."""
    texts = rows.select("line", text=pl.col(name)).drop_nulls("text")
    return texts.group_by("text").agg(pl.col("line").min()).sort("line")


def _parts(texts: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col("text").str.strip_chars()
    dense = cell.str.contains(r"^\d{8}$")
    spread = pl.when(dense).then(cell.str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"))
    shaped = spread.otherwise(cell).str.extract_groups(_SHAPE)
    parts = (
        texts.select("line", "text", shaped=shaped)
        .with_columns(pl.col("shaped").struct.rename_fields(["a", "cut", "b", "cut2", "c"]))
        .unnest("shaped")
    )
    iso = pl.col("a").str.len_bytes() == 4
    sound = (pl.col("cut") == pl.col("cut2")) & pl.when(iso).then(
        pl.col("c").str.len_bytes() <= 2
    ).otherwise((pl.col("a").str.len_bytes() <= 2) & pl.col("c").str.len_bytes().is_in([2, 4]))
    year = pl.when(iso).then("a").otherwise("c").cast(pl.Int32, strict=False)
    short = pl.when(iso).then(statement=False).otherwise(pl.col("c").str.len_bytes() == 2)
    full = pl.when(short).then(year + pl.when(year < _PIVOT).then(2000).otherwise(1900))
    return parts.select(
        "line", "text", iso=iso, cut="cut", sound=sound.fill_null(value=False),
        year=full.otherwise(year),
        one=pl.when(iso).then("b").otherwise("a").cast(pl.Int32, strict=False),
        two=pl.when(iso).then("c").otherwise("b").cast(pl.Int32, strict=False),
    )  # fmt: skip


def _order(parts: pl.DataFrame) -> _Order:
    """Points and ISO leave no doubt; slashes, hyphens and blanks do."""
    open_ = parts.filter(pl.col("sound") & ~pl.col("iso") & (pl.col("cut") != "."))
    both = open_.filter((pl.col("one") <= 12) & (pl.col("two") <= 12))
    unlike = both.filter(pl.col("one") != pl.col("two"))
    return _Order(
        day_first=open_.filter((pl.col("one") > 12) & (pl.col("two") <= 12)).height > 0,
        month_first=open_.filter((pl.col("two") > 12) & (pl.col("one") <= 12)).height > 0,
        undecided=unlike.item(0, "line") if unlike.height else None,
    )


def _read(parts: pl.DataFrame, *, month_first: bool) -> pl.DataFrame:
    swapped = pl.col("iso") | (pl.lit(month_first) & (pl.col("cut") != "."))
    month = pl.when(swapped).then("one").otherwise("two")
    day = pl.when(swapped).then("two").otherwise("one")
    written = pl.concat_str(
        pl.col("year").cast(pl.String).str.zfill(4),
        month.cast(pl.String).str.zfill(2),
        day.cast(pl.String).str.zfill(2),
    )
    date = written.str.to_date("%Y%m%d", strict=False)
    return parts.select("line", "text", date=pl.when("sound").then(date))


def _settled(rows: pl.DataFrame, read: pl.DataFrame, name: str, found: RowFindings) -> pl.DataFrame:
    """Put the dates in place and tell the cells that are none (30 February, year 25)."""
    in_range = pl.col("date").dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    known = read.select("text", date=pl.when(in_range).then("date"))
    dates = rows.select("line", text=name).join(known, on="text", how="left", maintain_order="left")
    bad = dates.filter(pl.col("date").is_null() & pl.col("text").is_not_null())
    found.error_rows(bad.select("line", value="text"), "date_invalid", column=name)
    return rows.with_columns(dates["date"].alias(name))
