"""The room `intake` as Django knows it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "encaisse.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
