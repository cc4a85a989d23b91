"""Cutting delimited text into columns, fast where it is plain, exact where it is not.

Lines that are each a well-formed record (nearly every file) are cut by Polars. Line breaks
inside quotes, or quotes in odd places, send the whole file through the slower standard reader.
Both tell the line of every record as an editor shows it, and no row is cut or padded silently.
"""

from __future__ import annotations

import csv
import io

import polars as pl

from encaisse.intake.core.limits import Limits
from encaisse.intake.core.rows import RowFindings

_QUOTED = r'"(?:[^"]|"")*"'


def cut(
    body: bytes, *, delimiter: str, width: int, first_line: int, limits: Limits, found: RowFindings
) -> pl.DataFrame:
    """Columns "0"… (String) and `line` of the records below the header.

    `body` is UTF-8 with LF ends. Rows of another length than the header's `width` are errors,
    but for empty cells behind the last column.
    """
    lines = pl.read_lines(body, name="text")
    if lines.height > limits.rows:
        found.error(None, "too_many_rows", rows=lines.height, most=limits.rows)
        return _nothing(width)
    most = limits.field_characters * (width + 1)
    if (lines["text"].str.len_bytes().max() or 0) > most:  # type: ignore[operator]
        long = pl.col("text").str.len_bytes().arg_max()
        found.error(first_line + int(lines.select(long).item()), "row_too_long", most=most)
        return _nothing(width)
    lines = lines.with_columns(
        line=pl.int_range(first_line, first_line + lines.height, dtype=pl.Int64)
    )
    quoted = b'"' in body
    if quoted and not _well_formed(lines, delimiter):
        return _cut_slowly(body, delimiter, width, first_line, found)
    _check_lengths(lines, delimiter, width, quoted=quoted, whole=body.endswith(b"\n"), found=found)
    if found.has_errors or lines.is_empty():
        return _nothing(width)
    cells = pl.read_csv(
        body,
        separator=delimiter,
        quote_char='"' if quoted else None,
        has_header=False,
        infer_schema=False,
        empty_string_is_null=False,
        schema={str(at): pl.String for at in range(width)},
        extra_columns="ignore",
        missing_columns="insert",
    )
    if cells.height != lines.height:
        return _cut_slowly(body, delimiter, width, first_line, found)
    return cells.with_columns(lines["line"])


def _well_formed(lines: pl.DataFrame, delimiter: str) -> bool:
    """Whether every line is a record by itself, with quotes only around whole cells."""
    mark = "\\t" if delimiter == "\t" else f"\\{delimiter}" if delimiter == "|" else delimiter
    cell = rf'(?:{_QUOTED}|[^"{mark}]*)'
    shape = f"^{cell}(?:{mark}{cell})*$"
    return bool(lines.select(pl.col("text").str.contains(shape).all()).item())


def _check_lengths(
    lines: pl.DataFrame,
    delimiter: str,
    width: int,
    *,
    quoted: bool,
    whole: bool,
    found: RowFindings,
) -> None:
    """Empty cells behind the last column pass where every row has them, an exporter's habit; on
    a single row they betray a delimiter inside a text."""
    text = pl.col("text").str.replace_all(_QUOTED, "") if quoted else pl.col("text")
    cells = text.str.count_matches(delimiter, literal=True) + 1
    bare = text.str.strip_chars_end(f" {delimiter}")
    blank = bare.str.len_bytes() == 0 if not quoted else pl.col("text").str.strip_chars() == ""
    odd = lines.filter((cells != width) & ~blank).with_columns(
        cells=cells, needed=bare.str.count_matches(delimiter, literal=True) + 1
    )
    if odd.is_empty():
        return
    usual = lines.filter(~blank).select(cells.mode().max()).item()
    behind = (pl.col("cells") == usual) & (pl.col("needed") <= width)
    odd = odd.filter((pl.col("cells") < width) | ~behind)
    last = lines.height and lines.item(-1, "line")
    if not whole and odd.height and odd.item(-1, "line") == last and odd.item(-1, "cells") < width:
        found.error(last, "truncated_last_line", cells=odd.item(-1, "cells"), columns=width)
        odd = odd.head(-1)
    found.error_rows(odd.select("line", "cells"), "row_length", columns=width)


def _cut_slowly(
    body: bytes, delimiter: str, width: int, first_line: int, found: RowFindings
) -> pl.DataFrame:
    text = body.decode("utf-8", "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[list[str]] = [[] for _ in range(width)]
    numbers: list[int] = []
    begun = start = first_line
    try:
        for cells in reader:
            begun, start = start, first_line + reader.line_num
            _take(cells, columns, numbers, begun, found)
    except csv.Error:
        found.error(start, "unclosed_quote")
        return _nothing(width)
    if text.count('"') % 2 and start - begun > 1:
        found.error(begun, "unclosed_quote")
    frame = {str(at): pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)}
    return pl.DataFrame({**frame, "line": pl.Series(numbers, dtype=pl.Int64)})


def _take(
    cells: list[str], columns: list[list[str]], numbers: list[int], line: int, found: RowFindings
) -> None:
    width = len(columns)
    if not any(cells):
        return
    if len(cells) < width or any(cells[width:]):
        found.error(line, "row_length", cells=len(cells), columns=width)
        return
    numbers.append(line)
    for at, column in enumerate(columns):
        column.append(cells[at])


def _nothing(width: int) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {str(at): pl.String for at in range(width)}
    return pl.DataFrame(schema={**schema, "line": pl.Int64})
