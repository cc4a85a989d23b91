"""What reasons of disputes are called on pages; the codes are kept."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DISPUTE_REASONS: dict[str, str | Promise] = {
    "PRIX": _("Écart de prix"),
    "QTE": _("Quantité ou manquant"),
    "QUAL": _("Qualité"),
    "AVAR": _("Avarie"),
    "RET": _("Retour"),
    "REM": _("Remise attendue"),
    "FACT": _("Facture erronée"),
    "DBL": _("Facturée deux fois"),
    "TVA": _("TVA"),
    "INC": _("Motif inconnu"),
}
