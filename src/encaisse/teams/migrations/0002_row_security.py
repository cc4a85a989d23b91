"""Companies are seen by their organization only."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import by_organization


class Migration(migrations.Migration):
    """Row security of organizations and companies."""

    dependencies: ClassVar = [("teams", "0001_initial")]
    operations: ClassVar = [
        by_organization("teams_organization", "id"),
        by_organization("teams_company"),
    ]
