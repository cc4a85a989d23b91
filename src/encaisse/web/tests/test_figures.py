"""The small pictures keep their box, whatever the figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.web.figures import SPARK_HEIGHT, SPARK_WIDTH, initials, slices, spark_points

finite = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(finite, min_size=1, max_size=60))
def test_a_sparkline_stays_in_its_box_and_runs_to_its_end(values: list[float]) -> None:
    points = spark_points(values)
    assert points[0][0] == 0
    assert points[-1][0] == SPARK_WIDTH
    assert all(0 <= y <= SPARK_HEIGHT for _x, y in points)


def test_the_largest_value_stands_on_top() -> None:
    assert [y for _x, y in spark_points([1, 3, 2])] == [24.0, 2.0, 13.0]


def test_no_values_draw_nothing() -> None:
    assert spark_points([]) == []


@given(st.lists(st.integers(-(10**12), 10**14), min_size=5, max_size=5))
def test_an_age_bar_fills_its_width_once(parts: list[int]) -> None:
    found = slices(parts)
    assert len(found) == sum(part > 0 for part in parts)
    if found:
        assert sum(one.width for one in found) == pytest.approx(100, abs=0.05)
        assert [one.age for one in found] == sorted({one.age for one in found})


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Claire Marchal", "CM"), ("alice@acme.example", "AA"), ("Jean-Luc Petit", "JL"), ("", "?"),
     ("& Fils", "F"), ("éa", "É")],
)  # fmt: skip
def test_initials_of_people_and_firms(name: str, expected: str) -> None:
    assert initials(name) == expected
