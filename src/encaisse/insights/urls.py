"""The cockpit, a customer's page, and search."""

from __future__ import annotations

from django.urls import path

from encaisse.insights import views

app_name = "insights"
urlpatterns = [
    path("", views.cockpit, name="cockpit"),
    path("customers/<path:code>/", views.customer, name="customer"),
    path("search", views.search, name="search"),
]
