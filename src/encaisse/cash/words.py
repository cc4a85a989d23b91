"""What states of bank lines and treatments of residuals are called on pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, str | Promise] = {
    "open": pgettext_lazy("bank line", "À traiter"),
    "applied": pgettext_lazy("bank line", "Appliquée"),
    "joined": pgettext_lazy("bank line", "Déjà au grand livre"),
    "returned": pgettext_lazy("bank line", "Retour"),
    "aside": pgettext_lazy("bank line", "Mise de côté"),
}
TONES = {"open": "hot", "applied": "good", "joined": "good", "returned": "bad", "aside": ""}
TREATMENTS: dict[str, str | Promise] = {
    "none": "",
    "discount": _("Escompte"),
    "bank_fee": _("Frais de banque"),
    "rounding": _("Arrondi"),
    "fx": _("Écart de change"),
    "deduction": _("Déduction"),
    "partial": _("Paiement partiel"),
    "overpayment": _("Trop-perçu"),
    "on_account": _("Reste sur le compte"),
}
