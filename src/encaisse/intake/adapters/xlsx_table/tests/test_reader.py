"""Workbooks as companies send them, and as nobody should open them."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.xlsx_table.container import inspect
from encaisse.intake.adapters.xlsx_table.reader import read, recognise
from encaisse.intake.adapters.xlsx_table.sheets import text_of
from encaisse.intake.core.ledger import ITEMS, LedgerReading
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.kernel.catalogue import entries

ROUNDS = 2_000 if os.environ.get("ENCAISSE_SOAK") else 40
HEADER: list[object] = ["Code client", "Nom", "N° facture", "Date", "Échéance", "Montant", "IBAN"]


def workbook(
    *sheets: tuple[str, list[list[object]]],
    write: Callable[[xlsxwriter.Workbook], None] | None = None,
    **options: object,
) -> bytes:
    """A workbook of named sheets; dates are written as dates, numbers as numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    if write:
        write(book)
    book.close()
    return out.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same package with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


SAMPLE = workbook(
    ("Notes", [["nothing", "here"]]),
    (
        "Postes",
        [
            ["Balance au 31/12/2025"],
            [],
            HEADER,
            [1234, "Cèdre", "0007", date(2025, 1, 31), date(2025, 3, 2), 1234.5, None],
            ["0042", "Frêne", 8.0, "31/01/2025", 45747, "1 234,56 €", "FR12"],
            [],
            ["0042", "=1+1", "A;\n9", date(2025, 2, 1), None, -0.1 - 0.2, None],
        ],
    ),
)


def told(reading: LedgerReading) -> list[tuple[int | None, str]]:
    """Line and code of every problem."""
    return [(problem.line, problem.code) for problem in reading.problems]


def test_the_first_sheet_with_headers_is_read() -> None:
    assert recognise(SAMPLE[:100])
    reading = read(SAMPLE)
    assert told(reading) == [(5, "iban_invalid")]
    items = reading.items
    assert items["customer"].to_list() == ["1234", "0042", "0042"]
    assert items["number"].to_list() == ["0007", "8", "A;\n9"]
    assert items["amount"].to_list() == [123450, 123456, -30]
    assert items["issue_date"].to_list() == [
        date(2025, 1, 31), date(2025, 1, 31), date(2025, 2, 1),
    ]  # fmt: skip
    assert items["due_date"].to_list() == [date(2025, 3, 2), date(2025, 3, 31), None]
    assert items["line"].to_list() == [4, 5, 7]
    assert reading.customers["name"].to_list() == ["Cèdre", "=1+1"]


def test_a_workbook_that_counts_from_1904_has_no_bare_dates() -> None:
    content = workbook(("S", [HEADER, ["A", "", "1", 45747, None, 5]]), date_1904=True)
    assert told(read(content)) == [(2, "date_invalid")]


def test_a_broken_formula_is_an_error() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].write_formula(1, 5, "=1/0", None, "#DIV/0!")

    content = workbook(("S", [HEADER, ["A", "", "1", date(2025, 1, 1), None, None]]), write=write)
    assert told(read(content)) == [(2, "formula_broken")]


def far_cell(name: str, text: bytes) -> bytes:
    if name.endswith("sheet2.xml"):
        return text.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        )
    return text


def far_row(name: str, text: bytes) -> bytes:
    """A row far below whose cell does not name its place."""
    if name.endswith("sheet2.xml"):
        return text.replace(
            b"</sheetData>", b'<row x="<" r="99999999"><c><v>1</v></c></row></sheetData>'
        )
    return text


def claimed(name: str, text: bytes) -> bytes:
    return text.replace(b'<dimension ref="A1:G7"/>', b'<dimension ref="A1:XFD999999999"/>')


def test_a_claimed_dimension_is_not_believed() -> None:
    assert read(repacked(SAMPLE, claimed)).items.equals(read(SAMPLE).items)


def test_a_far_cell_is_refused_before_opening() -> None:
    assert told(read(repacked(SAMPLE, far_cell))) == [(1048576, "sheet_too_large")]
    assert told(read(repacked(SAMPLE, far_row))) == [(99999999, "sheet_too_large")]


