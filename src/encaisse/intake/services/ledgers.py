"""Hand what a file of customers or items says to the ledger."""

from __future__ import annotations

from datetime import date

from encaisse.intake.core.ledger import LedgerReading
from encaisse.ledger.core.extract import Extract, TakenOver
from encaisse.ledger.services.takeover import ledger, table
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company


def take_ledger(
    reading: LedgerReading, *, is_complete: bool, company: Company, today: date, actor: Actor
) -> TakenOver:
    """Bring the ledger in line with the file."""
    extract = Extract(
        customers=reading.customers,
        items=reading.items,
        allocations=reading.allocations,
        complete_for=reading.complete_for,
        is_complete=is_complete and reading.kind == "items",
        expected=reading.control.expected if reading.control else None,
        treasury_until=reading.treasury_until,
    )
    take_over = ledger.take_over if reading.complete_for else table.take_over
    return take_over(extract, company=company, today=today, actor=actor)
