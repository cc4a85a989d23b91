"""From the bytes of a FEC to its lines as typed columns, with every problem of every line."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from encaisse.intake.adapters.fec.columns import FecHeader, read_header
from encaisse.intake.core.encoding import to_utf8
from encaisse.intake.core.ledger import DType
from encaisse.intake.core.limits import Limits
from encaisse.intake.core.lines import head_lines, not_text, with_even_ends
from encaisse.intake.core.rows import RowFindings

LINES: dict[str, DType] = {
    "line": pl.Int64,
    "journal": pl.String,
    "journal_name": pl.String,
    "entry": pl.String,
    "date": pl.Date,
    "general": pl.String,
    "general_name": pl.String,
    "auxiliary": pl.String,
    "auxiliary_name": pl.String,
    "piece": pl.String,
    "piece_date": pl.Date,
    "label": pl.String,
    "amount": pl.Int64,  # debit less credit, minor units
    "letter": pl.String,
    "letter_date": pl.Date,
    "foreign_amount": pl.Int64,  # hundredths as written, unsigned or signed
    "foreign_currency": pl.String,
}
"""The columns of a ledger's lines; texts are stripped, blank is ""."""

_TEXTS = tuple(name for name, dtype in LINES.items() if dtype == pl.String)
_DATES = ("date", "piece_date", "letter_date")
_LEGAL = {"date": "EcritureDate", "piece_date": "PieceDate", "letter_date": "DateLet",
          "debit": "Debit", "credit": "Credit", "amount": "Montant", "side": "Sens"}  # fmt: skip
_NUMBER = r"^([+-]?) ?(\d*)(?:([.,])(\d*))?([+-]?)$"
_PLAIN = r"^(?:\d{1,15},\d\d)?$"
_BLANKS = " \u00a0\u202f\t"
_SIDES = {"D": 1, "C": -1, "+1": 1, "-1": -1, "1": 1, "d": 1, "c": -1}
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class FecLines:
    """The lines of one FEC file and the encoding they came in."""

    lines: pl.DataFrame
    encoding: str


def read_lines(content: bytes, limits: Limits, found: RowFindings) -> FecLines:
    """Every line of the file, columns of `LINES`; empty when the file is no readable FEC."""
    empty = pl.DataFrame(schema=LINES)
    if len(content) > limits.bytes:
        found.error(None, "file_too_large", bytes=len(content), most=limits.bytes)
        return FecLines(empty, "")
    decoded = to_utf8(content)
    found.add(decoded.problems)
    if problem := not_text(content, decoded.utf8, limits):
        found.add([problem])
        return FecLines(empty, decoded.encoding)
    text = with_even_ends(decoded.utf8)
    head = head_lines(text, 50)
    at = next((at for at, line in enumerate(head) if line.strip()), 0)
    header = read_header(head[at], at + 1)
    if header is None:
        found.error(at + 1, "fec_header_missing", header=" ".join(head[at].split())[:80])
        return FecLines(empty, decoded.encoding)
    found.add(header.problems)
    if found.has_errors:
        return FecLines(empty, decoded.encoding)
    cells = _cut(_after(text, at + 1), header, at + 2, limits, found)
    if cells.is_empty():
        if not found.has_errors:
            found.warning(None, "no_rows")
        return FecLines(empty, decoded.encoding)
    return FecLines(_typed(cells, found), decoded.encoding)


def _after(text: bytes, count: int) -> bytes:
    at = 0
    for _ in range(count):
        end = text.find(b"\n", at)
        if end < 0:
            return b""
        at = end + 1
    return text[at:]


