"""The invariants of the ledger, recomputed from its rows."""

from __future__ import annotations

from datetime import date

from django.db import connection

from encaisse.kernel.checks import Check
from encaisse.teams.models import Company

_KEPT = """
    SELECT count(*), coalesce(min(i.id), 0)
    FROM ledger_openitem i
    LEFT JOIN ledger_itembalance b ON b.item_id = i.id
    LEFT JOIN (
        SELECT item_id, sum(change) AS change FROM (
            SELECT debit_id AS item_id, -amount AS change FROM ledger_allocation
            WHERE company_id = %(company)s
            UNION ALL
            SELECT credit_id, amount FROM ledger_allocation WHERE company_id = %(company)s
        ) sides GROUP BY item_id
    ) a ON a.item_id = i.id
    WHERE i.company_id = %(company)s
      AND (b.open, b.amount, b.due_date, b.issue_date, b.customer_id, b.currency)
          IS DISTINCT FROM (i.amount + coalesce(a.change, 0), i.amount, i.due_date, i.issue_date,
                            i.customer_id, i.currency)
"""

_BEYOND = """
    SELECT count(*), coalesce(min(item_id), 0) FROM ledger_itembalance
    WHERE company_id = %(company)s
      AND NOT (CASE WHEN amount >= 0 THEN open BETWEEN 0 AND amount
               ELSE open BETWEEN amount AND 0 END)
"""

_MIXED = """
    SELECT count(*), coalesce(min(a.id), 0) FROM ledger_allocation a
    LEFT JOIN ledger_openitem d ON d.id = a.debit_id
    LEFT JOIN ledger_openitem c ON c.id = a.credit_id
    WHERE a.company_id = %(company)s
      AND (d.company_id = a.company_id AND c.company_id = a.company_id
           AND d.currency = a.currency AND c.currency = a.currency
           AND d.amount >= 0 AND c.amount <= 0) IS NOT TRUE
"""

_PAGES = """
    SELECT count(*), coalesce(min(coalesce(k.customer_id, f.customer_id)), 0) FROM (
        SELECT * FROM ledger_customerbalance WHERE company_id = %(company)s
    ) k FULL JOIN (
        SELECT customer_id, currency, sum(open) AS balance,
               coalesce(sum(open) FILTER (WHERE amount < 0), 0) AS unapplied
        FROM ledger_itembalance b
        WHERE company_id = %(company)s AND open <> 0
          AND issue_date <= coalesce(
              (SELECT max(as_of) FROM ledger_customerbalance WHERE company_id = %(company)s),
              %(today)s)
        GROUP BY 1, 2
    ) f USING (customer_id, currency)
    WHERE (k.balance, k.unapplied) IS DISTINCT FROM (f.balance, f.unapplied)
       OR k.balance <> k.not_due + k.d1_30 + k.d31_60 + k.d61_90 + k.d90_plus + k.unapplied
"""

_CHECKS = {
    "open_amounts": _KEPT,  # amount less allocations, against what is kept
    "no_over_allocation": _BEYOND,
    "allocations_fit": _MIXED,
    "aged_balances": _PAGES,  # what pages read, against the items
}


def checks(company: Company, today: date) -> list[Check]:
    """Each invariant with the number of rows that break it and the first of them."""
    found = []
    with connection.cursor() as cursor:
        for code, sql in _CHECKS.items():
            cursor.execute(sql, {"company": company.pk, "today": today})
            row = cursor.fetchone()
            count, first = row or (0, 0)
            detail = f"{count} wrong, first {first}" if count else "0 wrong"
            found.append(Check(code, not count, detail))
        cursor.execute("SELECT count(*) FROM ledger_openitem WHERE company_id = %s", [company.pk])
        row = cursor.fetchone()
        found.append(Check("items", True, f"{row[0] if row else 0} items"))
    return found
