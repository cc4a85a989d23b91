"""Sentences about what happened, for timelines: a customer's story and the company's activity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from encaisse.audit.models import Event as Audited
from encaisse.delivery.queries import names
from encaisse.followup.models import PromiseState, Task
from encaisse.insights.queries.story import Told
from encaisse.kernel.catalogue import sentence
from encaisse.web import numbers
from encaisse.web.components import Event

Facts = Mapping[str, Any]


def task_words(task: Task) -> str:
    """What is to be done, in the reader's language."""
    return _task(task.kind, task.facts)


def _task(kind: str, facts: Facts) -> str:
    told = {name: str(value) for name, value in facts.items()}
    return sentence(f"task_{kind}", told, (get_language() or "fr")[:2])


def event(told: Told) -> Event:
    """A customer's event as a line of a timeline."""
    title, text, tone = _LINES[told.kind](told.facts)
    return Event(told.at, title, text, tone)


def _payment(facts: Facts) -> tuple[str, str, str]:
    amount = numbers.money(facts["amount"], facts["currency"])
    return (
        _("Paiement de %(amount)s") % {"amount": amount},
        facts["label"] or facts["number"],
        "good",
    )


def _promise(facts: Facts) -> tuple[str, str, str]:
    title = _("Promesse de %(amount)s pour le %(day)s") % {
        "amount": numbers.money(facts["amount"], facts["currency"]),
        "day": numbers.day(facts["date"]),
    }
    state = {
        PromiseState.OPEN: (_("attendue"), "hot"),
        PromiseState.KEPT: (_("tenue"), "good"),
        PromiseState.BROKEN: (_("non tenue"), "bad"),
        PromiseState.WITHDRAWN: (_("retirée"), ""),
    }
    return (title, *state[PromiseState(facts["state"])])


def _dispute(facts: Facts) -> tuple[str, str, str]:
    amount = numbers.money(facts["amount"], facts["currency"])
    return _("Litige sur %(number)s") % facts, f"{facts['reason']} · {amount}", "bad"


def _to_do(facts: Facts) -> tuple[str, str, str]:
    return _("À faire"), _task(facts["kind"], facts["facts"]), "warn"


def _note(facts: Facts) -> tuple[str, str, str]:
    return _("Note de %(author)s") % facts, facts["text"], "note"


def _message(facts: Facts) -> tuple[str, str, str]:
    channel = names.CHANNELS.get(facts["channel"], facts["channel"])
    state = names.STATES.get(facts["status"], facts["status"])
    step = names.STEPS.get(facts["step"], facts["step"])
    tone = names.TONES.get(facts["status"], "")
    return f"{step} · {channel}", f"{facts['subject']} · {state}", tone


_LINES: dict[str, Callable[[Facts], tuple[str, str, str]]] = {
    "payment": _payment,
    "promise": _promise,
    "dispute": _dispute,
    "task": _to_do,
    "note": _note,
    "message": _message,
}


def activity(audited: Audited) -> Event:
    """An event of the audit trail as a line of the cockpit."""
    title, tone = ACTIONS.get(audited.action, (lambda: audited.action, ""))
    return Event(audited.at, title(), f"{audited.subject} · {_who(audited.actor)}", tone)


def _who(actor: str) -> str:
    if actor == "system":
        return "Encaisse"
    return _("ligne de commande") if actor.startswith("cli:") else actor


ACTIONS: dict[str, tuple[Callable[[], str], str]] = {
    "teams.company_created": (lambda: _("Société créée"), "note"),
    "teams.setting_changed": (lambda: _("Réglage changé"), "note"),
    "teams.user_added": (lambda: _("Personne invitée"), "note"),
    "intake.file_imported": (lambda: _("Fichier importé"), "good"),
    "intake.file_rejected": (lambda: _("Fichier refusé"), "bad"),
    "ledger.due_date_changed": (lambda: _("Échéance corrigée"), "warn"),
    "followup.promise_recorded": (lambda: _("Promesse notée"), "hot"),
    "followup.dispute_opened": (lambda: _("Litige ouvert"), "bad"),
    "followup.dispute_closed": (lambda: _("Litige clos"), "good"),
    "followup.task_done": (lambda: _("Tâche faite"), "good"),
    "followup.note_written": (lambda: _("Note écrite"), "note"),
    "cash.matched": (lambda: _("Banque rapprochée"), "good"),
    "cash.line_applied": (lambda: _("Paiement affecté"), "good"),
    "cash.line_set_aside": (lambda: _("Ligne mise de côté"), "note"),
    "cash.proposal_rejected": (lambda: _("Proposition refusée"), "warn"),
    "dunning.plan_drafted": (lambda: _("Relances préparées"), "hot"),
    "dunning.plan_approved": (lambda: _("Relances approuvées"), "hot"),
    "dunning.plan_carried_out": (lambda: _("Relances parties"), "good"),
    "dunning.blocked": (lambda: _("Relances bloquées"), "warn"),
    "dunning.unblocked": (lambda: _("Relances débloquées"), "note"),
    "delivery.bounced": (lambda: _("Message revenu"), "bad"),
    "delivery.message_uncertain": (lambda: _("Envoi incertain"), "warn"),
}
"""What people want to see happening; the rest stays in the trail."""
