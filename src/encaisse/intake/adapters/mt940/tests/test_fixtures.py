"""The statements of some fifteen banks against what another parser read of them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from encaisse.intake.adapters.mt940.reader import read
from encaisse.intake.adapters.tests.bank_fixtures import (
    errors,
    fixtures,
    lines_of,
    needs_fixtures,
)

pytestmark = needs_fixtures

FOLDER = "mt940/wolph"
FILES = fixtures(FOLDER, "*/*.sta")
FRAGMENTS = {
    "amount_formats.sta",
    "currency_in_25.sta",
    "empty_86.sta",
    "empty_entry_date.sta",
    "empty_line.sta",
    "missing_crlf_at_end.sta",
    "account_balance_credit.sta",
    "account_balance_debit.sta",
    "account_identification_iban.sta",
    "account_identification_legacy.sta",
    "available_balance.sta",
    "closing_balance.sta",
    "reference.sta",
    "statement_details.sta",
    "statement_line.sta",
    "statement_number.sta",
    "empty_non_swift.sta",
    "gv_codes.sta",
    "sparkassen.sta",
}
UNBALANCED = {  # amounts or balances were made up when these were made anonymous
    "sepa_snippet.sta",
    "sepa_snippet_broken.sta",
    "abnamro.sta",
    "ing.sta",
    "knab.sta",
    "postfinance.sta",
    "rabobank.sta",
    "triodos.sta",
    "with_newline_in_tnr.sta",
    "details_60-63.sta",
    "malformed_details.sta",
    "overly_long_details.sta",
    "raiffeisen-cmi.sta",
    "whitespace.sta",
}


def truth(path: Path) -> list[dict[str, Any]]:
    told = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return [one["data"] for one in told["transactions"] if "amount" in one["data"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_verdict_on_each_file(path: Path) -> None:
    found = errors(read(path.read_bytes()))
    if path.name in FRAGMENTS:
        assert "mt940_fragment" in found
    elif path.name in UNBALANCED:
        assert "closing_balance_differs" in found
    elif path.name == "invalid_statement.sta":
        assert found == {"no_statement"}
    else:
        assert not found


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name not in FRAGMENTS], ids=lambda path: path.name
)
def test_each_movement_agrees_with_the_truth(path: Path) -> None:
    lines, expected = lines_of(read(path.read_bytes())), truth(path)
    assert len(lines) == len(expected)
    for line, told in zip(lines, expected, strict=True):
        amount = Decimal(told["amount"]["amount"])
        if told["status"] == "RC":  # disputed: see the README
            amount = -abs(amount)
        assert line.amount.decimal == amount
        assert line.value_date is not None
        assert line.value_date.isoformat() == told["date"]
        assert line.bank_code == told["id"].strip()
        if told.get("guessed_entry_date"):
            assert line.booking_date.isoformat() == told["guessed_entry_date"]
        if told.get("bank_reference", "NONREF") != "NONREF":
            assert line.bank_reference == " ".join(told["bank_reference"].split())
        if told.get("end_to_end_reference"):
            compact = told["end_to_end_reference"].replace(" ", "")
            assert line.end_to_end_id.replace(" ", "") == compact
        if told.get("applicant_name"):
            compact = told["applicant_name"].replace(" ", "").replace("\n", "")
            assert line.counterparty_name.replace(" ", "") == compact


def test_209_movements_are_covered() -> None:
    assert sum(len(truth(path)) for path in FILES) == 209


def test_a_month_of_statements_in_swift_envelopes() -> None:
    [path] = fixtures(FOLDER, "ASNB/*.txt")
    reading = read(path.read_bytes())
    assert not reading.problems
    assert len(reading.statements) == 31
    assert {statement.account for statement in reading.statements} == {"NL81ASNB9999999999"}


def test_thirty_february_is_the_last_day_of_the_month() -> None:
    [path] = fixtures(FOLDER, "self-provided/february_30.sta")
    reading = read(path.read_bytes())
    assert [problem.code for problem in reading.problems] == ["value_date_clamped"]
    [line] = lines_of(reading)
    assert (str(line.value_date), str(line.booking_date)) == ("2016-02-29", "2016-03-01")
