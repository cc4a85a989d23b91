"""What really happened, for benchmarks and tests only: the program never reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from encaisse.demo.core.records import Movement, Receipt, World
from encaisse.demo.core.world import open_amounts
from encaisse.demo.core.years import Year


def contents(world: World, books: Iterable[Year]) -> dict[str, bytes]:
    """File name → JSON lines, one record a line; amounts in cents, days in ISO."""
    left = open_amounts(world.documents, world.receipts, world.adjustments, world.today)
    in_ledger = open_amounts(world.documents, world.receipts, world.adjustments, world.ledger_date)
    return {
        "bank_lines.jsonl": _lines(
            row for movement in world.movements for row in _bank_lines(world, movement)
        ),
        "documents.jsonl": _lines(
            {
                "number": one.number,
                "kind": one.kind,
                "customer": one.customer,
                "issued": one.issued,
                "due": one.due,
                "amount": one.sign * one.gross,
                "open_today": left.get(one.number, 0),
                "open_in_ledger": in_ledger.get(one.number, 0),
                "order": one.order,
                "related": one.related,
                "reason": one.reason,
            }
            for one in world.documents
        ),
        "customers.jsonl": _lines(
            {**asdict(one), "address": list(one.address)} for one in world.customers
        ),
        "letters.jsonl": _lines(
            {
                "file": one.key,
                "day": one.day,
                "kind": one.kind,
                "customer": one.customer,
                "facts": dict(one.facts),
            }
            for one in world.letters
        ),
        "ledger.jsonl": _lines(
            {
                "year": year.year,
                "closes": year.closes,
                "lines": sum(len(entry.lines) for entry in year.entries),
                "receivable": sum(
                    line.amount
                    for entry in year.entries
                    for line in entry.lines
                    if line.account.startswith("411")
                ),
            }
            for year in books
        ),
    }


def _bank_lines(world: World, movement: Movement) -> Iterable[Mapping[str, object]]:
    """One record for each receipt of a bank line, or one for a line without receipts."""
    bank = world.company.bank(movement.bank)
    common = {
        "reference": movement.key,
        "iban": bank.iban,
        "booked": movement.booked,
        "bank_amount": movement.amount,
        "kind": movement.kind,
        "posted": movement.posted,
        "piece": movement.piece,
    }
    if not movement.details:
        yield {**common, "detail": 0, "amount": movement.amount, "customer": None}
        return
    for position, receipt in enumerate(movement.details, start=1):
        yield {**common, "detail": position, "amount": receipt.cash, **_receipt(receipt)}


def _receipt(one: Receipt) -> dict[str, object]:
    """Who paid and for what; `residual` is cash beyond the documents, or their short part."""
    return {
        "key": one.key,
        "customer": one.payer,
        "allocations": [
            {
                "document": share.document,
                "customer": share.customer,
                "amount": share.amount,
                "cash": share.cash,
                "treatment": share.treatment,
                "reason": share.reason,
            }
            for share in one.shares
        ],
        "residual": {"amount": one.extra, "treatment": one.extra_treatment or "none"},
        "tags": sorted(one.tags),
        "returned": one.returned,
        "returns": one.returns,
    }


def _lines(rows: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(
        json.dumps(row, ensure_ascii=False, default=str, sort_keys=True) + "\n" for row in rows
    ).encode()
