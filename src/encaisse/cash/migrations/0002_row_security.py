"""Who sees the bank's lines, and that decisions about them are only ever added."""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import append_only, by_company


class Migration(migrations.Migration):
    """Row security and rights of the room."""

    dependencies: ClassVar = [("cash", "0001_initial"), ("ledger", "0003_balances")]
    operations: ClassVar = [
        by_company("cash_bankaccount"),
        by_company("cash_bankstatement"),
        by_company("cash_bankline"),
        by_company("cash_payeriban"),
        by_company("cash_match"),
        append_only("cash_match"),
        migrations.RunSQL(
            "REVOKE DELETE, TRUNCATE ON cash_bankline, cash_bankstatement FROM encaisse_app",
            "GRANT DELETE, TRUNCATE ON cash_bankline, cash_bankstatement TO encaisse_app",
        ),
    ]
