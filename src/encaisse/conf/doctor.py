"""Every invariant of every room, recomputed."""

from __future__ import annotations

from datetime import date

from encaisse.archive import queries as archive
from encaisse.audit import queries as audit
from encaisse.kernel.checks import Check
from encaisse.ledger.queries import checks as ledger
from encaisse.teams.models import Company


def examine(company: Company, *, today: date) -> list[Check]:
    """All checks of a company, room by room."""
    return [
        *ledger.checks(company, today),
        *audit.checks(company),
        *archive.checks(company),
    ]
