"""Rows for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Columns lined up, figures to the right, under their names; "–" when there are no rows."""
    if not rows:
        return "–"
    cells = [[str(row.get(column, "")) for column in columns] for row in rows]
    widths = [
        max(len(column), *(len(line[place]) for line in cells))
        for place, column in enumerate(columns)
    ]
    is_number = [
        all(_looks_like_number(line[place]) for line in cells) for place in range(len(columns))
    ]

    def fit(line: Sequence[str]) -> str:
        fitted = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        )
        return "  ".join(fitted).rstrip()

    return "\n".join([fit(columns), *map(fit, cells)])


def _looks_like_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()
