"""Rows are seen by their own organization only."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import by_company

TABLES = (
    "scenarioversion", "assignment", "plan", "notice", "withheld", "itemstep", "block",
)  # fmt: skip


class Migration(migrations.Migration):
    """See above."""

    dependencies: ClassVar = [("dunning", "0001_initial")]

    operations: ClassVar = [by_company(f"dunning_{table}") for table in TABLES]
