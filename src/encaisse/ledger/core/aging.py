"""The aged balance: how late what is owed is, counted from the due date.

Buckets as French practice has them (non échu, 1–30, 31–60, 61–90, 91 days and more). Open debits
stand in the buckets, open credits apart: the balance is the sum of both.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Buckets:
    """Open debits by days late, in minor units."""

    not_due: int = 0
    d1_30: int = 0
    d31_60: int = 0
    d61_90: int = 0
    d90_plus: int = 0

    @property
    def overdue(self) -> int:
        """Everything past its due date."""
        return self.d1_30 + self.d31_60 + self.d61_90 + self.d90_plus

    @property
    def total(self) -> int:
        """All open debits."""
        return self.not_due + self.overdue

    def __add__(self, other: Buckets) -> Buckets:
        return replace(
            self,
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in NAMES},
        )


NAMES = fields(Buckets)


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """What is owed in one currency: by a customer (`ref` its code) or by all (`ref` empty)."""

    ref: str
    currency: str
    buckets: Buckets
    unapplied: int

    @property
    def balance(self) -> int:
        """Σ buckets + unapplied (≤ 0)."""
        return self.buckets.total + self.unapplied


def totals(rows: list[AgedBalance]) -> list[AgedBalance]:
    """One row a currency, in alphabetical order."""
    found: dict[str, AgedBalance] = {}
    for row in rows:
        so_far = found.get(row.currency, AgedBalance("", row.currency, Buckets(), 0))
        found[row.currency] = AgedBalance(
            "", row.currency, so_far.buckets + row.buckets, so_far.unapplied + row.unapplied
        )
    return [found[currency] for currency in sorted(found)]


def bucket_of(days_late: int) -> str:
    """The name of the bucket for so many days after the due date (0: due that day, not late)."""
    if days_late <= 0:
        return "not_due"
    for limit, name in ((30, "d1_30"), (60, "d31_60"), (90, "d61_90")):
        if days_late <= limit:
            return name
    return "d90_plus"
