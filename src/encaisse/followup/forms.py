"""What people write down about a customer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from encaisse.followup.words import DISPUTE_REASONS


class NoteForm(forms.Form):
    """A note about a customer."""

    text = forms.CharField(label=_("Ce qu’il faut retenir"), max_length=4000, widget=forms.Textarea)


class PromiseForm(forms.Form):
    """A date by which items will be paid; the items come as ids beside it."""

    date = forms.DateField(
        label=_("Date promise"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class DisputeForm(forms.Form):
    """Why a customer objects, and to how much (all that is open when empty)."""

    reason = forms.ChoiceField(label=_("Motif"), choices=[*DISPUTE_REASONS.items()])
    amount = forms.DecimalField(
        label=_("Montant contesté"),
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        help_text=_("Vide : tout ce qui est ouvert."),
    )
