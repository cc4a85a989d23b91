"""Originals and sent documents, byte for byte. Rows are written once and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from encaisse.teams.models import Company


class Document(models.Model):
    """One archived file of a company; its bytes lie in the data folder under their SHA-256.

    `chain` links it to the company's previous document as `encaisse.audit` does for events.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    chain = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "sha256"], name="archived_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed(self) -> tuple[object, ...]:
        """What the chain covers, as plain JSON values."""
        return (self.company_id, self.sha256, self.media_type, self.name, self.size)


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.HOME) / "archive" / sha256[:2] / sha256[2:4] / sha256
