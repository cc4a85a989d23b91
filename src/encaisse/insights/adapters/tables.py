"""Rows as CSV, XLSX or JSON. Texts that a spreadsheet would run as formulas are neutralised."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

from encaisse.intake.core.cells import neutral

Cell = str | int | date | Decimal | None


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons and UTF-8 with a mark, as French spreadsheets open it; amounts with a point."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A list of objects; amounts as strings with their decimals."""
    found = [
        {name: _plain(cell) if cell is not None else None
         for name, cell in zip(columns, row, strict=True)}
        for row in rows
    ]  # fmt: skip
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with real dates and numbers; strings stay strings."""
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet("export")
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        amount = book.add_format({"num_format": "#,##0.00"})
        for place, name in enumerate(columns):
            sheet.write_string(0, place, name, bold)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(line, place, float(cell), amount)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                elif cell is not None:
                    sheet.write(line, place, cell)
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


WRITERS: Mapping[str, Callable[[Sequence[str], Iterable[Sequence[Cell]]], bytes]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "json": as_json,
}
