"""Organizations, companies, users."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """The room `teams`."""

    name = "encaisse.teams"
    label = "teams"
    default_auto_field = "django.db.models.BigAutoField"
