"""Bank lines: review proposals, identify the rest, undo."""

from __future__ import annotations

from django.urls import path

from encaisse.cash import views

app_name = "cash"
urlpatterns = [
    path("bank/", views.review, name="review"),
    path("bank/run", views.run, name="run"),
    path("bank/<int:line_id>/", views.line, name="line"),
    path("bank/<int:line_id>/acceptance", views.acceptance, name="acceptance"),
    path("bank/<int:line_id>/rejection", views.rejection, name="rejection"),
    path("bank/<int:line_id>/aside", views.aside, name="aside"),
    path("bank/<int:line_id>/customer", views.customer, name="customer"),
    path("bank/<int:line_id>/application", views.application, name="application"),
    path("bank/<int:line_id>/undoing", views.undoing, name="undoing"),
]
