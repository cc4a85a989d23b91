"""The room `archive` as Django knows it."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """The room `archive`."""

    name = "encaisse.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"
