"""What a planned notice would say if it left now: the words of the real thing, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from encaisse.delivery.services.queueing import preview as mail_preview
from encaisse.delivery.services.queueing import preview_letter
from encaisse.dunning.core.scenario import WORK, Release
from encaisse.dunning.models import Notice
from encaisse.dunning.services.one_customer import Ready, Recheck, documents_of, written
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class Preview:
    """An e-mail (`html`), a letter (`pdf`), or neither for a call or a task."""

    subject: str = ""
    html: str = ""
    pdf: bytes = b""


def preview(notice: Notice, *, company: Company, today: date, actor: Actor) -> Preview:
    """Exactly what would be queued now for this notice, at the amounts it was planned with."""
    actor.require(Permission.DUNNING_PLAN, company)
    if notice.channel in WORK:
        return Preview()
    recheck = Recheck(company, today, actor, tuple(Release), [notice.customer_id])
    scenario = recheck.facts.scenarios[notice.scenario]
    ready = Ready(notice, scenario, scenario.step(notice.step), list(notice.items))
    documents = documents_of([ready], recheck, notice.customer)
    letter = written(ready, recheck, notice.customer, documents)
    subject, _text, html = mail_preview(letter)
    if notice.channel == "email":
        return Preview(subject, html)
    return Preview(subject, pdf=preview_letter(letter))
