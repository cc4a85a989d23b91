"""What gates, states and releases of plans are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from encaisse.kernel.catalogue import sentence

GATES: dict[str, str | Promise] = {
    "settled": _("soldée"),
    "disputed": _("en litige"),
    "promised": _("promise"),
    "payment_plan": _("échéancier"),
    "in_transit": _("paiement en route"),
    "covered_by_credit": _("couverte par un avoir"),
    "net_balance": _("compte créditeur"),
    "below_minimum": _("sous le minimum"),
    "gap": _("contact trop récent"),
    "no_contact": _("sans adresse"),
    "opted_out": _("ne veut plus d’e-mails"),
    "blocked": _("bloquée"),
    "insolvency": _("procédure collective"),
    "delivery_failed": _("adresse en échec"),
    "due_date_untrusted": _("échéance incertaine"),
    "calendar": _("hors des heures d’envoi"),
    "limitation": _("prescrite"),
    "stale_data": _("données trop anciennes"),
    "held": _("attend une personne"),
    "budget": _("assez de messages pour aujourd’hui"),
}
VERDICTS: dict[str, str | Promise] = {
    "planned": pgettext_lazy("verdict", "Relancée aujourd’hui"),
    "withheld": pgettext_lazy("verdict", "Retenue"),
    "nothing_due": pgettext_lazy("verdict", "Rien à faire aujourd’hui"),
    "settled": pgettext_lazy("verdict", "Soldée"),
}
PLAN_STATES: dict[str, str | Promise] = {
    "draft": pgettext_lazy("plan", "À valider"),
    "released": pgettext_lazy("plan", "Approuvé"),
    "carried_out": pgettext_lazy("plan", "Parti"),
}
NOTICE_STATES: dict[str, str | Promise] = {
    "planned": pgettext_lazy("notice", "Prévu"),
    "sent": pgettext_lazy("notice", "Parti"),
    "returned": pgettext_lazy("notice", "Revenu"),
    "withheld": pgettext_lazy("notice", "Retenu"),
    "failed": pgettext_lazy("notice", "En échec"),
}
TONES = {"sent": "good", "carried_out": "good", "released": "note", "draft": "hot",
         "planned": "", "returned": "bad", "failed": "bad", "withheld": "warn"}  # fmt: skip


def gate_sentence(gate: str, facts: Mapping[str, object]) -> str:
    """Why a gate is closed, with its facts."""
    told = {name: str(value) for name, value in facts.items()}
    return sentence(f"gate_{gate}", told, (get_language() or "fr")[:2])
