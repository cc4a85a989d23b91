"""Pictures are seen by their organization only."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import by_company


class Migration(migrations.Migration):
    """Row security of pictures."""

    dependencies: ClassVar = [("insights", "0001_initial"), ("teams", "0002_row_security")]
    operations: ClassVar = [by_company("insights_picture")]
