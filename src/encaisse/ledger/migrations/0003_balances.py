"""The rules of the ledger that the database itself keeps.

- An item belongs to the company of its customer.
- An allocation joins a debit and a credit item of one company, one currency and one group, and
  never takes more than is open on either; it is only ever added.
- What is open on an item today is kept beside it by these triggers, and by nothing else.

Statement triggers with transition tables: one pass for a whole import, none per row.
"""

from typing import ClassVar

from django.db import migrations

from encaisse.database.row_security import append_only, by_company, read_only

ITEM_ADDED = """
CREATE FUNCTION ledger_item_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added i
        LEFT JOIN ledger_customer c ON c.id = i.customer_id AND c.company_id = i.company_id
        WHERE c.id IS NULL
    ) THEN
        RAISE EXCEPTION 'an item belongs to a customer of its company'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO ledger_itembalance
        (item_id, company_id, customer_id, currency, issue_date, due_date, amount, open)
    SELECT id, company_id, customer_id, currency, issue_date, due_date, amount, amount FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_item_added AFTER INSERT ON ledger_openitem
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_item_added();
"""

ITEM_CHANGED = """
CREATE FUNCTION ledger_item_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM after a JOIN before b USING (id)
        WHERE (a.company_id, a.customer_id, a.currency)
            IS DISTINCT FROM (b.company_id, b.customer_id, b.currency)
    ) THEN
        RAISE EXCEPTION 'an item never changes its customer or currency'
            USING ERRCODE = 'check_violation';
    END IF;
    UPDATE ledger_itembalance k
    SET open = k.open + a.amount - b.amount,
        amount = a.amount, issue_date = a.issue_date, due_date = a.due_date
    FROM after a JOIN before b USING (id)
    WHERE k.item_id = a.id
      AND (a.amount, a.issue_date, a.due_date) IS DISTINCT FROM (b.amount, b.issue_date, b.due_date);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_item_changed AFTER UPDATE ON ledger_openitem
REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION ledger_item_changed();
"""

ALLOCATION_ADDED = """
CREATE FUNCTION ledger_allocation_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added a
        LEFT JOIN ledger_itembalance d ON d.item_id = a.debit_id
        LEFT JOIN ledger_itembalance c ON c.item_id = a.credit_id
        LEFT JOIN ledger_customer dc ON dc.id = d.customer_id
        LEFT JOIN ledger_customer cc ON cc.id = c.customer_id
        WHERE (d.company_id = a.company_id AND c.company_id = a.company_id
           AND d.currency = a.currency AND c.currency = a.currency
           AND d.amount >= 0 AND c.amount <= 0
           AND coalesce(dc.head_id, dc.id) = coalesce(cc.head_id, cc.id)) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'an allocation joins a debit and a credit of one group and currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_fits';
    END IF;
    IF EXISTS (
        SELECT 1 FROM added a
        LEFT JOIN ledger_allocation r ON r.id = a.reverses_id
        WHERE a.reverses_id IS NOT NULL
          AND (r.debit_id = a.debit_id AND r.credit_id = a.credit_id
               AND r.amount = -a.amount AND r.reverses_id IS NULL) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'a reversal takes back one allocation, whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_fits';
    END IF;
    UPDATE ledger_itembalance k SET open = k.open + s.change
    FROM (
        SELECT item_id, sum(change) AS change FROM (
            SELECT debit_id AS item_id, -amount AS change FROM added
            UNION ALL
            SELECT credit_id, amount FROM added
        ) sides GROUP BY item_id
    ) s
    WHERE k.item_id = s.item_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_allocation_added AFTER INSERT ON ledger_allocation
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_allocation_added();
"""

DROP = "DROP FUNCTION {name} CASCADE"


class Migration(migrations.Migration):
    """Triggers, row security and rights of the ledger."""

    dependencies: ClassVar = [("ledger", "0002_references"), ("teams", "0002_row_security")]
    operations: ClassVar = [
        migrations.RunSQL(ITEM_ADDED, DROP.format(name="ledger_item_added")),
        migrations.RunSQL(ITEM_CHANGED, DROP.format(name="ledger_item_changed")),
        migrations.RunSQL(ALLOCATION_ADDED, DROP.format(name="ledger_allocation_added")),
        by_company("ledger_customer"),
        by_company("ledger_contact"),
        by_company("ledger_openitem"),
        by_company("ledger_itemalias"),
        by_company("ledger_itembalance"),
        by_company("ledger_allocation"),
        by_company("ledger_customerbalance"),
        by_company("ledger_feed"),
        append_only("ledger_allocation"),
        read_only("ledger_itembalance"),
        migrations.RunSQL(
            "REVOKE DELETE, TRUNCATE ON ledger_openitem, ledger_customer FROM encaisse_app",
            "GRANT DELETE, TRUNCATE ON ledger_openitem, ledger_customer TO encaisse_app",
        ),
    ]
