"""What belongs to no room: the reader's preferences, and the page of components."""

from __future__ import annotations

from django.urls import path

from encaisse.web import views

app_name = "web"
urlpatterns = [
    path("preferences", views.preferences, name="preferences"),
    path("components", views.components, name="components"),
]
