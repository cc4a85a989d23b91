"""How a CSV file is cut: its delimiter and where its header row stands."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from encaisse.intake.core.headers import score
from encaisse.intake.core.mapping import DELIMITERS

HEAD = 30
"""Lines in which the header row must stand: titles may come before it."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A delimiter and the header row it gives; `first` and `last` are its lines, from 1."""

    delimiter: str
    cells: tuple[str, ...]
    first: int
    last: int
    score: int  # how many of our columns the row names


def find_dialect(
    head: Sequence[str], *, delimiter: str | None = None, theirs: Mapping[str, str] | None = None
) -> Dialect | None:
    """The dialect under which a row of the head names most of our columns; None for no text."""
    choices = (delimiter,) if delimiter else DELIMITERS
    found = [dialect for mark in choices if (dialect := _best_row(head[:HEAD], mark, theirs))]
    return max(found, key=lambda dialect: (dialect.score, len(dialect.cells)), default=None)


def _best_row(
    head: Sequence[str], delimiter: str, theirs: Mapping[str, str] | None
) -> Dialect | None:
    best: Dialect | None = None
    start = 1
    for cells, end in _records(head, delimiter):
        points = score(cells, theirs)
        if any(cell.strip() for cell in cells) and (best is None or points > best.score):
            best = Dialect(delimiter, tuple(cell.strip() for cell in cells), start, end, points)
        start = end + 1
    return best


def _records(head: Sequence[str], delimiter: str) -> list[tuple[list[str], int]]:
    reader = csv.reader([f"{line}\n" for line in head], delimiter=delimiter)
    records: list[tuple[list[str], int]] = []
    try:
        records.extend((cells, reader.line_num) for cells in reader)
    except csv.Error:
        return records
    return records


def looks_tabular(head: Sequence[str]) -> bool:
    """Whether the lines are cut alike by some delimiter: a table, if not one of ours."""
    lines = [line for line in head[:HEAD] if line.strip()]
    for mark in DELIMITERS:
        counts = Counter(line.count(mark) for line in lines)
        common, often = counts.most_common(1)[0] if counts else (0, 0)
        if common and often >= 0.7 * len(lines):
            return True
    return False
