"""Imports are seen by their organization only."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import by_company


class Migration(migrations.Migration):
    """Row security of imports and mappings."""

    dependencies: ClassVar = [("intake", "0001_initial"), ("teams", "0002_row_security")]
    operations: ClassVar = [by_company("intake_importrun"), by_company("intake_mapping")]
