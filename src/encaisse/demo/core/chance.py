"""Repeatable chance: one stream for each purpose, so that one part never moves another.

Every decision about one invoice, customer or day draws from its own stream. A world built for a
later day therefore repeats the past of the earlier one exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


def stream(seed: int, *purpose: object) -> Random:
    """A generator of its own for this purpose; the same words give the same numbers."""
    name = ":".join(str(word) for word in (seed, *purpose))
    return Random(name)


def weighted(chance: Random, options: Sequence[tuple[Choice, float]]) -> Choice:
    """One of the options, each with its weight."""
    return chance.choices([option for option, _ in options], [weight for _, weight in options])[0]


def rounded(chance: Random, expected: float) -> int:
    """A whole number whose mean is `expected`: the fraction decides by chance."""
    whole = int(expected)
    return whole + (chance.random() < expected - whole)
