"""Rows are seen by their own organization only; attempts are never edited."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import append_only, by_company


class Migration(migrations.Migration):
    """See above."""

    dependencies: ClassVar = [("delivery", "0001_initial")]

    operations: ClassVar = [
        by_company("delivery_message"),
        by_company("delivery_attempt"),
        append_only("delivery_attempt"),
    ]
