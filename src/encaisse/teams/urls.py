"""Settings of a company."""

from __future__ import annotations

from django.urls import path

from encaisse.teams import views

app_name = "teams"
urlpatterns = [path("settings/", views.settings, name="settings")]
