"""Ledgers to test with, and what must hold for every reading of one."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from encaisse.intake.core.ledger import ALLOCATIONS, CUSTOMERS, ITEMS, LedgerReading

SAMPLE = Path(__file__).parents[1] / "samples" / "123456782FEC20251231.txt"
ROOT = Path(__file__).parents[6]
FIXTURES = Path(os.environ.get("ENCAISSE_FIXTURES", ROOT.parent / "shared" / "fixtures"))
ROUNDS = 1_500 if os.environ.get("ENCAISSE_SOAK") else 40


def told(reading: LedgerReading) -> list[tuple[int | None, str]]:
    """Line and code of every problem."""
    return [(problem.line, problem.code) for problem in reading.problems]


def check_invariants(reading: LedgerReading) -> None:
    """What holds for every reading without errors."""
    items, allocations = reading.items, reading.allocations
    assert (dict(items.schema), dict(allocations.schema)) == (ITEMS, ALLOCATIONS)
    assert dict(reading.customers.schema) == CUSTOMERS
    if reading.control is None:
        return
    (balance,) = reading.control.expected.values()
    assert items["amount"].sum() == items["open_amount"].sum() == balance
    assert items["key"].is_unique().all()
    assert reading.customers["code"].is_unique().all()
    assert items["customer"].is_in(reading.customers["code"].to_list()).all()
    assert (allocations["amount"] > 0).all()
    assert (items["open_amount"].abs() <= items["amount"].abs()).all()
    assert (items["open_amount"] * items["amount"] >= 0).all()
    for side in ("debit_key", "credit_key"):
        met = allocations.group_by(side).agg(pl.col("amount").sum())
        both = met.join(items, left_on=side, right_on="key", how="left")
        assert (both["amount"] <= both["amount_right"].abs()).all()
        assert ((both["amount_right"] > 0) == (side == "debit_key")).all()


def lines_of(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def joined(rows: list[list[str]], separator: str = "\t", end: str = "\n") -> str:
    return end.join(separator.join(row) for row in rows) + end


def ledger(*rows: tuple[str, str, str, str, str, str, str]) -> bytes:
    """Lines from (entry, date, account, auxiliary, label, signed amount, letter)."""
    header = SAMPLE.read_text("utf-8").splitlines()[0]
    lines = [header]
    for entry, day, number, auxiliary, label, amount, letter in rows:
        debit, credit = ("0,00", amount[1:]) if amount.startswith("-") else (amount, "0,00")
        lines.append("\t".join(
            ["JX", "Divers", entry, day, number, "", auxiliary, "", f"P{entry}", day, label,
             debit, credit, letter, "", "", "", ""]
        ))  # fmt: skip
    return ("\n".join(lines) + "\n").encode()
