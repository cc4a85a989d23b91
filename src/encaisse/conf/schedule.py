"""What happens by itself, and when: the only schedule of the program."""

from __future__ import annotations

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

from encaisse import day
from encaisse.delivery.services.handover import hand_over
from encaisse.insights.services import keep_if_behind, keep_picture
from encaisse.ledger.services.balances import refresh_if_older
from encaisse.teams.queries import companies_of_installation
from encaisse.teams.settings import setting
from encaisse.teams.work import at_work

log = logging.getLogger(__name__)
KEPT_HOURS = 24 * 30
"""How long finished jobs are kept."""


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died back to those that live."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("retrying stalled job %s", job.id)
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="remove_old_jobs")
async def remove_old_jobs(timestamp: int) -> None:
    """Forget jobs that ended long ago; what they did is in the audit trail."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=False, include_cancelled=True
    )


@app.periodic(cron="1 0 * * *")
@app.task(queueing_lock="turn_the_day")
def turn_the_day(timestamp: int) -> None:
    """Bring what the pages read to the new day, company by company."""
    for company in companies_of_installation():
        with at_work(company.pk) as work:
            refresh_if_older(work.company, today=work.today)
            keep_picture(work.company, today=work.today, actor=work.actor)


@app.periodic(cron="*/3 * * * *")
@app.task(queueing_lock="follow_pictures")
def follow_pictures(timestamp: int) -> None:
    """Let the cockpit follow what pages changed: imports, matches, approvals."""
    for company in companies_of_installation():
        with at_work(company.pk) as work:
            keep_if_behind(work.company, today=work.today, actor=work.actor)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="hand_over_waiting")
def hand_over_waiting(timestamp: int) -> None:
    """Try again what a mail server did not take; what is no longer true is cancelled instead."""
    for company in companies_of_installation():
        with at_work(company.pk) as work:
            hand_over(work.company, today=work.today, actor=work.actor)


@app.periodic(cron="35 8 * * 1-5")
@app.task(queueing_lock="run_the_day")
def run_the_day(timestamp: int) -> None:
    """The working day of every company that chose to let it run by itself."""
    for company in companies_of_installation():
        if not setting(company, "day_by_itself"):
            continue
        with at_work(company.pk) as work:
            day.run(
                work.company,
                inbox=day.inbox_of(work.company),
                today=work.today,
                actor=work.actor,
                say=log.info,
            )
