"""Which items sum to an amount, and in how many ways: exact, counted, within a work budget.

Equal amounts are one class, so that twenty rents of 500.00 are 21 choices and not a million. The
space of compositions is split in two halves of about equal size that meet in the middle
(Horowitz and Sahni, 1974): time and memory grow with the square root of the space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

HALF_LIMIT = 1 << 16
"""Sums in one half: 65,536 take about 10 ms and 2 MB."""
KEPT = 8
"""Compositions given back; the count goes on."""

Composition = tuple[tuple[int, int], ...]
"""(amount, how many times), in the order of the classes."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found.

    `proven`: the whole space was counted. `count`: compositions that sum exactly.
    `space`: compositions there are. `by_chance`: how many would be expected to hit an amount
    of this size by accident, from how densely sums lie around it.
    """

    proven: bool
    count: int = 0
    space: int = 0
    by_chance: float = 0.0
    found: tuple[Composition, ...] = ()


def search(amounts: Sequence[int], target: int, *, half_limit: int = HALF_LIMIT) -> Search:
    """Every composition of `amounts` (signed, not zero) that sums to `target`.

    The empty composition counts for a target of zero like any other.
    """
    classes = _classes(amounts, target)
    halves = _halves(classes, half_limit)
    if halves is None:
        return Search(proven=False)
    left, right = (_sums(half) for half in halves)
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    wanted = target - left
    low = np.searchsorted(ordered, wanted, "left")
    high = np.searchsorted(ordered, wanted, "right")
    count = int((high - low).sum())
    found = _compositions(halves, order, low, high)
    space = len(left) * len(right)
    chance = _by_chance(left, ordered, target, count, [value for value, _ in classes])
    return Search(True, count, space, chance, found)


def _classes(amounts: Sequence[int], target: int) -> list[tuple[int, int]]:
    """(amount, times) by size; amounts no composition can hold are left out."""
    credit = -sum(amount for amount in amounts if amount < 0)
    debit = sum(amount for amount in amounts if amount > 0)
    times: dict[int, int] = {}
    for amount in amounts:
        if -debit + target <= amount <= target + credit:
            times[amount] = times.get(amount, 0) + 1
    return sorted(times.items(), key=lambda entry: (-abs(entry[0]), entry[0]))


def _halves(
    classes: list[tuple[int, int]], half_limit: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]] | None:
    """Split so that both halves hold about as many sums; None when they would hold too many."""
    halves: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    sizes = [1, 1]
    for value, times in sorted(classes, key=lambda entry: -entry[1]):
        side = 0 if sizes[0] <= sizes[1] else 1
        halves[side].append((value, times))
        sizes[side] *= times + 1
        if sizes[side] > half_limit:
            return None
    return halves


def _sums(classes: list[tuple[int, int]]) -> NDArray[np.int64]:
    sums = np.zeros(1, dtype=np.int64)
    for value, times in classes:
        steps = np.arange(times + 1, dtype=np.int64) * value
        sums = (steps[:, None] + sums[None, :]).ravel()
    return sums


def _composition(classes: list[tuple[int, int]], index: int) -> list[tuple[int, int]]:
    """The choice that stands at one place of `_sums`."""
    chosen = []
    for value, times in classes:
        index, taken = divmod(index, times + 1)
        if taken:
            chosen.append((value, taken))
    return chosen


def _compositions(
    halves: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    order: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
) -> tuple[Composition, ...]:
    found: list[Composition] = []
    for left in np.flatnonzero(high > low):
        for place in range(int(low[left]), int(high[left])):
            both = _composition(halves[0], int(left)) + _composition(halves[1], int(order[place]))
            found.append(tuple(sorted(both)))
            if len(found) == KEPT:
                return tuple(found)
    return tuple(found)


def _by_chance(
    left: NDArray[np.int64],
    ordered: NDArray[np.int64],
    target: int,
    count: int,
    values: list[int],
) -> float:
    """Sums near the target, per amount that could have been paid (multiples of their gcd)."""
    step = gcd(*values) if values else 1
    width = max(abs(target) // 50, 50 * step)
    low = np.searchsorted(ordered, target - width - left, "left")
    high = np.searchsorted(ordered, target + width - left, "right")
    near = int((high - low).sum()) - count
    return near / (2 * (width // step))
