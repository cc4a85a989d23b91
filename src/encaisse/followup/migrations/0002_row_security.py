"""Rows are seen by their own organization only; notes are never edited."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import append_only, by_company

TABLES = ("promise", "promiseditem", "dispute", "task", "note")


class Migration(migrations.Migration):
    """See above."""

    dependencies: ClassVar = [("followup", "0001_initial")]

    operations: ClassVar = [
        *(by_company(f"followup_{table}") for table in TABLES),
        append_only("followup_note"),
    ]
