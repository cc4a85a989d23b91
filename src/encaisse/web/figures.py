"""The geometry of small pictures drawn in the HTML itself, as SVG without inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH = 96.0
SPARK_HEIGHT = 26.0
_MARGIN = 2.0


def spark_points(values: Sequence[float]) -> list[tuple[float, float]]:
    """Points of a sparkline in a box of 96 × 26, largest on top; one value is a flat line."""
    if not values:
        return []
    if len(values) == 1:
        values = [values[0], values[0]]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = SPARK_WIDTH / (len(values) - 1)
    usable = SPARK_HEIGHT - 2 * _MARGIN
    flat = high == low
    return [
        (
            round(at * step, 1),
            round(SPARK_HEIGHT / 2 if flat else _MARGIN + usable * (1 - (value - low) / span), 1),
        )
        for at, value in enumerate(values)
    ]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a bar: its place and width in per cent, and its age class 0 to 4."""

    age: int
    start: float
    width: float


def slices(parts: Sequence[int]) -> list[Slice]:
    """The parts of an age bar, 100 wide; parts of nothing (or less) take no room."""
    total = sum(part for part in parts if part > 0)
    found: list[Slice] = []
    start = 0.0
    for age, part in enumerate(parts):
        if part <= 0:
            continue
        width = 100 * part / total
        found.append(Slice(age, round(start, 2), round(width, 2)))
        start += width
    return found


def initials(name: str) -> str:
    """Up to two letters for a person or a firm."""
    words = [word for word in name.replace("@", " ").replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
