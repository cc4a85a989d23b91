"""What kinds, states and ages of items are called on pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, str | Promise] = {
    "invoice": _("Facture"),
    "credit_note": _("Avoir"),
    "debit_note": _("Note de débit"),
    "payment": _("Paiement"),
}
STATES: dict[str, str | Promise] = {
    "open": pgettext_lazy("item", "Ouverte"),
    "partial": pgettext_lazy("item", "Payée en partie"),
    "settled": pgettext_lazy("item", "Soldée"),
}
AGES: dict[str, str | Promise] = {
    "not_due": _("Non échu"),
    "d1_30": _("1–30 j"),
    "d31_60": _("31–60 j"),
    "d61_90": _("61–90 j"),
    "d90_plus": _("> 90 j"),
}
DUE_DATE_SOURCES: dict[str, str | Promise] = {
    "file": _("donnée par le fichier"),
    "einvoice": _("donnée par la facture électronique"),
    "terms": _("calculée d’après les conditions du client"),
    "label": _("lue dans le libellé de l’écriture"),
    "legal_default": _("délai légal de trente jours, faute de mieux"),
    "person": _("corrigée par une personne"),
}
