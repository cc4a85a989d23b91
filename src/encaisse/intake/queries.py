"""Imports, as the command line and the pages show them."""

from __future__ import annotations

from encaisse.intake.models import ImportRun
from encaisse.teams.models import Company


def latest(company: Company, *, limit: int = 50) -> list[ImportRun]:
    """The newest imports first."""
    return list(ImportRun.objects.filter(company=company).order_by("-id")[:limit])


def taken_before(company: Company, sha256: str, options: str) -> ImportRun | None:
    """The run that took the same bytes with the same options, if there was one."""
    return ImportRun.objects.filter(
        company=company, sha256=sha256, options=options, status="imported"
    ).first()


def of_file(company: Company, sha256: str) -> ImportRun | None:
    """The newest run of these bytes: while they wait, are read, and after."""
    return ImportRun.objects.filter(company=company, sha256=sha256).order_by("-id").first()
