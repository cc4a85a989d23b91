"""Real bank files that nobody here wrote; the suite passes without them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from encaisse.intake.core.bank import BankLineRecord, BankReading
from encaisse.kernel.problems import Severity

_ROOT = Path(__file__).resolve().parents[5]
FIXTURES = Path(os.environ.get("ENCAISSE_FIXTURES", _ROOT.parent / "shared" / "fixtures"))

needs_fixtures = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason=f"no fixtures at {FIXTURES} (set ENCAISSE_FIXTURES)"
)


def fixtures(folder: str, *patterns: str) -> list[Path]:
    """The files of a folder of fixtures, in order; none where the folder is missing."""
    return sorted(path for pattern in patterns for path in (FIXTURES / folder).glob(pattern))


def lines_of(reading: BankReading) -> list[BankLineRecord]:
    """The lines of all statements, in order."""
    return [line for statement in reading.statements for line in statement.lines]


def codes(reading: BankReading) -> set[str]:
    """The codes of all problems."""
    return {problem.code for problem in reading.problems}


def errors(reading: BankReading) -> set[str]:
    """The codes of the problems that refuse the file."""
    return {one.code for one in reading.problems if one.severity is Severity.ERROR}


def moved(reading: BankReading) -> Decimal:
    """All movements of a reading in one currency."""
    return sum((line.amount.decimal for line in lines_of(reading)), start=Decimal(0))
