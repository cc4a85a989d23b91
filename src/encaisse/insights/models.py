"""What the cockpit shows, computed once and read often."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from encaisse.teams.models import Company


class Picture(models.Model):
    """The measures, the aged balance over time and the cash in, as of a day.

    One row a company and day: the trend of a measure is read from the days before.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    data = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "as_of"], name="one_picture_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.as_of)
