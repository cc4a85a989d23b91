"""The subset search counts every composition, exactly."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from encaisse.cash.core.subset import KEPT, search

AMOUNTS = st.lists(st.integers(-50, 60).filter(bool), max_size=10)


def _compositions(amounts: list[int], target: int) -> set[tuple[tuple[int, int], ...]]:
    return {
        tuple(sorted(Counter(chosen).items()))
        for length in range(len(amounts) + 1)
        for chosen in combinations(amounts, length)
        if sum(chosen) == target
    }


@given(AMOUNTS, st.integers(-100, 200))
def test_counts_like_brute_force(amounts: list[int], target: int) -> None:
    expected = _compositions(amounts, target)
    found = search(amounts, target)
    assert found.proven
    assert found.count == len(expected)
    assert set(found.found) <= expected
    assert len(set(found.found)) == min(len(expected), KEPT)


@given(st.permutations([1000, 2000, 3000, 2000, -500, 700]))
def test_the_order_of_amounts_does_not_matter(amounts: list[int]) -> None:
    assert search(amounts, 3000) == search(sorted(amounts), 3000)


def test_equal_amounts_are_one_class() -> None:
    found = search([50_000] * 200, 1_000_000)
    assert (found.proven, found.count, found.found) == (True, 1, (((50_000, 20),),))


def test_a_space_beyond_the_budget_is_not_proven() -> None:
    assert not search([3**k for k in range(40)], 3**30 + 1, half_limit=1 << 10).proven


def test_density_tells_accidents() -> None:
    sparse = search([123_456, 98_765, 45_310], 123_456 + 45_310)
    dense = search([10_007 + 31 * k for k in range(28)], 150_000)
    assert sparse.by_chance < 0.001
    assert dense.by_chance > 1
