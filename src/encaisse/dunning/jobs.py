"""Carry a plan out behind the page that approved it."""

from __future__ import annotations

from dataclasses import replace

from procrastinate.contrib.django import app

from encaisse.dunning.models import Plan
from encaisse.dunning.services.sending import send_plan
from encaisse.teams.work import RETRY, at_work


@app.task(name="dunning.send_plan", retry=RETRY)
def send(company_id: int, plan_id: int, by: str, *, accept_stale: bool = False) -> None:
    """Send what a person approved; safe to run twice."""
    with at_work(company_id) as work:
        plan = Plan.objects.get(pk=plan_id, company=work.company)
        send_plan(
            plan,
            company=work.company,
            today=work.today,
            actor=replace(work.actor, name=by),
            accept_stale=accept_stale,
        )
