"""From a table of text cells to customers and items: what CSV and XLSX have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from encaisse.intake.core.headers import Headers
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.limits import Limits
from encaisse.intake.core.mapping import ColumnMapping
from encaisse.intake.core.rows import RowFindings
from encaisse.intake.core.table_customers import customers_of
from encaisse.intake.core.table_items import items_of
from encaisse.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class TextTable:
    """The cells below a header row: `rows` has a String column per position ("0", "1", …; a
    blank cell may be empty or null) and `line`, the place of each record in the file."""

    headers: Headers
    rows: pl.DataFrame


def read_table(
    table: TextTable,
    *,
    format: str,
    encoding: str,
    mapping: ColumnMapping,
    limits: Limits,
    currency: str,
    problems: Sequence[Problem] = (),
) -> LedgerReading:
    """Interpret a table by its header. `currency` holds for amounts that name none."""
    found = RowFindings(limits)
    found.add(problems)
    found.add(table.headers.problems)
    kind = table.headers.kind or "items"
    if found.has_errors:
        return LedgerReading(format, kind, encoding, problems=found.all())
    rows = _named(table)
    if rows.is_empty():
        found.warning(None, "no_rows")
    _check_lengths(rows, limits, found)
    if found.has_errors:
        return LedgerReading(format, kind, encoding, problems=found.all())
    customers = customers_of(rows, found, whole=kind == "customers")
    if kind == "customers":
        return LedgerReading(format, kind, encoding, customers, problems=found.all())
    items = items_of(rows, mapping=mapping, currency=currency, found=found)
    return LedgerReading(format, kind, encoding, customers, items, problems=found.all())


def _named(table: TextTable) -> pl.DataFrame:
    """Our columns only, stripped, blank cells null, rows that are blank throughout dropped."""
    blanks = " \t\r\n\u00a0\u202f\ufeff"
    chosen = {ours: pl.col(str(at)).str.strip_chars(blanks)
              for ours, at in table.headers.columns.items()}  # fmt: skip
    filled = [pl.when(cell != "").then(cell).alias(ours) for ours, cell in chosen.items()]
    rows = table.rows.select("line", *filled)
    silent = pl.all_horizontal(pl.col(ours).is_null() for ours in chosen)
    if not rows.select(silent.any()).item():
        return rows
    cells = pl.exclude("line")
    blank = pl.all_horizontal(cells.is_null() | (cells.str.strip_chars(blanks) == ""))
    doubtful = table.rows.filter(rows.select(silent).to_series())
    return rows.join(doubtful.filter(blank).select("line"), on="line", how="anti")


def _check_lengths(rows: pl.DataFrame, limits: Limits, found: RowFindings) -> None:
    for name in rows.columns:
        if name == "line":
            continue
        if (rows[name].str.len_bytes().max() or 0) <= limits.field_characters:  # type: ignore[operator]
            continue
        long = rows.filter(pl.col(name).str.len_chars() > limits.field_characters).select("line")
        found.error_rows(long, "cell_too_long", column=name, most=limits.field_characters)
