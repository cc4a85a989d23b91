"""What leaves can be read again, and runs nothing in a spreadsheet."""

import io
from datetime import date
from decimal import Decimal

import pytest
import python_calamine

from encaisse.insights.adapters.tables import as_csv, as_json, as_xlsx
from encaisse.insights.queries.exports import Receipt, entry_lines

ROWS = [("FA1", date(2026, 11, 22), Decimal("-12.50"), None), ('=HYPERLINK("x")', None, None, 3)]
COLUMNS = ("number", "date", "amount", "count")


def test_a_cell_that_looks_like_a_formula_is_neutralised_in_csv() -> None:
    text = as_csv(COLUMNS, ROWS).decode("utf-8-sig")

    assert text.splitlines()[1] == "FA1;2026-11-22;-12.50;"
    assert "\"'=HYPERLINK" in text


def test_a_spreadsheet_gets_dates_numbers_and_texts() -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(COLUMNS, ROWS)))

    rows = book.get_sheet_by_index(0).to_python()

    assert rows[1][:3] == ["FA1", date(2026, 11, 22), -12.5]
    assert rows[2][0] == '=HYPERLINK("x")'


def test_json_keeps_amounts_as_strings() -> None:
    assert b'"amount": "-12.50"' in as_json(COLUMNS, ROWS)


@pytest.mark.parametrize("amount", [1, 123_456])
def test_entries_balance(amount: int) -> None:
    receipt = Receipt("R1", date(2026, 11, 22), "C1", "Bouleau", "EUR", amount, "", True)

    bank, customer = entry_lines([receipt])

    assert len(bank) == len(customer) == 18
    assert (bank[11], bank[12]) == (customer[12], customer[11])
