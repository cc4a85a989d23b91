"""The room `insights` as Django knows it."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """The room `insights`."""

    name = "encaisse.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"
