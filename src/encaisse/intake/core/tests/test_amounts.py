"""Amounts as they are written, cell by cell and as columns that prove their marks."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.intake.core.amounts import read_amounts
from encaisse.intake.core.limits import DEFAULT
from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.money import decimals


def minor(
    *cells: str | None, currency: str = "EUR", decimal: str | None = None
) -> tuple[list[int | None], list[str]]:
    """The minor units of a column of cells, and the codes of its problems."""
    rows = pl.DataFrame(
        {
            "line": range(2, 2 + len(cells)),
            "amount": pl.Series(cells, dtype=pl.String),
            "currency": currency,
        },
        schema_overrides={"line": pl.Int64},
    )
    found = RowFindings(DEFAULT)
    read = read_amounts(rows, ["amount"], decimal=decimal, found=found)
    return read["amount"].to_list(), [problem.code for problem in found.all()]


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("0", 0),
        ("12", 1200),
        ("12,5", 1250),
        ("12.50", 1250),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234,56 €", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1'234.56", 123456),
        ("1’234’567.89", 123456789),
        ("1,234,567", 123456700),
        ("-12,50", -1250),
        ("12,50-", -1250),
        ("(12.50)", -1250),
        ("− 12,50", -1250),
        ("€ 12.50", 1250),
        ("EUR 12,50", 1250),
        ("12,50 EUR", 1250),
        ("-12,50 €", -1250),
        ("0000000074,70", 7470),
        (",50", 50),
        ("12,", 1200),
        ("0.125", 13),
        ("1234.5000", 123450),
    ],
)
def test_reads_what_people_write(cell: str, units: int) -> None:
    assert minor(cell)[0] == [units]


@pytest.mark.parametrize(
    "cell",
    ["abc", "1 2", "12,34,56", "1.23.4", "--5", "-5-", "(5", "(-5)", "1e5", "12 EUR EUR",
     "9" * 16, "1.234.56", "5 %", "-", "1,234.567,8"],
)  # fmt: skip
def test_refuses_what_is_no_amount(cell: str) -> None:
    assert minor(cell) == ([None], ["amount_invalid"])


def test_the_column_proves_its_decimal_mark() -> None:
    assert minor("1.234", "12,50") == ([123400, 1250], [])
    assert minor("1,234", "12.50") == ([123400, 1250], [])


def test_a_mark_that_nothing_proves_groups_thousands_with_a_warning() -> None:
    assert minor("1.234", "2.500") == ([123400, 250000], ["thousands_assumed"])


def test_three_digits_behind_the_proved_decimal_mark_are_ambiguous() -> None:
    assert minor("1,234", "12,50") == ([None, 1250], ["amount_ambiguous"])


def test_cells_that_prove_different_marks_read_each_by_itself() -> None:
    assert minor("12.5", "12,5", "1.234") == ([1250, 1250, None], ["amount_ambiguous"])


def test_the_mapping_decides() -> None:
    assert minor("1.234", decimal=",") == ([123400], [])
    assert minor("12.5", decimal=",") == ([None], ["amount_invalid"])


def test_decimals_follow_the_currency() -> None:
    assert minor("1,234", currency="TND") == ([1234], ["thousands_assumed"])
    assert minor("1234", currency="JPY") == ([1234], [])
    assert minor("10.6", currency="JPY") == ([11], ["amount_rounded"])


def test_another_currency_in_the_cell_is_an_error() -> None:
    assert minor("12,50 USD")[1] == ["amount_in_other_currency"]


def test_blank_cells_stay_blank() -> None:
    assert minor(None, "1,5") == ([None, 150], [])


AMOUNTS = st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2)


@given(
    st.lists(AMOUNTS, min_size=1, max_size=20),
    st.sampled_from([(",", " "), (",", "."), (".", ","), (".", "'"), (",", ""), (".", "\u202f")]),
    st.sampled_from(["-{}", "{}-", "({})", "- {} €", "-EUR {}"]),
)
def test_every_written_amount_comes_back(
    amounts: list[Decimal], marks: tuple[str, str], negative: str
) -> None:
    point, grouping = marks

    def written(amount: Decimal) -> str:
        text = f"{abs(amount):,.2f}".replace(",", "_").replace(".", point).replace("_", grouping)
        return negative.format(text) if amount < 0 else text

    read, problems = minor(*[written(amount) for amount in amounts])
    assert problems == []
    assert read == [int(amount.scaleb(decimals("EUR"))) for amount in amounts]


@given(st.lists(st.text(alphabet="0123456789.,'- €()EUR", max_size=12), min_size=1, max_size=9))
def test_no_text_raises(cells: list[str]) -> None:
    minor(*cells)
