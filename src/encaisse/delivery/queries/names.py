"""What states, channels and steps of messages are called on pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, str | Promise] = {
    "held": pgettext_lazy("message", "Retenu"),
    "queued": pgettext_lazy("message", "En attente"),
    "sending": pgettext_lazy("message", "En cours d’envoi"),
    "sent": pgettext_lazy("message", "Parti"),
    "delivered": pgettext_lazy("message", "Remis"),
    "bounced": pgettext_lazy("message", "Revenu"),
    "failed": pgettext_lazy("message", "En échec"),
    "uncertain": pgettext_lazy("message", "Incertain"),
    "cancelled": pgettext_lazy("message", "Annulé"),
    "received": pgettext_lazy("message", "Reçu"),
}
TONES = {
    "sent": "good", "delivered": "good", "received": "note", "held": "warn", "uncertain": "warn",
    "bounced": "bad", "failed": "bad",
}  # fmt: skip
CHANNELS: dict[str, str | Promise] = {
    "email": _("E-mail"),
    "letter": _("Courrier"),
    "registered_letter": _("Recommandé"),
    "portal": _("Portail"),
    "sms": _("SMS"),
    "call": _("Appel"),
    "task": _("Tâche"),
}
STEPS: dict[str, str | Promise] = {
    "pre_reminder": _("Rappel avant échéance"),
    "reminder_1": _("Relance 1"),
    "reminder_2": _("Relance 2"),
    "call": _("Appel"),
    "reminder_3": _("Relance 3"),
    "formal_notice": _("Mise en demeure"),
    "handover": _("Remise au contentieux"),
    "thanks": _("Remerciement"),
    "statement": _("Relevé de compte"),
}
