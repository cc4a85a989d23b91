"""Tables of items or customers as delimited text: any header order, French or English."""

from __future__ import annotations

from encaisse.intake.adapters.csv_table.dialect import find_dialect, looks_tabular
from encaisse.intake.adapters.csv_table.records import cut
from encaisse.intake.core.encoding import to_utf8
from encaisse.intake.core.headers import recognise as recognise_headers
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.lines import head_lines, not_text, with_even_ends
from encaisse.intake.core.mapping import NO_MAPPING, ColumnMapping
from encaisse.intake.core.rows import RowFindings
from encaisse.intake.core.tables import TextTable, read_table
from encaisse.kernel.problems import Problem, error

NAME = "csv"
_ENOUGH = 2
"""Columns of ours a row must name to be a header."""


def recognise(head: bytes) -> bool:
    """Whether the beginning of a file has a header row of items or customers."""
    lines = head_lines(with_even_ends(to_utf8(head).utf8), 30)
    dialect = find_dialect(lines)
    return dialect is not None and recognise_headers(dialect.cells).kind is not None


def looks_like_one(head: bytes) -> bool:
    """Whether the lines are cut alike, so that only the headers are unknown."""
    return looks_tabular(head_lines(with_even_ends(to_utf8(head).utf8), 30))


def kind_of(head: bytes, mapping: ColumnMapping = NO_MAPPING) -> str | None:
    """What the table holds by its headers: "items", "customers", or None."""
    lines = head_lines(with_even_ends(to_utf8(head, mapping.encoding).utf8), 30)
    dialect = find_dialect(lines, delimiter=mapping.delimiter, theirs=mapping.columns)
    if dialect is None:
        return None
    return recognise_headers(dialect.cells, theirs=mapping.columns, kind=mapping.kind).kind


def read(
    content: bytes,
    *,
    limits: Limits = DEFAULT,
    mapping: ColumnMapping = NO_MAPPING,
    kind: str | None = None,
    currency: str = "EUR",
) -> LedgerReading:
    """Read a CSV file of items or customers, whatever its bytes are.

    `kind` ("items", "customers") and `mapping` tell what need not be recognised; `currency` is
    that of amounts which name none.
    """
    if len(content) > limits.bytes:
        oversize = error(None, "file_too_large", bytes=len(content), most=limits.bytes)
        return _refused("", kind, (oversize,))
    decoded = to_utf8(content, mapping.encoding)
    if problem := not_text(content, decoded.utf8, limits):
        return _refused(decoded.encoding, kind, (*decoded.problems, problem))
    text = with_even_ends(decoded.utf8)
    told_kind = kind or mapping.kind
    dialect = find_dialect(
        head_lines(text, 30), delimiter=mapping.delimiter, theirs=mapping.columns
    )
    if dialect is None or dialect.score < _ENOUGH:
        return _refused(decoded.encoding, kind, (*decoded.problems, _headless(text)))
    if len(dialect.cells) > limits.columns:
        many = error(dialect.first, "too_many_columns", columns=len(dialect.cells),
                     most=limits.columns)  # fmt: skip
        return _refused(decoded.encoding, kind, (many,))
    headers = recognise_headers(
        dialect.cells, line=dialect.first, theirs=mapping.columns, kind=told_kind
    )
    if headers.kind is None:
        return _refused(decoded.encoding, kind, (*decoded.problems, _headless(text)))
    found = RowFindings(limits)
    rows = cut(
        _after(text, dialect.last),
        delimiter=dialect.delimiter,
        width=len(dialect.cells),
        first_line=dialect.last + 1,
        limits=limits,
        found=found,
    )
    return read_table(
        TextTable(headers, rows),
        format=NAME,
        encoding=decoded.encoding,
        mapping=mapping,
        limits=limits,
        currency=currency,
        problems=(*decoded.problems, *found.all()),
    )


def _headless(text: bytes) -> Problem:
    lines = head_lines(text, 30)
    line, first = next(((at, text) for at, text in enumerate(lines, 1) if text.strip()), (1, ""))
    return error(line, "headers_not_recognised", headers=" ".join(first.split())[:120])


def _after(text: bytes, line: int) -> bytes:
    """The text below a line."""
    at = 0
    for _ in range(line):
        end = text.find(b"\n", at)
        if end < 0:
            return b""
        at = end + 1
    return text[at:]


def _refused(encoding: str, kind: str | None, problems: tuple[Problem, ...]) -> LedgerReading:
    return LedgerReading(NAME, kind or "items", encoding, problems=problems)
