"""Files to take in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

FILES_MAX = 50


class ManyFiles(forms.ClearableFileInput):
    """A file field of the browser that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file by itself; none or too many are an error."""
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > FILES_MAX:
            raise forms.ValidationError(_("Cinquante fichiers au plus à la fois."))
        return [super(FilesField, self).clean(one, initial) for one in files]


class UploadForm(forms.Form):
    """Files, and what the person says about them."""

    uploads = FilesField(label=_("Fichiers"))
    complete = forms.BooleanField(
        label=_("La liste est complète : ce qui n’y est plus est soldé"), required=False
    )
    trial = forms.BooleanField(label=_("Regarder seulement, sans rien changer"), required=False)
