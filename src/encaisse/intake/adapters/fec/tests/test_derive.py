"""What lines become: items, numbers, allocations from letters."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.fec.reader import read
from encaisse.intake.adapters.fec.tests.ledgers import (
    ROUNDS,
    SAMPLE,
    check_invariants,
    joined,
    ledger,
    lines_of,
    told,
)


def test_a_code_used_again_closes_each_time() -> None:
    content = ledger(
        ("1", "20250101", "411000", "A", "", "100,00", "A"),
        ("1", "20250101", "707000", "", "", "-100,00", ""),
        ("2", "20250201", "512000", "", "", "100,00", ""),
        ("2", "20250201", "411000", "A", "", "-100,00", "A"),
        ("3", "20250601", "411000", "A", "", "70,00", "A"),
        ("3", "20250601", "707000", "", "", "-70,00", ""),
        ("4", "20250701", "512000", "", "", "50,00", ""),
        ("4", "20250701", "411000", "A", "", "-50,00", "A"),
    )
    reading = read(content)
    check_invariants(reading)
    assert reading.allocations["amount"].to_list() == [10000, 5000]
    assert reading.allocations["date"].to_list() == [date(2025, 2, 1), date(2025, 7, 1)]
    assert reading.items["open_amount"].to_list() == [0, 0, 2000, 0]


def test_equal_amounts_meet_before_the_oldest() -> None:
    content = ledger(
        ("1", "20250101", "411000", "A", "", "30,00", "B"),
        ("1", "20250101", "707000", "", "", "-30,00", ""),
        ("2", "20250102", "411000", "A", "", "70,00", "B"),
        ("2", "20250102", "707000", "", "", "-70,00", ""),
        ("3", "20250201", "512000", "", "", "120,00", ""),
        ("3", "20250201", "411000", "A", "", "-70,00", "B"),
        ("3", "20250201", "411000", "A", "", "-50,00", "B"),
    )
    reading = read(content)
    check_invariants(reading)
    pairs = {
        (debit.split(":")[-1], credit.split(":")[-1]): amount
        for debit, credit, amount in reading.allocations.select(
            "debit_key", "credit_key", "amount"
        ).iter_rows()
    }
    assert pairs == {("7000", "-7000"): 7000, ("3000", "-5000"): 3000}


def test_customers_without_auxiliary() -> None:
    reading = read(
        ledger(
            ("1", "20250101", "411DUPONT", "", "", "10,00", ""),
            ("1", "20250101", "707000", "", "", "-10,00", ""),
            ("2", "20250102", "416DUPONT", "", "", "5,00", ""),
            ("2", "20250102", "411DUPONT", "", "", "-5,00", ""),
            ("3", "20250103", "411000", "", "", "7,00", ""),
            ("3", "20250103", "707000", "", "", "-7,00", ""),
        )
    )
    check_invariants(reading)
    assert reading.items["customer"].to_list() == ["411DUPONT"] * 3 + ["411000"]
    assert told(reading)[-1] == (6, "customer_unassigned")


def test_batch_codes_give_way_to_numbers_in_the_label() -> None:
    rows = []
    for at in range(1, 5):
        rows += [
            (f"{at}", "20250101", "411000", "A", f"FACT F25010{at} BOIS", f"{at},00", ""),
            (f"{at}", "20250101", "707000", "", "", f"-{at},00", ""),
        ]
    content = ledger(*rows).replace(b"P1", b"VE 0125").replace(b"P2", b"VE 0125")
    content = content.replace(b"P3", b"VE 0125").replace(b"P4", b"VE 0125")
    reading = read(content)
    assert reading.items["number"].to_list() == ["F250101", "F250102", "F250103", "F250104"]
    assert set(reading.items["piece_ref"]) == {"VE 0125"}


def test_a_receipt_does_not_take_the_number_of_its_invoice() -> None:
    rows = []
    for at in ("1", "2"):
        rows += [
            (at, f"2025010{at}", "512000", "", "", "5,00", ""),
            (at, f"2025010{at}", "411000", "A", f"VIR F25010{at}", "-5,00", ""),
        ]
    content = ledger(*rows).replace(b"P1", b"RLV").replace(b"P2", b"RLV")
    assert read(content).items["number"].to_list() == ["RLV/1", "RLV/2"]


def test_a_discount_taken_with_the_money_is_part_of_a_payment() -> None:
    content = ledger(
        ("1", "20250601", "512000", "", "", "98,00", ""),
        ("1", "20250601", "665000", "", "", "2,00", ""),
        ("1", "20250601", "411000", "A", "", "-60,00", ""),
        ("1", "20250601", "411000", "B", "", "-40,00", ""),
    )
    reading = read(content)
    check_invariants(reading)
    assert reading.items["nature"].to_list() == ["payment", "payment"]
    assert reading.items["treasury"].to_list() == ["512000", "512000"]


def test_amounts_in_another_currency_are_kept_beside() -> None:
    rows = lines_of(SAMPLE.read_text("utf-8"))
    rows[4][16:18] = ["640,00", "USD"]
    rows[5][16:18] = ["600,00", "EUR"]
    first, second = (
        read(joined(rows).encode()).items.filter(pl.col("line").is_in([5, 6])).to_dicts()
    )
    assert (first["currency"], first["foreign_currency"]) == ("EUR", "USD")
    assert (first["amount"], first["foreign_amount"]) == (60000, 64000)
    assert second["foreign_currency"] is None


def test_books_in_a_currency_without_cents() -> None:
    whole = read(SAMPLE.read_bytes())
    francs = read(SAMPLE.read_bytes(), currency="XPF")
    assert told(francs) == [(31, "amount_too_fine"), (32, "amount_too_fine")]
    rows = lines_of(SAMPLE.read_text("utf-8"))
    rows[30][11], rows[31][11] = "239,00", "1,00"
    francs = read(joined(rows).encode(), currency="XPF")
    assert whole.control is not None
    assert francs.control is not None
    assert francs.control.expected["XPF"] * 100 == whole.control.expected["EUR"]


def test_a_journal_of_novelties_is_no_opening() -> None:
    rows = lines_of(SAMPLE.read_text("utf-8"))
    for row in rows[1:]:
        row[0:2] = ["NV", "Ventes nouveautés"] if row[0] == "AN" else row[0:2]
    assert not read(joined(rows).encode()).items["is_opening"].any()


def test_an_export_that_numbers_lines_is_read_by_piece() -> None:
    rows = lines_of(SAMPLE.read_text("utf-8"))
    for at, row in enumerate(rows[1:]):
        row[2] = str(at)
    reading = read(joined(rows).encode())
    assert "entry_numbers_unusable" in [code for _, code in told(reading)]
    check_invariants(reading)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]), st.integers(-400, 400).filter(bool),
            st.sampled_from(["", "A", "B"]), st.integers(1, 28),
        ),
        max_size=30,
    )
)  # fmt: skip
@settings(max_examples=ROUNDS, deadline=None)
def test_money_is_conserved_whatever_the_letters(
    moves: list[tuple[str, int, str, int]],
) -> None:
    rows = []
    for at, (who, cents, letter, day) in enumerate(moves):
        sign, other = ("", "-") if cents > 0 else ("-", "")
        money = f"{abs(cents) // 100},{abs(cents) % 100:02d}"
        rows.append((f"{at}", f"202501{day:02d}", "411000", who, "", f"{sign}{money}", letter))
        rows.append((f"{at}", f"202501{day:02d}", "471000", "", "", f"{other}{money}", ""))
    reading = read(ledger(*rows))
    check_invariants(reading)
    lettered: dict[tuple[str, str], int] = {}
    for who, cents, letter, _ in moves:
        if letter:
            lettered[who, letter] = lettered.get((who, letter), 0) + cents
    for (who, letter), total in lettered.items():
        if total == 0:
            keys = reading.allocations.filter(pl.col("letter") == letter)["debit_key"]
            closed = reading.items.filter(
                (pl.col("customer") == who) & pl.col("key").is_in(keys.to_list())
            )
            assert (closed["open_amount"] == 0).all()
