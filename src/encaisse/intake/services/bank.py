"""Hand what a bank file says to the cash room."""

from __future__ import annotations

from datetime import date

from encaisse.intake.core.bank import BankReading
from encaisse.ledger.core.extract import TakenOver
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company


def take_bank(reading: BankReading, *, company: Company, today: date, actor: Actor) -> TakenOver:
    """Book the statements' lines, each once."""
    raise Refused("unknown_format", name=reading.format)
