"""Plans of reminders: draft, review, preview, approve, send."""

from __future__ import annotations

from django.urls import path

from encaisse.dunning import views

app_name = "dunning"
urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/why/<path:code>/", views.why, name="why"),
    path("plans/<int:plan_id>/", views.plan, name="plan"),
    path("plans/<int:plan_id>/approval", views.approval, name="approval"),
    path("plans/<int:plan_id>/withheld/", views.withheld, name="withheld"),
    path("plans/<int:plan_id>/notices/<int:notice_id>/", views.notice, name="notice"),
    path("plans/<int:plan_id>/notices/<int:notice_id>/body", views.body, name="body"),
]
