"""What formats, kinds, states and counts of imports are called on pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, str | Promise] = {
    "waiting": pgettext_lazy("import", "En attente"),
    "reading": pgettext_lazy("import", "Lecture en cours"),
    "imported": pgettext_lazy("import", "Importé"),
    "rejected": pgettext_lazy("import", "Refusé"),
    "duplicate": pgettext_lazy("import", "Déjà importé"),
    "preview": pgettext_lazy("import", "Aperçu"),
}
TONES = {"imported": "good", "rejected": "bad", "reading": "hot", "preview": "note"}
KINDS: dict[str, str | Promise] = {
    "ledger": _("Grand livre"),
    "items": _("Liste de pièces"),
    "customers": _("Liste de clients"),
    "bank": _("Relevé de banque"),
    "remittance": _("Avis de paiement"),
    "einvoice": _("Facture électronique"),
}
COUNTS: dict[str, str | Promise] = {
    "customers": _("Clients"),
    "open_items": _("Pièces ouvertes"),
    "closed_items": _("Pièces soldées"),
    "payments": _("Paiements"),
    "allocations": _("Lettrages"),
    "bank_lines": _("Lignes de banque"),
    "statements": _("Relevés"),
    "lines": _("Lignes"),
    "new": _("Nouvelles"),
    "known": _("Déjà connues"),
}
