"""Files sent by a page: kept until a worker has read them, so that nobody waits at the browser."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from encaisse.intake.models import ImportRun
from encaisse.intake.services.imports import Outcome, Upload, take_file
from encaisse.intake.services.reading import Options
from encaisse.kernel.problems import Problem
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@transaction.atomic
def accept(upload: Upload, options: Options, *, company: Company, actor: Actor) -> ImportRun:
    """Keep the bytes and a run that waits; `carry_out` does the rest."""
    actor.require(Permission.INTAKE_UPLOAD, company)
    run = ImportRun.objects.create(
        company=company, name=upload.name[:255], options=options.fingerprint, status="waiting",
        sha256=hashlib.sha256(upload.content).hexdigest(), bytes_total=len(upload.content),
        started_at=actor.at, actor=actor.name,
    )  # fmt: skip
    path = _path(run)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(upload.content)
    return run


def carry_out(
    run: ImportRun, options: Options, *, is_trial: bool, company: Company, today: date, actor: Actor
) -> Outcome | None:
    """Read a waiting file. Safe to run twice: a file that was read is no longer there.

    The run that waited gives way to the one that says what was taken; of a trial or a duplicate it
    stays, with what was found.
    """
    path = _path(run)
    if not path.exists():
        return None
    ImportRun.objects.filter(pk=run.pk, company=company).update(status="reading")
    upload = Upload(run.name, path.read_bytes())
    outcome = take_file(
        upload, options, company=company, today=today, actor=actor, is_trial=is_trial
    )
    with transaction.atomic():
        if is_trial or outcome.status == "duplicate":
            _conclude(run, outcome, actor)
        else:
            ImportRun.objects.filter(pk=run.pk, company=company).delete()
    path.unlink(missing_ok=True)
    return outcome


def _conclude(run: ImportRun, outcome: Outcome, actor: Actor) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        status=outcome.status, format=outcome.format, kind=outcome.kind,
        encoding=outcome.encoding, counts=dict(outcome.counts),
        control={"expected": dict(outcome.expected), "imported": dict(outcome.imported)},
        problems=[_stored(problem) for problem in outcome.problems], finished_at=actor.at,
    )  # fmt: skip


def _stored(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line, "code": problem.code, "severity": problem.severity.value,
        "facts": dict(problem.facts),
    }  # fmt: skip


def _path(run: ImportRun) -> Path:
    return Path(settings.HOME) / "incoming" / f"{run.company_id}-{run.pk}"