def _cut(
    body: bytes, header: FecHeader, first_line: int, limits: Limits, found: RowFindings
) -> pl.DataFrame:
    """The named columns as stripped text, and `line`; blank lines are left out."""
    nothing = pl.DataFrame()
    if not body.strip():
        return nothing
    numbers = _checked_lines(body, header, first_line, limits, found)
    if numbers is None:
        return nothing
    wanted = sorted(header.columns.items(), key=lambda column: column[1])
    cells = pl.read_csv(
        body,
        separator=header.separator,
        quote_char=None,
        has_header=False,
        infer_schema=False,
        empty_string_is_null=False,
        schema={f"column_{at}": pl.String for at in range(max(header.width, 2))},
        columns=[f"column_{at}" for _, at in wanted],
        extra_columns="ignore",
        missing_columns="insert",
    )
    around = _BLANKS + ('"' if header.quoted else "")
    cells = cells.select(
        pl.col(f"column_{at}").str.strip_chars(around).fill_null("").alias(ours)
        for ours, at in wanted
    )
    return cells.with_columns(numbers["line"]).filter(numbers["filled"])


def _checked_lines(
    body: bytes, header: FecHeader, first_line: int, limits: Limits, found: RowFindings
) -> pl.DataFrame | None:
    """`line` and whether it is `filled`; None when there are too many, or some are cut wrong.

    Empty cells behind the last column are an exporter's habit and pass where all lines have
    them; on a single line they betray a separator inside a text.
    """
    lines = pl.read_lines(body, name="text")
    if lines.height > limits.rows:
        found.error(None, "too_many_rows", rows=lines.height, most=limits.rows)
        return None
    mark = header.separator
    cells = pl.col("text").str.count_matches(mark, literal=True).cast(pl.Int64) + 1
    numbers = lines.select(
        line=pl.int_range(first_line, first_line + pl.len(), dtype=pl.Int64),
        filled=pl.col("text").str.strip_chars(f" \t{mark}\x1a").str.len_bytes() > 0,
        cells=cells,
    )
    odd = lines.with_columns(numbers).filter("filled", pl.col("cells") != header.width)
    if odd.is_empty():
        return numbers
    usual = numbers.filter("filled")["cells"].mode().max()
    bare = pl.col("text").str.strip_chars_end(f" {mark}").str.count_matches(mark, literal=True)
    odd = odd.with_columns(needed=bare.cast(pl.Int64) + 1)
    behind = pl.col("cells").is_in([header.cells, usual]) & (pl.col("needed") <= header.width)
    odd = odd.filter((pl.col("cells") < header.width) | ~behind)
    cut_off = (
        not body.endswith(b"\n") and odd.height and odd.item(-1, "line") == numbers.item(-1, 0)
    )
    if cut_off and odd.item(-1, "cells") < header.width:
        last = odd.row(-1, named=True)
        found.error(last["line"], "truncated_last_line", cells=last["cells"], columns=header.width)
        odd = odd.head(-1)
    found.error_rows(odd.select("line", "cells"), "row_length", columns=header.width)
    return None if found.has_errors else numbers


