"""Pages list what is open by due date, however much there is."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A partial index: settled items stand in no list; and customers by their oldest item."""

    dependencies: ClassVar = [("ledger", "0003_balances")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="itembalance",
            index=models.Index(
                fields=["company", "due_date", "item"],
                name="open_by_due",
                condition=models.Q(("open", 0), _negated=True),
            ),
        ),
        migrations.AddIndex(
            model_name="customerbalance",
            index=models.Index(fields=["company", "oldest_due"], name="balance_oldest"),
        ),
    ]
