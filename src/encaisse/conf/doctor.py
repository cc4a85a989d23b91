"""Every invariant of every room, recomputed."""

from __future__ import annotations

from datetime import date

from encaisse.archive import queries as archive
from encaisse.audit import queries as audit
from encaisse.cash.queries import checks as cash
from encaisse.delivery.queries import checks as delivery
from encaisse.delivery.queries.parties import smtp_url_of
from encaisse.dunning.queries import checks as dunning
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.checks import Check
from encaisse.ledger.queries import checks as ledger
from encaisse.teams.models import Company


def examine(company: Company, *, today: date) -> list[Check]:
    """All checks of a company, room by room."""
    return [
        *ledger.checks(company, today),
        *audit.checks(company),
        *archive.checks(company),
        *cash.checks(company),
        *dunning.checks(company),
        *delivery.checks(company),
        _mail(company),
    ]


def _mail(company: Company) -> Check:
    """Never wrong, always said: whether mail leaves this machine at all."""
    url = smtp_url_of(company)
    return Check("mail", True, url.rpartition("@")[2] or sentence("no_mail_leaves", {}))
