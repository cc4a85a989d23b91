"""Tables of items or customers in Excel workbooks (.xlsx, .xlsm; macros are never looked at)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from python_calamine import CalamineWorkbook

from encaisse.intake.adapters.xlsx_table.container import OLE, Container, Extent, inspect
from encaisse.intake.adapters.xlsx_table.sheets import date_text_of, text_of, texts
from encaisse.intake.core.headers import Headers, score
from encaisse.intake.core.headers import recognise as recognise_headers
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.mapping import NO_MAPPING, ColumnMapping
from encaisse.intake.core.tables import TextTable, read_table
from encaisse.kernel.problems import Problem, error

NAME = "xlsx"
_HEAD = 30
_ENOUGH = 2
_DATES = ("issue_date", "due_date", "paid_date")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with a header row: its rows from the first on, where the header stands."""

    rows: Sequence[Sequence[object]]
    header: int  # from 0
    headers: Headers
    extent: Extent


def recognise(head: bytes) -> bool:
    """Whether the beginning of a file is that of a workbook, old or new."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", OLE))


def read(
    content: bytes,
    *,
    limits: Limits = DEFAULT,
    mapping: ColumnMapping = NO_MAPPING,
    kind: str | None = None,
    currency: str = "EUR",
) -> LedgerReading:
    """Read the first sheet that has a header row of items or customers.

    Lines are the sheet's rows. The package is inspected within the limits before it is opened.
    """
    told = kind or mapping.kind
    if len(content) > limits.bytes:
        return _refused(told, error(None, "file_too_large", bytes=len(content), most=limits.bytes))
    container = inspect(content, limits)
    if container.problem is not None:
        return _refused(told, container.problem)
    found = _opened(content, container, mapping, told, limits)
    if isinstance(found, Problem):
        return _refused(told, found)
    return read_table(
        _table(found, container),
        format=NAME,
        encoding="utf-8",
        mapping=mapping,
        limits=limits,
        currency=currency,
        problems=_broken_cells(found),
    )


def _opened(
    content: bytes,
    container: Container,
    mapping: ColumnMapping,
    kind: str | None,
    limits: Limits,
) -> _Sheet | Problem:
    """The sheet to read, or why there is none. A panic of the library is a damaged file."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return _first_table(workbook, container, mapping, kind, limits)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return error(None, "xlsx_damaged")


def _first_table(
    workbook: CalamineWorkbook,
    container: Container,
    mapping: ColumnMapping,
    kind: str | None,
    limits: Limits,
) -> _Sheet | Problem:
    shown: list[str] = []
    for name in workbook.sheet_names:
        extent = container.extents.get(name)
        if extent is None or not extent.row:
            continue
        sheet = workbook.get_sheet_by_name(name)
        head = sheet.to_python(skip_empty_area=False, nrows=_HEAD)
        at, headers = _header(head, mapping.columns, kind)
        if headers is None:
            shown += [cell for row in head[:1] for cell in texts(row) if cell]
            continue
        if len(head[at]) > limits.columns:
            return error(at + 1, "too_many_columns", columns=len(head[at]), most=limits.columns)
        rows = sheet.to_python(skip_empty_area=False)
        return _Sheet(rows, at, headers, extent)
    return error(None, "headers_not_recognised", headers=" ".join(shown)[:120])


def _header(
    head: Sequence[Sequence[object]], theirs: Mapping[str, str], kind: str | None
) -> tuple[int, Headers | None]:
    """The row of the head that names most of our columns, if it names enough."""
    points = [score(texts(row), theirs) for row in head]
    if not points or max(points) < _ENOUGH:
        return 0, None
    at = points.index(max(points))
    headers = recognise_headers(texts(head[at]), line=at + 1, theirs=theirs, kind=kind)
    return at, headers if headers.kind is not None else None


def _table(sheet: _Sheet, container: Container) -> TextTable:
    body = sheet.rows[sheet.header + 1 :]
    columns: dict[str, pl.Series] = {}
    for ours, at in sheet.headers.columns.items():
        if ours in _DATES:
            cells = [date_text_of(row[at], since_1904=container.since_1904) for row in body]
        else:
            cells = [text_of(row[at]).replace("\0", "") for row in body]
        columns[str(at)] = pl.Series(cells, dtype=pl.String)
    first = sheet.header + 2
    lines = pl.Series(range(first, first + len(body)), dtype=pl.Int64)
    return TextTable(sheet.headers, pl.DataFrame({**columns, "line": lines}))


def _broken_cells(sheet: _Sheet) -> tuple[Problem, ...]:
    """Formulas without a result in a column that is read: they would pass for blank."""
    names = {at + 1: ours for ours, at in sheet.headers.columns.items()}
    return tuple(
        error(row, "formula_broken", column=names[column])
        for row, column in sheet.extent.broken
        if column in names and row > sheet.header + 1
    )


def _refused(kind: str | None, problem: Problem) -> LedgerReading:
    return LedgerReading(NAME, kind or "items", "", problems=(problem,))
