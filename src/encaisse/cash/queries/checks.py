"""The invariants of the room, recomputed: what `encaisse doctor` asks."""

from __future__ import annotations

from django.db import connection

from encaisse.kernel.checks import Check
from encaisse.teams.models import Company

_USED = """
    SELECT count(*), coalesce(min(l.id), 0) FROM cash_bankline l
    LEFT JOIN ledger_openitem i ON i.id = l.item_id
    WHERE l.company_id = %(company)s AND l.state IN ('applied', 'joined', 'returned')
      AND NOT coalesce(
               CASE WHEN l.state <> 'joined' THEN i.amount = -l.amount
                    ELSE i.amount = -l.amount OR i.treasury_amount = l.amount
                         OR (i.treasury_amount IS NULL AND i.treasury_entry <> '') END
               AND i.currency = l.currency AND i.company_id = l.company_id
               AND (i.origin = 'bank') = (l.state <> 'joined'), false)
"""

_BEYOND = """
    SELECT count(*), coalesce(min(id), 0) FROM (
        SELECT l.id FROM cash_bankline l
        JOIN ledger_allocation a ON a.credit_id = l.item_id
        WHERE l.company_id = %(company)s AND l.state = 'applied'
        GROUP BY l.id HAVING sum(a.amount) > max(l.amount)
    ) beyond
"""

_ORPHANS = """
    SELECT count(*), coalesce(min(i.id), 0) FROM ledger_openitem i
    WHERE i.company_id = %(company)s AND i.origin = 'bank' AND NOT i.is_withdrawn
      AND NOT EXISTS (SELECT 1 FROM cash_bankline l WHERE l.item_id = i.id)
"""

_SUMS = """
    SELECT count(*), coalesce(min(s.id), 0) FROM cash_bankstatement s
    WHERE s.company_id = %(company)s AND s.opening IS NOT NULL AND s.closing IS NOT NULL
      AND s.opening + coalesce((SELECT sum(l.amount) FROM cash_bankline l
                                WHERE l.id = ANY (s.lines)), 0) <> s.closing
"""

_GAPS = """
    SELECT count(*), coalesce(min(id), 0) FROM (
        SELECT id, opening, lag(closing) OVER (
            PARTITION BY bank_account_id ORDER BY opening_date, closing_date, id) AS before
        FROM cash_bankstatement WHERE company_id = %(company)s AND opening IS NOT NULL
    ) chained WHERE before <> opening
"""

_TWICE = """
    SELECT count(*), coalesce(min(l.id), 0) FROM cash_bankline l
    JOIN ledger_openitem r ON r.company_id = l.company_id AND r.origin = 'ledger'
        AND r.amount = -l.amount AND r.currency = l.currency AND r.treasury <> ''
        AND NOT r.is_withdrawn AND abs(r.issue_date - l.booking_date) <= 5
    JOIN ledger_openitem p ON p.id = l.item_id AND p.customer_id = r.customer_id
    WHERE l.company_id = %(company)s AND l.state = 'applied'
      AND NOT EXISTS (SELECT 1 FROM cash_bankline j WHERE j.item_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM ledger_itemalias a WHERE a.item_id = p.id)
"""

_BROKEN = {
    "bank_lines_used_once": _USED,  # its item is worth what the line is, and is its alone
    "payments_not_exceeded": _BEYOND,
    "bank_payments_have_lines": _ORPHANS,
    "bank_statements_add_up": _SUMS,
}
_NOTED = {
    "bank_statements_chain": _GAPS,  # a statement may be missing: a person asks the bank
    "money_told_twice": _TWICE,  # ledger and bank may tell the same: a person joins them
}


def checks(company: Company) -> list[Check]:
    """Each invariant with the number of rows that break it; what is only noted is always ok."""
    found = []
    with connection.cursor() as cursor:
        for code, sql in (_BROKEN | _NOTED).items():
            cursor.execute(sql, {"company": company.pk})
            row = cursor.fetchone()
            count, first = row or (0, 0)
            kind = "to look at" if code in _NOTED else "wrong"
            detail = f"{count} {kind}, first {first}" if count else f"0 {kind}"
            found.append(Check(code, not count or code in _NOTED, detail))
    return found
