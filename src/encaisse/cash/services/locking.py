"""One writer of a company's cash at a time."""

from __future__ import annotations

from django.db import connection

from encaisse.teams.models import Company

_LOCK = 0x63617368  # "cash"


def one_at_a_time(company: Company) -> None:
    """Wait for other runs of this company to end; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company.pk])
