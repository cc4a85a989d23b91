"""What people record about a customer: notes, promises, disputes, tasks done."""

from __future__ import annotations

from django.urls import path

from encaisse.followup import views

app_name = "followup"
urlpatterns = [
    path("notes/<path:code>/", views.note, name="note"),
    path("promises/<path:code>/", views.promise, name="promise"),
    path("items/<int:item_id>/dispute", views.dispute, name="dispute"),
    path("tasks/<int:task_id>/done", views.task_done, name="task_done"),
]
