"""Messages as they left, and account statements."""

from __future__ import annotations

from django.urls import path

from encaisse.delivery import views

app_name = "delivery"
urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/<int:message_id>/", views.messages, name="message"),
    path("messages/<int:message_id>/body", views.body, name="body"),
    path("messages/<int:message_id>/files/<int:place>", views.attachment, name="file"),
    path("messages/<int:message_id>/decision", views.decision, name="decision"),
    path("statements/<path:code>/", views.statement, name="statement"),
]
