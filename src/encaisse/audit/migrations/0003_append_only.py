"""Nobody rewrites the trail."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import append_only, by_company


class Migration(migrations.Migration):
    """Row security, and no right to change or delete."""

    dependencies: ClassVar = [("audit", "0002_references"), ("teams", "0002_row_security")]
    operations: ClassVar = [by_company("audit_event"), append_only("audit_event")]
