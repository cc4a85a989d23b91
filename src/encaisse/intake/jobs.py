"""Read a file that a page took, behind the page."""

from __future__ import annotations

from dataclasses import replace

from procrastinate.contrib.django import app

from encaisse.intake.models import ImportRun
from encaisse.intake.services import uploads
from encaisse.intake.services.reading import Options
from encaisse.teams.work import RETRY, at_work


@app.task(name="intake.read_file", lock="intake", retry=RETRY)
def read_file(company_id: int, run_id: int, by: str, *, complete: bool, trial: bool) -> None:
    """Take the file in, or only look at it."""
    with at_work(company_id) as work:
        run = ImportRun.objects.filter(pk=run_id, company=work.company).first()
        if run is None:
            return
        uploads.carry_out(
            run,
            Options(is_complete=complete),
            is_trial=trial,
            company=work.company,
            today=work.today,
            actor=replace(work.actor, name=by),
        )
