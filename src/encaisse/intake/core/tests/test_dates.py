"""Dates as they are written, and the order of day and month that a file proves."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.intake.core.dates import read_dates
from encaisse.intake.core.limits import DEFAULT
from encaisse.intake.core.rows import RowFindings


def dates(
    *cells: str | None, date_format: str | None = None, other: str | None = None
) -> tuple[list[date | None], list[str]]:
    """The dates of a column (beside a second column of one repeated cell), and the problems."""
    rows = pl.DataFrame(
        {
            "line": range(2, 2 + len(cells)),
            "issue_date": pl.Series(cells, dtype=pl.String),
            "due_date": pl.Series([other] * len(cells), dtype=pl.String),
        },
        schema_overrides={"line": pl.Int64},
    )
    found = RowFindings(DEFAULT)
    read = read_dates(rows, ["issue_date", "due_date"], date_format=date_format, found=found)
    return read["issue_date"].to_list(), [problem.code for problem in found.all()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-01-31", date(2025, 1, 31)),
        ("2025-01-31T23:59:00Z", date(2025, 1, 31)),
        ("2025-01-31 00:00:00", date(2025, 1, 31)),
        ("20250131", date(2025, 1, 31)),
        ("2025/1/31", date(2025, 1, 31)),
        ("31/01/2025", date(2025, 1, 31)),
        ("31.01.2025", date(2025, 1, 31)),
        ("31-1-25", date(2025, 1, 31)),
        ("1.2.2025", date(2025, 2, 1)),
        ("01/31/2025", date(2025, 1, 31)),
        ("31/12/99", date(1999, 12, 31)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_reads_what_people_write(cell: str, expected: date) -> None:
    assert dates(cell) == ([expected], [])


@pytest.mark.parametrize(
    "cell",
    ["30/02/2025", "29/02/2023", "32/01/2025", "2025-13-01", "13/13/2025", "13/02/0025", "soon",
     "45678", "31/01.2025", "20250230", "1/2/123", "2025-01-31x"],
)  # fmt: skip
def test_refuses_what_is_no_date(cell: str) -> None:
    assert dates(cell) == ([None], ["date_invalid"])


def test_what_nothing_proves_is_day_first_with_a_warning() -> None:
    assert dates("01/02/2025") == ([date(2025, 2, 1)], ["date_order_assumed"])
    assert dates("02/02/2025") == ([date(2025, 2, 2)], [])


def test_the_column_proves_month_first() -> None:
    assert dates("01/02/2025", "12/31/2025") == ([date(2025, 1, 2), date(2025, 12, 31)], [])


def test_another_column_of_the_file_proves_the_order() -> None:
    assert dates("01/02/2025", other="31/12/2025") == ([date(2025, 2, 1)], [])
    assert dates("01/02/2025", other="12/31/2025") == (
        [date(2025, 1, 2)],
        ["date_order_assumed"],
    )


def test_a_column_of_both_orders_is_day_first_and_tells_the_rest() -> None:
    assert dates("31/12/2025", "12/31/2025") == ([date(2025, 12, 31), None], ["date_invalid"])


def test_the_mapping_decides() -> None:
    assert dates("01/02/2025", date_format="%m/%d/%Y") == ([date(2025, 1, 2)], [])


@given(
    st.lists(st.dates(date(1970, 1, 1), date(2069, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d"]),
)
def test_every_unmistakable_date_comes_back(days: list[date], pattern: str) -> None:
    assert dates(*[day.strftime(pattern) for day in days]) == (days, [])


@given(st.lists(st.text(alphabet="0123456789/-. T:", max_size=12), min_size=1, max_size=9))
def test_no_text_raises(cells: list[str]) -> None:
    dates(*cells)
