"""Normalised search columns computed on whole columns.

Each expression gives what the function of `encaisse.kernel.references` gives for one text (a
property test compares them); a million numbers take a second instead of ten.
"""

from __future__ import annotations

import polars as pl


def number_key(number: pl.Expr) -> pl.Expr:
    """`references.number_key` of a column of document numbers."""
    compact = _without_accents(number).str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    return compact.str.replace(r"^([A-Z]*)0+([0-9])", "${1}${2}")


def search_key(text: pl.Expr) -> pl.Expr:
    """`references.search_key` of a column of names."""
    folded = _without_accents(text).str.to_lowercase()
    return folded.str.replace_all(r"\s+", " ").str.strip_chars()


def _without_accents(text: pl.Expr) -> pl.Expr:
    joined = text.str.replace_many(["œ", "Œ", "æ", "Æ", "ß"], ["oe", "OE", "ae", "AE", "ss"])
    return joined.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
