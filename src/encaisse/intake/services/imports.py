"""One file: read, decide, take in whole or not at all, remember."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction

from encaisse.archive import services as archive
from encaisse.audit import services as audit
from encaisse.intake.core.bank import BankReading
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.models import ImportRun
from encaisse.intake.queries import taken_before
from encaisse.intake.services.bank import take_bank
from encaisse.intake.services.ledgers import take_ledger
from encaisse.intake.services.reading import Options, read
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.money import plain
from encaisse.kernel.problems import Problem, Severity, error
from encaisse.ledger.services.feeds import heard_again
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `expected` and `imported` tie out, minor units by currency."""

    name: str
    status: str  # imported, duplicate, rejected, preview
    format: str = ""
    kind: str = ""
    encoding: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=dict)
    imported: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    run: int | None = None


def take_file(
    upload: Upload,
    options: Options,
    *,
    company: Company,
    today: date,
    actor: Actor,
    is_trial: bool = False,
) -> Outcome:
    """Take one file in. The same bytes with the same options twice change nothing.

    A trial is the real thing, rolled back. A rejected file leaves nothing but the record of it.
    """
    actor.require(Permission.INTAKE_UPLOAD, company)
    digest = hashlib.sha256(upload.content).hexdigest()
    earlier = taken_before(company, digest, options.fingerprint)
    if earlier is not None:
        if not is_trial:
            heard_again(company, kind=earlier.kind, today=today)
        return _of_run(earlier, upload.name)
    outcome = _take(upload, options, company=company, today=today, actor=actor, is_trial=is_trial)
    if is_trial:
        return replace(outcome, status="preview" if outcome.status == "imported" else "rejected")
    run = _remember(outcome, upload, options, digest, company=company, actor=actor)
    return replace(outcome, run=run.pk)


def _take(
    upload: Upload,
    options: Options,
    *,
    company: Company,
    today: date,
    actor: Actor,
    is_trial: bool,
) -> Outcome:
    reading = read(upload.name, upload.content, options, currency=company.currency)
    outcome = Outcome(
        upload.name, "rejected", reading.format,
        reading.kind if isinstance(reading, LedgerReading) else "bank",
        reading.encoding, problems=reading.problems,
    )  # fmt: skip
    if any(one.severity is Severity.ERROR for one in reading.problems):
        return outcome
    try:
        with transaction.atomic():
            media_type = "application/octet-stream"
            archive.store(
                upload.content, media_type, name=upload.name, company=company, actor=actor
            )
            done = _hand_over(
                reading, options, name=upload.name, company=company, today=today, actor=actor
            )
            transaction.set_rollback(is_trial)
    except Refused as refusal:
        return replace(outcome, problems=(*reading.problems, _problem(refusal)))
    return replace(
        outcome, status="imported", counts=done.counts, expected=done.expected,
        imported=done.imported, problems=(*reading.problems, *done.problems),
    )  # fmt: skip


def _hand_over(
    reading: LedgerReading | BankReading,
    options: Options,
    *,
    name: str,
    company: Company,
    today: date,
    actor: Actor,
) -> Outcome:
    if isinstance(reading, LedgerReading):
        taken = take_ledger(
            reading, is_complete=options.is_complete, company=company, today=today, actor=actor
        )
        return Outcome(
            "", "imported", counts=taken.counts, expected=taken.expected,
            imported=taken.imported, problems=taken.problems,
        )  # fmt: skip
    booked = take_bank(reading, name=name, company=company, today=today, actor=actor)
    return Outcome("", "imported", counts=booked.counts, problems=booked.problems)


def _problem(refusal: Refused) -> Problem:
    return error(None, refusal.code, **refusal.facts)


@transaction.atomic
def _remember(
    outcome: Outcome,
    upload: Upload,
    options: Options,
    digest: str,
    *,
    company: Company,
    actor: Actor,
) -> ImportRun:
    run = ImportRun.objects.create(
        company=company, name=upload.name[:255], sha256=digest, options=options.fingerprint,
        status=outcome.status, format=outcome.format, kind=outcome.kind,
        encoding=outcome.encoding, counts=dict(outcome.counts),
        control={"expected": dict(outcome.expected), "imported": dict(outcome.imported)},
        problems=[_stored(one) for one in outcome.problems], bytes_total=len(upload.content),
        started_at=actor.at, finished_at=actor.at, actor=actor.name,
    )  # fmt: skip
    audit.record(
        f"intake.file_{outcome.status}", actor=actor, company=company, subject=upload.name,
        sha256=digest, format=outcome.format, counts=dict(outcome.counts),
        problems=len(outcome.problems),
    )  # fmt: skip
    return run


def _stored(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line, "code": problem.code, "severity": problem.severity.value,
        "facts": dict(problem.facts),
    }  # fmt: skip


def _of_run(run: ImportRun, name: str) -> Outcome:
    """What is said of a file that was taken before."""
    return Outcome(
        name, "duplicate", run.format, run.kind, run.encoding,
        counts={}, expected=run.control.get("expected", {}),
        imported=run.control.get("imported", {}), run=run.pk,
    )  # fmt: skip


def as_document(outcome: Outcome, path: str, language: str = "en") -> dict[str, object]:
    """The outcome as the command line and the API answer it."""
    return {
        "path": path, "format": outcome.format, "kind": outcome.kind,
        "encoding": outcome.encoding, "status": outcome.status, "counts": dict(outcome.counts),
        "control": _control(outcome),
        "problems": [
            {"line": one.line, "code": one.code, "severity": one.severity.value,
             "message": sentence(one.code, one.facts, language)}
            for one in outcome.problems
        ],
    }  # fmt: skip


def _control(outcome: Outcome) -> dict[str, object] | None:
    """The tie-out in the one currency of the file, or by currency where there are several."""
    currencies = sorted({*outcome.expected, *outcome.imported})
    rows: dict[str, dict[str, object]] = {
        one: {
            "expected": plain(outcome.expected.get(one, 0), one),
            "imported": plain(outcome.imported.get(one, 0), one),
            "gap": plain(outcome.expected.get(one, 0) - outcome.imported.get(one, 0), one),
        }
        for one in currencies
    }
    if not rows:
        return None
    first = rows[currencies[0]]
    return first if len(rows) == 1 else {**first, "by_currency": rows}
