"""The invariants of dunning, recomputed from its rows; `encaisse doctor` runs them."""

from __future__ import annotations

from django.db import connection

from encaisse.kernel.checks import Check
from encaisse.teams.models import Company

_TWICE = """
    SELECT count(*), coalesce(min(item_id), 0) FROM (
        SELECT item_id FROM dunning_itemstep
        WHERE company_id = %(company)s AND state <> 'returned'
        GROUP BY item_id, scenario, step HAVING count(*) > 1
    ) twice
"""
_SAME_DAY = """
    SELECT count(*), coalesce(min(item_id), 0) FROM (
        SELECT item_id FROM dunning_itemstep
        WHERE company_id = %(company)s AND state <> 'returned'
        GROUP BY item_id, day HAVING count(*) > 1
    ) twice
"""
_UNRESERVED = """
    SELECT count(*), coalesce(min(n.id), 0)
    FROM dunning_notice n, jsonb_array_elements(n.items) AS one
    WHERE n.company_id = %(company)s AND n.state = 'sent' AND NOT EXISTS (
        SELECT 1 FROM dunning_itemstep s
        WHERE s.item_id = (one ->> 'item')::bigint AND s.scenario = n.scenario
          AND s.step = one ->> 'step' AND s.day = n.sent_on)
"""
_WITHOUT_MESSAGE = """
    SELECT count(*), coalesce(min(n.id), 0) FROM dunning_notice n
    LEFT JOIN delivery_message m ON m.id = n.message_id AND m.company_id = n.company_id
    WHERE n.company_id = %(company)s AND n.state = 'sent'
      AND n.channel NOT IN ('call', 'task') AND m.id IS NULL
"""
_FORMAL = """
    SELECT count(*), coalesce(min(f.item_id), 0) FROM dunning_itemstep f
    WHERE f.company_id = %(company)s AND f.level >= 4 AND f.state <> 'returned' AND NOT EXISTS (
        SELECT 1 FROM dunning_itemstep r
        WHERE r.item_id = f.item_id AND r.level BETWEEN 1 AND 3 AND r.is_contact
          AND r.day < f.day)
"""

CHECKS = {
    "no_item_step_twice": _TWICE,
    "one_step_a_day": _SAME_DAY,
    "sent_notice_has_its_steps": _UNRESERVED,
    "sent_notice_has_its_message": _WITHOUT_MESSAGE,
    "formal_notice_after_a_reminder": _FORMAL,
}


def checks(company: Company) -> list[Check]:
    """Every invariant with its outcome."""
    found = []
    with connection.cursor() as cursor:
        for code, query in CHECKS.items():
            cursor.execute(query, {"company": company.pk})
            count, first = cursor.fetchone()
            found.append(Check(code, not count, f"{count}, first {first}" if count else ""))
    return found
