"""FEC files in every legal spelling, and broken ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.fec.bench import generate
from encaisse.intake.adapters.fec.reader import read, read_parts, recognise
from encaisse.intake.adapters.fec.records import read_lines
from encaisse.intake.adapters.fec.tests.ledgers import (
    FIXTURES,
    ROUNDS,
    SAMPLE,
    check_invariants,
    joined,
    lines_of,
    told,
)
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.catalogue import entries
from encaisse.kernel.problems import Severity


def as_sides(rows: list[list[str]], debit: str, credit: str) -> list[list[str]]:
    """The same ledger with Montant and Sens."""
    out = [[*rows[0][:11], "Montant", "Sens", *rows[0][13:]]]
    for row in rows[1:]:
        is_debit = row[11] not in {"0,00", ""}
        value = row[11] if is_debit else row[12]
        out.append([*row[:11], value, debit if is_debit else credit, *row[13:]])
    return out


def trailing_minus(rows: list[list[str]]) -> list[list[str]]:
    """Credits told as negative debits, the sign last."""
    out = [rows[0]]
    for row in rows[1:]:
        debit = row[11] if row[11] not in {"0,00", ""} else f"{row[12]}-"
        out.append([*row[:11], debit, "", *row[13:]])
    return out


VARIANTS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "pipes": lambda rows: joined(rows, "|").encode(),
    "semicolons": lambda rows: joined(rows, ";").encode(),
    "crlf": lambda rows: joined(rows, end="\r\n").encode(),
    "cr only": lambda rows: joined(rows, end="\r").encode(),
    "stray cr": lambda rows: joined(rows, end="\r\r\n").encode(),
    "bom": lambda rows: joined(rows).encode("utf-8-sig"),
    "cp1252": lambda rows: joined(rows).encode("cp1252"),
    "iso-8859-15": lambda rows: joined(rows).encode("iso-8859-15"),
    "utf-16": lambda rows: joined(rows).encode("utf-16"),
    "padded": lambda rows: joined([[f"{cell}   " for cell in row] for row in rows]).encode(),
    "zeros": lambda rows: joined(
        [rows[0], *([*r[:11], r[11].zfill(13), r[12].zfill(13), *r[13:]] for r in rows[1:])]
    ).encode(),
    "19th empty column": lambda rows: joined([[*row, ""] for row in rows], "|").encode(),
    "19th named column": lambda rows: joined(
        [[*row, "DateRglt" if at == 0 else ""] for at, row in enumerate(rows)]
    ).encode(),
    "22 columns": lambda rows: joined(
        [[*row, *(["DateRglt", "ModeRglt", "NatOp", "IdClient"] if at == 0 else ["x"] * 4)]
         for at, row in enumerate(rows)]
    ).encode(),
    "trailing separators": lambda rows: joined(
        [rows[0], *([*row, "", ""] for row in rows[1:])]
    ).encode(),
    "spelling": lambda rows: joined([[name.upper() for name in rows[0]], *rows[1:]]).encode(),
    "quoted": lambda rows: joined([[f'"{cell}"' for cell in row] for row in rows], ";").encode(),
    "sides": lambda rows: joined(as_sides(rows, "D", "C")).encode(),
    "signs": lambda rows: joined(as_sides(rows, "+1", "-1")).encode(),
    "trailing minus": lambda rows: joined(trailing_minus(rows)).encode(),
    "blank lines": lambda rows: (joined(rows).replace("\n", "\n\n") + "\x1a").encode(),
    "no last end": lambda rows: joined(rows).rstrip("\n").encode(),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_spelling_says_the_same(variant: str) -> None:
    plain = read(SAMPLE.read_bytes())
    content = VARIANTS[variant](lines_of(SAMPLE.read_text("utf-8")))
    assert recognise(content[:2000])
    reading = read(content)
    assert told(reading) == told(plain) or variant == "blank lines"
    assert reading.items.drop("line").equals(plain.items.drop("line"))
    assert reading.allocations.equals(plain.allocations)
    assert reading.customers.equals(plain.customers)


def test_the_sample_is_understood() -> None:
    reading = read(SAMPLE.read_bytes())
    check_invariants(reading)
    assert reading.complete_for == (date(2025, 1, 1), date(2025, 12, 15))
    assert reading.treasury_until == {
        "511200": date(2025, 3, 31), "512000": date(2025, 12, 15),
    }  # fmt: skip
    by_line = {row["line"]: row for row in reading.items.iter_rows(named=True)}
    natures = {line: (row["nature"], row["kind"]) for line, row in by_line.items()}
    assert natures == {
        2: ("opening", "invoice"),
        3: ("opening", "payment"),
        5: ("invoice", "invoice"),
        6: ("invoice", "invoice"),
        10: ("payment", "payment"),
        11: ("credit_note", "credit_note"),
        15: ("payment", "payment"),
        16: ("bounced", "debit_note"),
        19: ("bill", "debit_note"),
        18: ("bill", "credit_note"),
        21: ("write_off", "credit_note"),
        23: ("doubtful", "debit_note"),
        22: ("doubtful", "credit_note"),
        25: ("refund", "debit_note"),
        26: ("transfer", "debit_note"),
        27: ("transfer", "credit_note"),
        28: ("invoice", "invoice"),
        33: ("payment", "payment"),
    }
    assert by_line[5]["number"] == by_line[6]["number"] == "FA-0001"
    assert by_line[28]["due_date"] == date(2025, 6, 30)
    assert by_line[28]["due_date_source"] == "label"
    assert by_line[2]["issue_date"] == date(2024, 11, 30)
    assert by_line[10]["treasury"] == "512000"
    assert by_line[15]["treasury"] == "511200"
    assert by_line[23]["customer"] == "C-BOIS"
    names = dict(reading.customers.select("code", "name").iter_rows())
    assert names["C-BOIS"] == "Forêt & Fils"


def test_without_letters_nothing_is_allocated() -> None:
    reading = read(SAMPLE.read_bytes(), without_letters=True)
    check_invariants(reading)
    assert reading.allocations.is_empty()
    assert reading.items["open_amount"].equals(reading.items["amount"].alias("open_amount"))


def test_keys_do_not_depend_on_letters_order_or_labels() -> None:
    rows = lines_of(SAMPLE.read_text("utf-8"))
    changed = [
        rows[0],
        *reversed([[*r[:10], r[10] + "x", *r[11:13], "", "", *r[15:]] for r in rows[1:]]),
    ]
    again = read(joined(changed).encode())
    assert set(again.items["key"]) == set(read(SAMPLE.read_bytes()).items["key"])


def test_a_split_file_is_one_ledger() -> None:
    rows = lines_of(SAMPLE.read_text("utf-8"))
    whole = read(SAMPLE.read_bytes())
    parts = [joined(rows[:12]).encode(), joined([rows[0], *rows[12:]]).encode()]
    reading = read_parts(parts)
    assert reading.items.drop("line").equals(whole.items.drop("line"))
    assert reading.allocations.equals(whole.allocations)


def edited(line: int, column: int, value: str) -> bytes:
    """The sample with one cell changed; `line` counts from 1, `column` from 0."""
    rows = lines_of(SAMPLE.read_text("utf-8"))
    rows[line - 1][column] = value
    return joined(rows).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (edited(5, 3, "20250230"), (5, "date_invalid")),
        (edited(5, 3, "2025013"), (5, "date_invalid")),
        (edited(5, 3, ""), (5, "cell_missing")),
        (edited(5, 9, "20251301"), (5, "date_invalid")),
        (edited(5, 11, "12,3x"), (5, "amount_invalid")),
        (edited(5, 11, "12,345"), (5, "amount_invalid")),
        (edited(5, 11, "-12,50-"), (5, "amount_invalid")),
        (edited(5, 11, "1"), (5, "unbalanced_entry")),
        (edited(5, 10, "a\tb"), (5, "row_length")),
        (edited(5, 10, "a\0b"), (5, "nul_byte")),
        (edited(1, 11, "Montent"), (1, "missing_column")),
        (edited(1, 13, "Letter"), (1, "missing_column")),
        (edited(1, 1, "JournalCode"), (1, "duplicate_header")),
        (SAMPLE.read_bytes()[:-40], (35, "truncated_last_line")),
        (b"", (None, "empty_file")),
        (b"JournalCode\n1\n", (1, "fec_header_missing")),
        (b"\x00\xff\x10" * 50, (1, "nul_byte")),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    content: bytes, problem: tuple[int | None, str]
) -> None:
    reading = read(content)
    errors = [(p.line, p.code) for p in reading.problems if p.severity is Severity.ERROR]
    assert problem in errors
    assert all(found.code in entries() for found in reading.problems)


def test_warnings_do_not_refuse() -> None:
    reading = read(edited(5, 11, "600.00"))
    assert told(reading) == [(5, "decimal_point")]
    assert read(edited(5, 3, "15/01/2025")).problems[0].code == "date_irregular"


def test_limits_hold() -> None:
    content = SAMPLE.read_bytes()
    assert told(read(content, limits=Limits(bytes=10))) == [(None, "file_too_large")]
    assert told(read(content, limits=Limits(rows=3))) == [(None, "too_many_rows")]


@given(st.binary(max_size=300), st.integers(0, 3000), st.binary(max_size=5))
@settings(max_examples=ROUNDS, deadline=None)
def test_no_bytes_raise(noise: bytes, at: int, patch: bytes) -> None:
    sample = SAMPLE.read_bytes()
    header = sample[: sample.index(b"\n") + 1]
    for content in (noise, header + noise, sample[:at], sample[:at] + patch + sample[at + 1 :]):
        reading = read(content)
        check_invariants(reading)
        assert all(problem.code in entries() for problem in reading.problems)


def test_a_generated_ledger_ties_out() -> None:
    content = generate(2_000, seed=7, customers=50)
    assert content == generate(2_000, seed=7, customers=50)
    reading = read(content)
    assert told(reading) == []
    check_invariants(reading)
    paid = reading.items.filter(pl.col("kind") == "payment")
    assert (paid["open_amount"] == 0).all()
    assert reading.allocations.height == paid.height


def test_a_real_ledger_imports_without_a_gap() -> None:
    path = FIXTURES / "fec" / "111111111FEC20221231.TXT"
    if not path.exists():
        pytest.skip(f"the public fixtures are not at {FIXTURES}")
    content = path.read_bytes()
    reading = read(content)
    assert (told(reading), reading.encoding) == ([], "iso-8859-15")
    check_invariants(reading)
    assert reading.items.height == 151
    assert reading.control is not None
    assert reading.control.expected == {"EUR": 1441652}
    assert reading.items["number"].n_unique() > 100
    assert not reading.items.select(pl.struct("customer", "number").is_duplicated().any()).item()
    lines = read_lines(content, DEFAULT, RowFindings(DEFAULT)).lines
    ours = lines.filter(pl.col("general").str.starts_with("411"), pl.col("letter") != "")
    groups = ours.group_by("auxiliary", "letter").agg(pl.col("amount").sum(), pl.col("line"))
    assert groups.height == 45
    assert (groups["amount"] == 0).all()
    settled = reading.items.filter(pl.col("open_amount") == 0)
    assert set(settled["line"]) == set(ours["line"])
