"""Imports: send files, follow them, see what came of them."""

from __future__ import annotations

from django.urls import path

from encaisse.intake import views

app_name = "intake"
urlpatterns = [
    path("imports/", views.runs, name="runs"),
    path("imports/<int:run_id>/", views.run, name="run"),
    path("imports/files/<slug:sha256>/", views.progress, name="progress"),
]