def test_a_bomb_is_refused_before_unpacking() -> None:
    def bomb(name: str, text: bytes) -> bytes:
        return text + b" " * 50_000_000 if name.endswith("theme1.xml") else text

    assert told(read(repacked(SAMPLE, bomb))) == [(None, "zip_bomb")]
    small = Limits(unpacked_bytes=1_000)
    assert told(read(SAMPLE, limits=small)) == [(None, "zip_bomb")]


def test_a_lying_size_does_not_hide_a_bomb() -> None:
    def bomb(name: str, text: bytes) -> bytes:
        return text + b" " * 50_000_000 if name.endswith("theme1.xml") else text

    content = repacked(SAMPLE, bomb)
    real = next(
        info.file_size
        for info in zipfile.ZipFile(io.BytesIO(content)).infolist()
        if info.filename.endswith("theme1.xml")
    ).to_bytes(4, "little")
    lying = content.replace(real, (100).to_bytes(4, "little"))
    assert told(read(lying)) == [(None, "zip_bomb")]


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("_", "/", 1).replace("_", "."), text)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"not a zip", "xlsx_damaged"),
        (SAMPLE[:2000], "xlsx_damaged"),
        (b"PK\x03\x04" + b"\0" * 200, "xlsx_damaged"),
        (OLE + b"\0" * 500, "xls_not_read"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "xlsx_encrypted"),
        (archive(xl_workbook_bin=b"x"), "xlsb_not_read"),
        (archive(a_txt=b"x"), "archive_not_read"),
        (archive(xl_workbook_xml=b"<x>"), "xlsx_damaged"),
        (workbook(("S", [["a", "b"], [1, 2]])), "headers_not_recognised"),
        (workbook(("S", [])), "headers_not_recognised"),
        (workbook(("S", [["client", "echeance", "montant"]])), "missing_column"),
        (workbook(*[(f"S{at}", []) for at in range(101)]), "too_many_sheets"),
    ],
)
def test_what_is_wrong_is_told(content: bytes, code: str) -> None:
    reading = read(content)
    assert [problem.code for problem in reading.problems] == [code]
    assert code in entries()


def test_an_open_document_is_refused_by_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    assert told(read(out.getvalue())) == [(None, "ods_not_read")]


def test_macros_are_ignored() -> None:
    out = io.BytesIO(SAMPLE)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0" * 1000)
    assert read(out.getvalue()).items.height == 3


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1234.0, "1234"), (12.5, "12.5"), (1.234, "1.2340"), (0.1 + 0.2, "0.3"), (-0.0, "0"),
     (1e16, "10000000000000000"), (True, "TRUE"), (None, ""), (date(2025, 1, 2), "2025-01-02"),
     (float("inf"), "inf"), (1e-9, "0"), (-1e-9, "0")],
)  # fmt: skip
def test_cells_as_text(cell: object, text: str) -> None:
    assert text_of(cell) == text


@given(st.decimals(Decimal(-(10**10)), Decimal(10**10), places=2))
def test_amounts_survive_the_float(amount: Decimal) -> None:
    assert Decimal(text_of(float(amount))) == amount


@given(st.binary(max_size=100), st.integers(0, len(SAMPLE)), st.binary(min_size=1, max_size=8))
@settings(max_examples=ROUNDS, deadline=None)
def test_no_bytes_raise(noise: bytes, at: int, patch: bytes) -> None:
    for content in (
        noise,
        b"PK\x03\x04" + noise,
        SAMPLE[:at],
        SAMPLE[:at] + patch + SAMPLE[at + len(patch) :],
    ):
        reading = read(content)
        assert set(reading.items.columns) == set(ITEMS)
        assert all(problem.code in entries() for problem in reading.problems)


@given(st.text(alphabet="<>/crowv=\"'0123456789A&#; ", max_size=200))
@settings(max_examples=ROUNDS, deadline=None)
def test_no_sheet_raises(junk: str) -> None:
    def spoil(name: str, text: bytes) -> bytes:
        if name.endswith("sheet2.xml"):
            return text.replace(b"</sheetData>", junk.encode() + b"</sheetData>")
        return text

    reading = read(repacked(SAMPLE, spoil))
    assert reading.format == "xlsx"


def test_inspection_tells_the_real_extent() -> None:
    found = inspect(SAMPLE, DEFAULT)
    assert (found.extents["Postes"].row, found.extents["Postes"].column) == (7, 7)
