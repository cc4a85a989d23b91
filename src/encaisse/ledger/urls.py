"""Lists of customers and items."""

from __future__ import annotations

from django.urls import path

from encaisse.ledger import views

app_name = "ledger"
urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("items/", views.items, name="items"),
]
