"""The room `cash` as Django knows it."""

from django.apps import AppConfig


class CashConfig(AppConfig):
    """The room `cash`."""

    name = "encaisse.cash"
    label = "cash"
    default_auto_field = "django.db.models.BigAutoField"
