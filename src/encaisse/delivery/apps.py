"""The room `delivery` as Django knows it."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The room `delivery`."""

    name = "encaisse.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
