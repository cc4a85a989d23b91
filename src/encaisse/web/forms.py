"""How Django's forms look: each field with its label, hint and errors, tied for screen readers."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class PageRenderer(DjangoTemplates):
    """Renders ``{{ form }}`` and ``{{ field.as_field_group }}`` with the room's templates."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
