"""CAMT.052/.053/.054 of versions 1 to 8 against what another parser read of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from encaisse.intake.adapters.camt.reader import read
from encaisse.intake.adapters.tests.bank_fixtures import (
    codes,
    errors,
    fixtures,
    lines_of,
    needs_fixtures,
)
from encaisse.intake.core.bank import BankLineRecord

pytestmark = needs_fixtures

FILES = [path for path in fixtures("camt/genkgo", "*.xml") if path.with_suffix(".json").exists()]
UNBALANCED = {"camt053.v2.all-balance-types.xml", "camt053.v2.five.decimals.xml"}  # see the README
HIDDEN = {"camt053.v2.multi.statement.xml": 1}  # its truth writes only the second of two out


def truth(path: Path) -> Any:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def objects(told: Any, name: str) -> Iterator[dict[str, Any]]:
    """Every object of a class, wherever it was first met."""
    if isinstance(told, dict):
        if str(told.get("__CLASS__", "")).endswith(f"\\{name}"):
            yield told
        for value in told.values():
            yield from objects(value, name)
    elif isinstance(told, list):
        for value in told:
            yield from objects(value, name)


def day(told: dict[str, Any] | None) -> str | None:
    return told["0"][:10] if told else None


def ids(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_the_verdict_on_each_file(path: Path) -> None:
    expected = {"closing_balance_differs"} if path.name in UNBALANCED else set()
    assert errors(read(path.read_bytes())) == expected


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_each_entry_agrees_with_the_truth(path: Path) -> None:
    entries = list(objects(truth(path), "Entry"))
    reading = read(path.read_bytes())
    lines = lines_of(reading)[HIDDEN.get(path.name, 0) :]
    assert len(lines) == len(entries)
    for line, entry in zip(lines, entries, strict=True):
        amount = entry["getAmount"]
        assert str(line.amount.minor) == amount["getAmount"]
        assert line.amount.currency == amount["getCurrency"]["getCode"]
        assert line.is_pending is (entry["getStatus"] == "PDNG")
        if entry["getBookingDate"]:
            assert line.booking_date.isoformat() == day(entry["getBookingDate"])
        assert (line.value_date.isoformat() if line.value_date else None) == day(
            entry["getValueDate"]
        )
        details = list(objects(entry, "EntryTransactionDetail"))
        if len(details) == 1:
            compare(line, details[0], reading.statements[0].account)


def compare(line: BankLineRecord, detail: dict[str, Any], ours: str) -> None:
    """What the only detail of an entry tells."""
    references = next(objects(detail, "Reference"), {})
    assert line.end_to_end_id == (references.get("getEndToEndId") or "")
    assert line.mandate_id == (references.get("getMandateId") or "")
    if references.get("getUuidEndToEndReference"):
        assert ("UETR", references["getUuidEndToEndReference"]) in line.extra
    returned = detail["getReturnInformation"]
    if isinstance(returned, dict):
        assert line.is_return
        assert line.return_reason == returned["getCode"]
    for block in objects(detail, "UnstructuredRemittanceInformation"):
        assert " ".join(block["getMessage"].split()) in line.text
    for block in objects(detail, "CreditorReferenceInformation"):
        if block["getRef"]:
            assert " ".join(block["getRef"].split()) in line.references
    wanted = "Debtor" if (line.amount.minor >= 0) != line.is_return else "Creditor"
    for party in objects(detail, "RelatedParty"):
        account = party["getAccount"]
        number = account["getIdentification"] if isinstance(account, dict) else ""
        if not party["getRelatedPartyType"]["__CLASS__"].endswith(f"\\{wanted}"):
            continue
        if number and number == ours:  # disputed: nobody pays himself, see the README
            assert line.counterparty_account != ours
            continue
        assert line.counterparty_name == (party["getRelatedPartyType"]["getName"] or "")
        assert line.counterparty_account == number


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_each_statement_agrees_with_the_truth(path: Path) -> None:
    names = ("Statement", "Report", "Notification")
    told = [one for name in names for one in objects(truth(path), name)]
    found = read(path.read_bytes()).statements[HIDDEN.get(path.name, 0) :]
    assert [one.account for one in found] == [
        one["getAccount"]["getIdentification"] for one in told
    ]
    assert [one.identifier for one in found] == [one["getId"] for one in told]
    for statement, expected in zip(found, told, strict=True):
        balances = {
            one["getType"]: one["getAmount"]["getAmount"]
            for one in reversed(list(objects(expected, "Balance")))
        }
        if statement.opening and "opening" in balances:
            assert str(statement.opening.amount.minor) == balances["opening"]
        if statement.closing and "closing" in balances:
            assert str(statement.closing.amount.minor) == balances["closing"]


def test_a_message_without_a_statement_is_refused() -> None:
    [path] = fixtures("camt/genkgo", "camt053.v2.wrong.xml")
    assert codes(read(path.read_bytes())) == {"no_statement"}
