"""The room `audit` as Django knows it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room `audit`."""

    name = "encaisse.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
