"""What a file gives to the ledger, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from encaisse.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Extract:
    """Frames with the columns of `encaisse.intake.core.ledger` (which see).

    `complete_for`: the period in which the file lists everything (a FEC). `is_complete`: a list
    that names every open item, so that what it drops is settled elsewhere. `expected`: what the
    file itself says is owed, by currency, for the tie-out.
    """

    customers: pl.DataFrame
    items: pl.DataFrame
    allocations: pl.DataFrame
    complete_for: tuple[date, date] | None = None
    is_complete: bool = False
    expected: Mapping[str, int] | None = None
    treasury_until: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a take-over did: counts by word, the tie-out by currency, and warnings."""

    counts: Mapping[str, int]
    expected: Mapping[str, int]
    imported: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def gap(self) -> Mapping[str, int]:
        """Expected less imported, by currency: zero when the ledger ties out."""
        currencies = sorted({*self.expected, *self.imported})
        return {one: self.expected.get(one, 0) - self.imported.get(one, 0) for one in currencies}
