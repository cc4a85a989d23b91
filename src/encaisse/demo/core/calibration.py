"""What the invented world measures, against what is published about real ones.

``python -m encaisse.demo.core.calibration 2026-11-22 [SEED]`` prints the figures.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from encaisse.demo.core.records import DEMO, World
from encaisse.demo.core.world import build, open_amounts

TARGETS: Mapping[str, tuple[float, float]] = {
    "on_time": (0.45, 0.50),
    "mean_days_late": (11.0, 14.0),
    "over_30_days": (0.06, 0.08),
    "one_payment": (0.93, 0.955),
    "two_payments": (0.04, 0.065),
    "without_payment": (0.05, 0.09),
}
"""Lowest and highest value of each measure. Sources: Altares, first halves of 2022 to 2024
(49.3 and 48.7 % on time, 12.0 and 12.9 days late on average over all payments, 5.7 and 7.6 % over
30 days late); a published profile of 113,085 invoices (94.19 % of paid invoices with one payment,
5.48 % with two, 7.13 % of invoices without payment)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Shares between 0 and 1, days as means over paid invoices (early and punctual count 0)."""

    measures: Mapping[str, float]
    late_by_size: Mapping[str, float]
    late_by_sector: Mapping[str, float]
    late_by_country: Mapping[str, float]
    phenomena: Mapping[str, int]
    overdue: Mapping[str, int]  # cents by bucket


def measure(world: World) -> Calibration:
    """The figures of a world up to its `today`."""
    payments, last = _payments(world)
    left = open_amounts(world.documents, world.receipts, world.adjustments, world.today)
    invoices = {one.number: one for one in world.documents if one.kind == "invoice"}
    paid = [number for number in last if number in invoices and number not in left]
    late = {number: max(0, (last[number] - invoices[number].due).days) for number in paid}
    people = {one.code: one for one in world.customers}
    owner = {number: people[invoices[number].customer] for number in paid}
    counts = Counter(min(payments[number], 3) for number in paid)
    tags = Counter(tag for receipt in world.receipts for tag in receipt.tags)
    return Calibration(
        measures={
            "on_time": _share(days == 0 for days in late.values()),
            "mean_days_late": _mean(late.values()),
            "over_30_days": _share(days > 30 for days in late.values()),
            "one_payment": counts[1] / max(1, len(paid)),
            "two_payments": counts[2] / max(1, len(paid)),
            "without_payment": _share(number not in payments for number in invoices),
        },
        late_by_size=_means(late, {number: one.size for number, one in owner.items()}),
        late_by_sector=_means(late, {number: one.sector for number, one in owner.items()}),
        late_by_country=_means(late, {number: one.country for number, one in owner.items()}),
        phenomena=dict(sorted(tags.items())),
        overdue=_buckets(world, left),
    )


def report(world: World) -> str:
    """The figures as lines of text."""
    found = measure(world)
    lines = [f"{len(world.customers)} customers, {len(world.documents)} documents"]
    for name, value in found.measures.items():
        low, high = TARGETS[name]
        verdict = "ok" if low <= value <= high else "OUT"
        lines.append(f"{name:18} {value:8.3f}   wanted {low} to {high}   {verdict}")
    for title, table in (
        ("size", found.late_by_size),
        ("sector", found.late_by_sector),
        ("country", found.late_by_country),
    ):
        lines += [f"days late, {title} {name:20} {days:6.1f}" for name, days in table.items()]
    lines += [f"tag {name:18} {count:6}" for name, count in found.phenomena.items()]
    lines += [f"open {name:10} {cents / 100:14,.2f}" for name, cents in found.overdue.items()]
    return "\n".join(lines) + "\n"


def _payments(world: World) -> tuple[Counter[str], dict[str, date]]:
    """How many payments each document got, and the day of the last; returned ones do not count."""
    payments: Counter[str] = Counter()
    last: dict[str, date] = {}
    for receipt in world.receipts:
        if receipt.returned or receipt.returns:
            continue
        for share in receipt.shares:
            if share.amount > 0:
                payments[share.document] += 1
                last[share.document] = max(receipt.day, last.get(share.document, receipt.day))
    return payments, last


def _buckets(world: World, left: Mapping[str, int]) -> dict[str, int]:
    buckets = dict.fromkeys(("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "unapplied"), 0)
    due = {one.number: one.due for one in world.documents}
    for key, cents in left.items():
        if cents < 0:
            buckets["unapplied"] += cents
            continue
        days = (world.today - due[key]).days
        for name, highest in (("not_due", 0), ("d1_30", 30), ("d31_60", 60), ("d61_90", 90)):
            if days <= highest:
                buckets[name] += cents
                break
        else:
            buckets["d90_plus"] += cents
    return buckets


def _means(values: Mapping[str, int], groups: Mapping[str, str]) -> dict[str, float]:
    by_group: dict[str, list[int]] = defaultdict(list)
    for number, value in values.items():
        by_group[groups[number] or "none"].append(value)
    return {name: _mean(found) for name, found in sorted(by_group.items())}


def _mean(values: Iterable[int]) -> float:
    found = list(values)
    return sum(found) / max(1, len(found))


def _share(truths: Iterable[bool]) -> float:
    return _mean(int(truth) for truth in truths)


def main(arguments: list[str]) -> None:
    """Print the figures of the demo company."""
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    sys.stdout.write(report(build(seed, date.fromisoformat(arguments[0]), DEMO)))


if __name__ == "__main__":
    main(sys.argv[1:])
