"""Amounts as people and programs write them, a whole column at a time, into exact minor units.

Understood: comma or point decimals, thousands by blank (also non-breaking and narrow), point,
comma or apostrophe, a sign before or after, parentheses for negative, a currency sign or code.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.money import DECIMALS

_MARK = r"([A-Z]{3}|[€$£])?"
_SHAPE = (
    rf"^{_MARK} ?(\()? ?([+-])? ?{_MARK} ?(\d[\d .,']*|[.,]\d+) ?{_MARK} ?([+-])? ?(\))? ?{_MARK}$"
)
_GROUPS = ("before", "open", "sign", "inner", "digits", "after", "trailing", "close", "behind")
_BLANK = "[ \u00a0\u202f]"
_GROUPED = r"^(?:\d+|\d{1,3}(?:[ .,']\d{3})+)(?:[.,]\d*)?$|^[.,]\d+$"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_MOST_DIGITS = 15
_MICRO = 6


def read_amounts(
    rows: pl.DataFrame, columns: Sequence[str], *, decimal: str | None, found: RowFindings
) -> pl.DataFrame:
    """Replace text columns by Int64 minor units of each row's `currency` (which must be there).

    `decimal` is the mark of a saved mapping; without it the columns themselves prove it, and a
    lone mark before three digits that nothing proves is a thousands separator, with a warning.
    A currency written in the cell must be the row's own.
    """
    present = [name for name in columns if name in rows.columns]
    plain = [_plain(rows, name, decimal) for name in present]
    if all(values is not None for values in plain):
        return rows.with_columns(values for values in plain if values is not None)
    parts = {name: _parts(rows, name, decimal) for name in present}
    marks = {mark for part in parts.values() for mark in _proved(part)}
    for name in present:
        rows = _settled(rows, parts[name], name, decimal, marks, found)
    return rows


def _plain(rows: pl.DataFrame, name: str, decimal: str | None) -> pl.Series | None:
    """The minor units of a column without anything unusual, on a short path; else None.

    One mark before one or two digits, blanks between thousands, a leading minus, currencies of
    two decimals: what programs write.
    """
    if rows["currency"].is_in(list(DECIMALS)).any():
        return None
    for mark in [decimal] if decimal else [",", "."]:
        shape = rf"^-?(?:\d{{1,12}}|\d{{1,3}}(?:{_BLANK}\d{{3}}){{1,3}})(?:[{mark}]\d{{1,2}})?$"
        if not rows.select(pl.col(name).str.contains(shape).all()).item():
            continue
        text = pl.col(name).str.replace_all(_BLANK, "")
        digits = text.str.replace(mark, "", literal=True)
        padded = (
            pl.when(text.str.contains(rf"[{mark}]\d\d$")).then(digits)
            .when(text.str.contains(rf"[{mark}]\d$")).then(digits + "0")
            .otherwise(digits + "00")
        )  # fmt: skip
        return rows.select(padded.cast(pl.Int64).alias(name)).to_series()
    return None


def currency_in_cells(rows: pl.DataFrame, column: str) -> pl.Series:
    """The ISO code written with each amount of a text column, null where there is none."""
    code = pl.col(column).str.extract(r"([A-Z]{3}|[€$£])")
    return rows.select(code.replace(_SIGNS)).to_series()


def _parts(rows: pl.DataFrame, name: str, decimal: str | None) -> pl.DataFrame:
    """Per row: sign, digits before and after the last mark, and whether that mark is decimal."""
    cell = (
        pl.col(name)
        .str.replace_all(r"[\s\x{00a0}\x{202f}\x{2007}\x{2009}]+", " ")
        .str.replace_all("[’`´]", "'")
        .str.replace_all("[\u2212\u2013]", "-")
        .str.strip_chars()
    )
    shaped = cell.str.extract_groups(_SHAPE).struct.rename_fields(list(_GROUPS))
    parts = (
        rows.select("line", "currency", text=pl.col(name), shaped=shaped)
        .unnest("shaped")
        .with_columns(digits=pl.col("digits").str.strip_chars())
    )
    compact = pl.col("digits").str.replace_all("[ ']", "")
    ends = compact.str.extract_groups(r"^(.*?)(?:([.,])(\d*))?$").struct.rename_fields(
        ["head", "mark", "tail"]
    )
    parts = parts.with_columns(grouped=pl.col("digits").str.contains(_GROUPED), ends=ends).unnest(
        "ends"
    )
    return parts.with_columns(
        same=pl.col("head").str.contains(pl.col("mark"), literal=True).fill_null(value=False),
        other=pl.col("head").str.contains("[.,]").fill_null(value=False),
        tail=pl.col("tail").fill_null(""),
    ).with_columns(decimal=_decimality(decimal))


def _decimality(decimal: str | None) -> pl.Expr:
    """True: the last mark is decimal; False: it groups thousands; null: nothing tells."""
    mark, tail, head = pl.col("mark"), pl.col("tail"), pl.col("head")
    if decimal is not None:
        return pl.when(mark.is_null()).then(statement=False).otherwise(mark == decimal)
    return (
        pl.when(mark.is_null() | pl.col("same"))
        .then(statement=False)
        .when(pl.col("other") | (tail.str.len_bytes() != 3))
        .then(statement=True)
        .when((head.str.len_bytes() > 3) | head.is_in(["", "0"]))
        .then(statement=True)
        .otherwise(None)
    )


def _proved(part: pl.DataFrame) -> set[str]:
    """Which decimal marks the cells of a column prove."""
    proofs = part.filter(pl.col("mark").is_not_null() & pl.col("decimal").is_not_null()).select(
        pl.when("decimal")
        .then("mark")
        .otherwise(pl.col("mark").replace({".": ",", ",": "."}))
        .unique()
    )
    return {str(mark) for mark in proofs.to_series()}


def _settled(
    rows: pl.DataFrame,
    part: pl.DataFrame,
    name: str,
    decimal: str | None,
    marks: set[str],
    found: RowFindings,
) -> pl.DataFrame:
    """The column as minor units, with every problem of its cells told."""
    given = pl.col("text").is_not_null()
    open_question = given & pl.col("decimal").is_null() & pl.col("mark").is_not_null()
    three = pl.col("currency").replace_strict(DECIMALS, default=2, return_dtype=pl.Int64) == 3
    if len(marks) == 1:
        decided = pl.col("mark").is_in(list(marks)) & three
        unclear = open_question & pl.col("mark").is_in(list(marks)) & ~three
    else:
        decided, unclear = three, open_question & pl.lit(len(marks) > 1)
    if decimal is None and not marks:
        assumed = part.filter(open_question)
        if assumed.height:
            line, text = assumed.item(0, "line"), assumed.item(0, "text")
            found.warning(line, "thousands_assumed", column=name, value=text)
    part = part.with_columns(
        unclear=unclear.fill_null(value=False), decimal=pl.coalesce("decimal", decided)
    )
    part = part.with_columns(bad=_bad(given)).with_columns(_minor())
    _tell(part, name, found)
    return rows.with_columns(part["minor"].alias(name))


def _bad(given: pl.Expr) -> pl.Expr:
    whole = pl.col("head").str.replace_all("[.,]", "").str.len_bytes()
    thousands = pl.col("mark").is_not_null() & ~pl.col("decimal")
    twice = (
        pl.col("sign").is_not_null().cast(pl.Int8)
        + pl.col("trailing").is_not_null().cast(pl.Int8)
        + pl.col("open").is_not_null().cast(pl.Int8)
        > 1
    )
    written = pl.sum_horizontal(
        pl.col(mark).is_not_null().cast(pl.Int8) for mark in ("before", "inner", "after", "behind")
    )
    return given & (
        pl.col("digits").is_null()
        | ~pl.col("grouped")
        | (pl.col("open").is_null() != pl.col("close").is_null())
        | twice
        | (written > 1)
        | (whole > _MOST_DIGITS)
        | (pl.col("decimal") & pl.col("same"))
        | (thousands & (pl.col("tail").str.len_bytes() != 3))
        | (thousands & pl.col("other") & ~pl.col("same"))
    ).fill_null(value=True)


def _minor() -> list[pl.Expr]:
    """Columns `minor` (Int64, rounded half up), `rounded`, `written` (the cell's own currency)."""
    head = pl.col("head").str.replace_all("[.,]", "")
    whole = (
        pl.when("decimal")
        .then(head)
        .otherwise(
            pl.concat_str(
                head, pl.when(pl.col("mark").is_not_null()).then("tail").otherwise(pl.lit(""))
            )
        )
    )
    part = pl.when("decimal").then("tail").otherwise(pl.lit(""))
    micro = part.str.pad_end(_MICRO, "0").str.slice(0, _MICRO).cast(pl.Int64, strict=False)
    excess = part.str.slice(_MICRO).str.contains("[1-9]")
    places = pl.col("currency").replace_strict(DECIMALS, default=2, return_dtype=pl.Int64)
    step = pl.lit(10, pl.Int64).pow(_MICRO - places)
    units = pl.when(whole == "").then(pl.lit("0")).otherwise(whole).cast(pl.Int64, strict=False)
    minor = units * pl.lit(10, pl.Int64).pow(places) + (micro + step // 2) // step
    negative = (
        (pl.col("sign") == "-") | (pl.col("trailing") == "-") | pl.col("open").is_not_null()
    ).fill_null(value=False)
    sound = ~pl.col("bad") & ~pl.col("unclear")
    return [
        pl.when(sound).then(pl.when(negative).then(-minor).otherwise(minor))
        .cast(pl.Int64).alias("minor"),
        (sound & ((micro % step != 0) | excess)).fill_null(value=False).alias("rounded"),
        pl.coalesce("before", "inner", "after", "behind").replace(_SIGNS).alias("written"),
    ]  # fmt: skip


def _tell(part: pl.DataFrame, name: str, found: RowFindings) -> None:
    shown = (pl.col("line"), pl.col("text").alias("value"))
    bad = pl.col("bad") | (pl.col("minor").is_null() & pl.col("text").is_not_null()
                           & ~pl.col("unclear"))  # fmt: skip
    found.error_rows(part.filter(bad).select(shown), "amount_invalid", column=name)
    unclear = part.filter(pl.col("unclear") & ~pl.col("bad"))
    found.error_rows(unclear.select(shown), "amount_ambiguous", column=name)
    found.warning_rows(part.filter("rounded").select(shown), "amount_rounded", column=name)
    foreign = part.filter(~pl.col("bad") & (pl.col("written") != pl.col("currency")))
    found.error_rows(foreign.select(*shown, "currency"), "amount_in_other_currency", column=name)
