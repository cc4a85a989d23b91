"""A ledger and a bank for the tests of services: customers, items, statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from encaisse.cash.core.statements import Movement, Statement
from encaisse.cash.queries.documents import Run
from encaisse.cash.services.matching import run_match
from encaisse.cash.services.statements import Booked, book_statements
from encaisse.ledger.core.extract import Extract
from encaisse.ledger.queries.items import items
from encaisse.ledger.services.takeover import ledger as ledgers
from encaisse.ledger.services.takeover import table as tables
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TODAY = date(2026, 11, 22)
PAID_ON = date(2026, 11, 10)
BANK = "FR7630006000011234567890189"
MILL_IBAN = "DE89370400440532013000"

_CUSTOMER = ("code", "name", "siren", "email", "phone", "address", "language", "segment")
_ITEM = {
    "key": pl.String, "customer": pl.String, "kind": pl.String, "number": pl.String,
    "issue_date": pl.Date, "due_date": pl.Date, "due_date_source": pl.String,
    "currency": pl.String, "amount": pl.Int64, "open_amount": pl.Int64, "paid_date": pl.Date,
    "label": pl.String, "order_number": pl.String, "treasury": pl.String,
    "is_opening": pl.Boolean, "line": pl.Int64,
}  # fmt: skip
_ALLOCATION = {
    "debit_key": pl.String, "credit_key": pl.String, "amount": pl.Int64, "date": pl.Date,
    "letter": pl.String,
}  # fmt: skip


def owed(number: str, amount: int, customer: str = "MILL", **more: Any) -> dict[str, Any]:
    """An invoice or credit note of the table."""
    kind = "invoice" if amount >= 0 else "credit_note"
    return {
        "key": number, "customer": customer, "kind": kind, "number": number, "currency": "EUR",
        "issue_date": date(2026, 9, 1), "due_date": date(2026, 10, 1),
        "due_date_source": "file", "amount": amount, "line": 1, **more,
    }  # fmt: skip


def told(amount: int, text: str = "", **more: Any) -> Movement:
    """A movement of the bank."""
    more.setdefault("booking_date", PAID_ON)
    return Movement(amount=amount, text=text, **more)


def _extract(rows: Iterable[dict[str, Any]], **more: Any) -> Extract:
    people = [
        {"code": "MILL", "name": "Moulin des Deux Rives", "ibans": [MILL_IBAN]},
        {"code": "BAKER", "name": "Boulangerie Carpentier"},
        {"code": "BRANCH", "name": "Moulin Sud", "parent": "MILL"},
    ]
    schema: dict[str, Any] = dict.fromkeys(_CUSTOMER, pl.String) | {
        "ibans": pl.List(pl.String), "parent": pl.String, "terms": pl.String,
    }  # fmt: skip
    return Extract(
        customers=pl.DataFrame(people, schema=schema),
        items=pl.DataFrame(list(rows), schema=_ITEM),
        allocations=pl.DataFrame(more.pop("allocations", []), schema=_ALLOCATION, orient="row"),
        **more,
    )


class World:
    """Short words for what the tests do to one company."""

    def __init__(self, company: Company, actor: Actor) -> None:
        self.company, self.actor = company, actor

    @property
    def by(self) -> dict[str, Any]:
        """The arguments of every service."""
        return {"company": self.company, "today": TODAY, "actor": self.actor}

    def owes(self, *rows: dict[str, Any]) -> None:
        """A table of items is taken in."""
        tables.take_over(_extract(rows), **self.by)

    def ledger(self, until: date, *rows: dict[str, Any], **more: Any) -> None:
        """A FEC is taken in, complete from the start of the year."""
        period = (date(2026, 1, 1), until)
        ledgers.take_over(_extract(rows, complete_for=period, **more), **self.by)

    def banks(self, *movements: Movement, opening: int = 0, place: str = BANK) -> Booked:
        """A statement is booked."""
        total = opening + sum(one.amount for one in movements)
        days = [one.booking_date for one in movements] or [TODAY]
        statement = Statement(
            place, "EUR", movements, "1", min(days) - timedelta(days=1), opening, max(days), total
        )
        return book_statements([statement], source_file="statement", **self.by)

    def match(self, **more: Any) -> Run:
        """A run."""
        return run_match(self.company, today=TODAY, actor=self.actor, **more)

    def open(self) -> dict[str, int]:
        """What is open, by number."""
        return {row.number: row.open_amount for row in items(self.company, TODAY)}

    def decisions(self, run: Run) -> list[str]:
        """The decisions of a run, in the order of its lines."""
        return [one.decision.value for one in run.matches]


@pytest.fixture
def world(acme: Company, actor: Actor) -> World:
    """Acme with three customers: a mill, its branch, and a baker."""
    made = World(acme, actor)
    made.owes()
    tables.take_over(_extract([]), **made.by)
    return made


@pytest.fixture
def both() -> Callable[[Any], Any]:
    """Do something twice and give the second answer."""

    def run(act: Callable[[], Any]) -> Any:
        act()
        return act()

    return run
