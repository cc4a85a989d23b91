"""The room `ledger` as Django knows it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "encaisse.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
