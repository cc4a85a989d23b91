"""What happened, by whom, when and why. Rows are written once and never changed."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One thing that happened in a company.

    Actor and subject are text, not foreign keys: the trail outlives what it names. `chain` is the
    SHA-256 of the previous event's chain and this event's content, so that a changed, removed or
    inserted event shows.
    """

    company = models.ForeignKey("teams.Company", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=254)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    chain = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "subject", "id"], name="audit_event_subject"),
            models.Index(fields=["company", "-id"], name="audit_event_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    @property
    def sealed(self) -> tuple[object, ...]:
        """What the chain covers, as plain JSON values."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return (self.company_id, at, self.actor, self.action, self.subject, self.data)
