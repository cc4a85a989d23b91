"""CSV files as companies send them, and as nobody should."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.csv_table.reader import read, recognise
from encaisse.intake.core.ledger import CUSTOMERS, ITEMS, LedgerReading
from encaisse.intake.core.limits import Limits
from encaisse.intake.core.mapping import ColumnMapping
from encaisse.kernel.catalogue import entries

SAMPLES = Path(__file__).parents[1] / "samples"
ROOT = Path(__file__).parents[6]
FIXTURES = Path(os.environ.get("ENCAISSE_FIXTURES", ROOT.parent / "shared" / "fixtures"))
ROUNDS = 2_000 if os.environ.get("ENCAISSE_SOAK") else 60


def told(reading: LedgerReading) -> list[tuple[int | None, str]]:
    """Line and code of every problem."""
    return [(problem.line, problem.code) for problem in reading.problems]


def test_a_french_table_in_cp1252() -> None:
    reading = read((SAMPLES / "items_fr_cp1252.csv").read_bytes())
    assert (reading.kind, reading.encoding) == ("items", "cp1252")
    assert told(reading) == [(4, "iban_invalid")]
    items = reading.items
    assert items["key"].to_list() == [
        "C001:F-0001", "C001:F-0002", "C002:A-0001", "C002:F-0003:2026-02-28",
        "C002:F-0003:2026-03-31",
    ]  # fmt: skip
    assert items["amount"].to_list() == [123456, 1000000, -12000, 50000, 50000]
    assert items["open_amount"].to_list() == [123456, 0, -12000, None, None]
    assert items["kind"].to_list() == ["invoice", "invoice", "credit_note", "invoice", "invoice"]
    assert items["paid_date"].to_list()[1] == date(2026, 2, 20)
    assert items["due_date"].to_list()[2] is None
    assert items["due_date_source"].to_list()[:3] == ["file", "file", None]
    assert items["order_number"].to_list()[0] == "4500001"
    customers = reading.customers
    assert customers["name"].to_list() == ["Bouleau SARL", "Cèdre & Fils"]
    assert customers["ibans"].to_list() == [["FR7630006000011234567890189"], []]
    assert customers["ibans_unsound"].to_list()[1] == ["FR76 3000 6000 0112 3456 7890 180"]


def test_an_english_table_of_customers() -> None:
    reading = read((SAMPLES / "customers_en.csv").read_bytes())
    assert (reading.kind, reading.problems) == ("customers", ())
    birch, cedar = reading.customers.to_dicts()
    assert birch["address"] == "1 Mill Lane\nLeeds"
    assert (birch["parent"], birch["siren"], birch["language"]) == ("C001", "732829320", "en")
    assert (cedar["email"], cedar["terms"]) == ("ap@cedar.example; boss@cedar.example", "45 FDM")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    rows = [["client", "numero", "montant"], ["C1", "007", '"1,50"'], ["C1", "008", '"2,50"']]
    content = end.join(delimiter.join(row) for row in rows).encode()
    assert recognise(content)
    reading = read(content)
    assert told(reading) == []
    assert reading.items["number"].to_list() == ["007", "008"]
    assert reading.items["amount"].to_list() == [150, 250]


def test_lines_are_told_exactly_behind_breaks_in_quotes() -> None:
    reading = read(
        b'Aged balance\n\nclient;nom;numero;date;montant\nC1;"a\nb\nc";1;2026-01-05;1\n\n'
        b"C1;x;2;2026-02-30;1\nC1;y;3;2026-01-05;z\n"
    )
    assert told(reading) == [(8, "date_invalid"), (9, "amount_invalid")]
    assert reading.items["line"].to_list() == [4, 8, 9]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", [(None, "empty_file")]),
        (b" \n\n", [(None, "empty_file")]),
        (b"hello world", [(1, "headers_not_recognised")]),
        (b"client;numero;montant\nA;1\0;2", [(2, "nul_byte")]),
        (b"client;numero;montant\n", [(None, "no_rows")]),
        (b"client;numero;montant\nA;1;2;3\nA;2;2;\nA;3;2;\n", [(2, "row_length")]),
        (b"client;nom;numero;montant;iban\nA;x;1;2;\nA;Du;pont;2;2;\nA;y;3;2;\n",
         [(3, "row_length")]),
        (b"client;numero;montant\nA;1\nA;2;2", [(2, "row_length")]),
        (b"client;numero;montant\nA;1;1\nA;2", [(3, "truncated_last_line")]),
        (b'client;numero;montant\nA;"1;1\nA;2;2\n', [(2, "row_length"), (2, "unclosed_quote")]),
        (b"client;numero;montant;montant\nA;1;2;2\n",
         [(1, "duplicate_header"), (1, "columns_ignored")]),
        (b"numero;echeance;montant\n1;2026-01-01;2\n", [(1, "missing_column")]),
        (b"client;numero;montant\n;1;2\nA;;3\n", [(2, "cell_missing"), (3, "cell_missing")]),
        (b"client;numero;montant;devise\nA;1;2;euro!\n", [(2, "currency_invalid")]),
        (b"client;numero;montant;solde\nA;1;2;3\n", [(2, "open_amount_beyond_amount")]),
        (b"client;numero;montant;solde\nA;1;-2;2\n", [(2, "open_amount_beyond_amount")]),
        (b"client;numero;montant\nA;1;2\nA;1;2\n", [(3, "item_repeated")]),
        (b"client;numero;montant\nA;1;2\nA;1;3\n", [(3, "item_contradicted")]),
        (b"client;email;siren;langue\nA;x;123456789;zz\n",
         [(2, "email_invalid"), (2, "siren_invalid"), (2, "language_unknown")]),
        (b"client;nom\nA;x\nA;y\n", [(3, "customer_repeated")]),
        (b"client;numero;echeance\nA;1;2026-01-31\n", [(1, "no_amount_column")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    content: bytes, problems: list[tuple[int | None, str]]
) -> None:
    reading = read(content)
    assert sorted(told(reading), key=str) == sorted(problems, key=str)
    assert all(problem.code in entries() for problem in reading.problems)


def test_empty_and_absent_cells_say_nothing() -> None:
    reading = read(b"client;numero;montant;echeance\nA;1;;2026-01-31\n")
    (item,) = reading.items.to_dicts()
    assert (item["amount"], item["kind"], item["open_amount"]) == (None, None, None)
    assert reading.customers["name"].to_list() == [None]


def test_a_currency_in_the_cell_is_taken_when_no_column_tells() -> None:
    reading = read("client;numero;montant\nA;1;$12.50\nA;2;¥\n".encode())
    assert reading.items["currency"].to_list()[0] == "USD"
    assert told(reading) == [(3, "amount_invalid")]


def test_a_paid_date_settles() -> None:
    reading = read(
        b"client;numero;montant;paid_date;solde\nA;1;5;2026-01-31;\nA;2;5;2026-01-31;2\n"
    )
    assert reading.items["open_amount"].to_list() == [0, 200]
    assert reading.items["paid_date"].to_list() == [date(2026, 1, 31), None]
    assert told(reading) == [(3, "paid_but_open")]


def test_a_mapping_reads_a_foreign_table() -> None:
    mapping = ColumnMapping(
        columns={"customer": "Konto", "number": "Beleg", "amount": "Betrag", "due_date": "Bis"},
        date_format="%m/%d/%Y", decimal=",", delimiter=";",
    )  # fmt: skip
    reading = read(b"Konto;Beleg;Betrag;Bis\n0042;7;1.234;01/02/2026\n", mapping=mapping)
    assert told(reading) == []
    (item,) = reading.items.to_dicts()
    assert (item["customer"], item["amount"], item["due_date"]) == (
        "0042",
        123400,
        date(2026, 1, 2),
    )


def test_limits_hold() -> None:
    content = b"client;numero;montant\n" + b"A;1;x\n" * 50
    assert told(read(content, limits=Limits(bytes=10))) == [(None, "file_too_large")]
    assert told(read(content, limits=Limits(rows=10))) == [(None, "too_many_rows")]
    assert told(read(content, limits=Limits(columns=2))) == [(1, "too_many_columns")]
    assert told(read(content, limits=Limits(problems=3)))[-1] == (None, "more_problems")
    long = b"client;numero;montant\nA;" + b"1" * 99 + b";2\n"
    assert told(read(long, limits=Limits(field_characters=50))) == [(2, "cell_too_long")]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12
).map(str.strip)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), st.sampled_from(";,\t|"))
@settings(max_examples=ROUNDS, deadline=None)
def test_cells_come_back_whatever_they_hold(rows: list[tuple[str, str]], mark: str) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    lines = [mark.join(["client", "nom"]), *(mark.join(["A", name]) for name, _ in quoted)]
    reading = read("\n".join(lines).encode())
    names = [name for name, _ in rows if name]
    blanks = " \t\r\n\u00a0\u202f\ufeff"
    kept = [name.strip(blanks) for name in names if name.strip(blanks)]
    if not reading.customers.is_empty() and kept:
        assert reading.customers["name"].to_list() == [kept[-1]]


@given(st.binary(max_size=400), st.integers(0, 400), st.binary(max_size=6))
@settings(max_examples=ROUNDS, deadline=None)
def test_no_bytes_raise(noise: bytes, at: int, patch: bytes) -> None:
    sample = (SAMPLES / "items_fr_cp1252.csv").read_bytes()
    for content in (noise, sample[:at], sample[:at] + patch + sample[at:], sample[:40] + noise):
        reading = read(content)
        assert set(reading.items.columns) == set(ITEMS)
        assert set(reading.customers.columns) == set(CUSTOMERS)
        assert all(problem.code in entries() for problem in reading.problems)


def test_a_published_file_of_settled_invoices() -> None:
    path = FIXTURES / "ledger" / "ibm_late_payment" / "WA_Fn-UseC_-Accounts-Receivable.csv"
    if not path.exists():
        pytest.skip(f"the public fixtures are not at {FIXTURES}")
    reading = read(path.read_bytes(), currency="USD")
    assert told(reading) == [(1, "columns_ignored")]
    truth = pl.read_csv(path.read_bytes(), infer_schema=False)
    assert reading.items.height == 2466
    assert reading.customers.height == 100
    assert reading.items["number"].to_list() == truth["invoiceNumber"].to_list()
    late = (pl.col("paid_date") - pl.col("due_date")).dt.total_days().clip(0)
    assert reading.items.select(late).to_series().to_list() == [
        int(days) for days in truth["DaysLate"]
    ]
    cents = truth["InvoiceAmount"].str.to_decimal(inference_length=3000)
    assert reading.items["amount"].sum() == int(cents.sum() * 100)
