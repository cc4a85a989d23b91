"""Files that came in, and what became of each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from encaisse.teams.models import Company


class ImportRun(models.Model):
    """One file, taken whole or not at all.

    `options` is what changes the meaning of the same bytes; the same bytes with the same options
    are taken once. `problems` are rows of line, code, severity and facts.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    options = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(
        max_length=10,
        choices=[(word, word) for word in ("waiting", "reading", "imported", "rejected")],
    )
    format = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=20, blank=True, default="")
    encoding = models.CharField(max_length=20, blank=True, default="")
    counts = models.JSONField(default=dict)
    control = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    bytes_total = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "sha256", "options"],
                name="file_taken_once",
                condition=models.Q(status="imported"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="import_latest")]

    def __str__(self) -> str:
        return self.name


class Mapping(models.Model):
    """How a company's own table names its columns, remembered by the shape of its header."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    header = models.CharField(max_length=64)
    """SHA-256 of the header line as recognised."""
    content = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "header"], name="one_mapping_a_header"),
        ]

    def __str__(self) -> str:
        return self.name