def _typed(cells: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """Dates and amounts out of text; what cannot be read is told and becomes null."""
    for name in _DATES:
        cells = _with_date(cells, name, found)
    no_date = cells.filter(pl.col("date").is_null() & (pl.col("date_text") == ""))
    found.error_rows(no_date.select("line"), "cell_missing", column="EcritureDate")
    if "debit" in cells.columns:
        cells = _with_amount(_with_amount(cells, "debit", found), "credit", found)
        cells = cells.with_columns(amount=pl.col("debit") - pl.col("credit"))
    else:
        cells = _with_amount(cells, "amount", found)
        side = pl.col("side").str.replace_all(" ", "")
        known = side.replace_strict(_SIDES, default=None, return_dtype=pl.Int64)
        odd = cells.filter(known.is_null()).select("line", value="side")
        found.error_rows(odd, "side_invalid")
        cells = cells.with_columns(amount=pl.col("amount") * known)
    if "foreign_amount" in cells.columns:
        value, _ = _hundredths("foreign_amount")
        cells = cells.with_columns(foreign_amount=value)
    return cells.select(
        pl.col(name)
        if name in cells.columns
        else pl.lit("" if name in _TEXTS else None, dtype).alias(name)
        for name, dtype in LINES.items()
    )


def _with_date(cells: pl.DataFrame, name: str, found: RowFindings) -> pl.DataFrame:
    """``20260131``; another spelling is read with a warning; no day of the calendar: an error."""
    text = pl.col(name)
    legal = pl.when(text.str.contains(r"^\d{8}$")).then(text).str.to_date("%Y%m%d", strict=False)
    blank = (text == "") | text.str.contains(r"^0+$")
    cells = cells.with_columns(legal.alias("read"), text.alias(f"{name}_text"))
    rest = cells.filter(pl.col("read").is_null() & ~blank).select("line", text)
    if rest.height:
        others = [text.str.to_date(way, strict=False) for way in ("%d/%m/%Y", "%Y-%m-%d")]
        rest = rest.with_columns(other=pl.coalesce(others))
        shown = rest.select("line", "other", value=text)
        bad = shown.filter(pl.col("other").is_null()).drop("other")
        found.error_rows(bad, "date_invalid", column=_LEGAL[name])
        irregular = shown.filter(pl.col("other").is_not_null()).drop("other")
        if irregular.height:
            found.warning_rows(irregular.head(1), "date_irregular", column=_LEGAL[name])
        cells = cells.join(
            rest.select("line", "other"), on="line", how="left", maintain_order="left"
        )
        cells = cells.with_columns(read=pl.coalesce("read", "other")).drop("other")
    dropped = [name, "read"] if name == "date" else [name, "read", f"{name}_text"]
    read = pl.when(pl.col("read").dt.year().is_between(1950, 2199)).then("read")
    out_of_range = cells.filter(read.is_null() & pl.col("read").is_not_null())
    found.error_rows(
        out_of_range.select("line", value=f"{name}_text"), "date_invalid", column=_LEGAL[name]
    )
    values = cells.select(read).to_series()
    return cells.drop(dropped).with_columns(values.alias(name))


def _with_amount(cells: pl.DataFrame, name: str, found: RowFindings) -> pl.DataFrame:
    """The column in hundredths; the plain way of writing them is read on a short path."""
    text = pl.col(name)
    if cells.select(text.str.contains(_PLAIN).all()).item():
        digits = (
            pl.when(text == "").then(pl.lit("0")).otherwise(text.str.replace(",", "", literal=True))
        )
        return cells.with_columns(digits.cast(pl.Int64).alias(name))
    value, point = _hundredths(name)
    read = cells.select("line", value.alias("value"), point.alias("point"), text=pl.col(name))
    found.error_rows(
        read.filter(pl.col("value").is_null()).select("line", value="text"),
        "amount_invalid",
        column=_LEGAL[name],
    )
    pointed = read.filter("point")
    if pointed.height:
        line, text = pointed.item(0, "line"), pointed.item(0, "text")
        found.warning(line, "decimal_point", column=_LEGAL[name], value=text)
    return cells.with_columns(read["value"].alias(name))


def _hundredths(name: str) -> tuple[pl.Expr, pl.Expr]:
    """A text column in hundredths, null where it is no amount, 0 where it is blank; and whether
    the mark is a point. The sign may stand first or last."""
    text = pl.col(name).str.replace_all(f"[{_BLANKS}]", "")
    parts = text.str.extract_groups(_NUMBER)
    sign, whole, mark, cents, behind = (parts.struct.field(str(at)) for at in range(1, 6))
    whole = whole.str.strip_chars_start("0")
    cents = cents.fill_null("")
    sound = (
        text.str.contains(r"\d")
        & ((sign == "") | (behind == ""))
        & (whole.str.len_bytes() <= _MOST_DIGITS)
        & ~cents.str.slice(2).str.contains("[1-9]")
    )
    units = pl.when(whole == "").then(pl.lit("0")).otherwise(whole).cast(pl.Int64, strict=False)
    part = cents.str.slice(0, 2).str.pad_end(2, "0").cast(pl.Int64, strict=False)
    value = units * 100 + part
    signed = pl.when((sign == "-") | (behind == "-")).then(-value).otherwise(value)
    return (
        pl.when(text == "").then(pl.lit(0, pl.Int64)).when(sound).then(signed),
        (mark == ".").fill_null(value=False),
    )
