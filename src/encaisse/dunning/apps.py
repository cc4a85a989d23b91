"""Whom to remind, when, how and why not."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """The room `dunning`."""

    name = "encaisse.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"
