"""What people do and what customers said."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """The room `followup`."""

    name = "encaisse.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"
