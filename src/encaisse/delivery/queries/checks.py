"""The invariants of messages, recomputed from their rows; `encaisse doctor` runs them."""

from __future__ import annotations

from django.db import connection

from encaisse.delivery.models import RUN_LOCK
from encaisse.kernel.checks import Check
from encaisse.teams.models import Company

_LEFT_BEHIND = """
    SELECT count(*), coalesce(min(id), 0) FROM delivery_message
    WHERE company_id = %(company)s AND status = 'sending' AND NOT EXISTS (
        SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %(lock)s AND objid = %(company)s
          AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_NEVER_ACCEPTED = """
    SELECT count(*), coalesce(min(m.id), 0) FROM delivery_message m
    WHERE m.company_id = %(company)s AND m.direction = 'out'
      AND m.status IN ('sent', 'delivered', 'bounced') AND NOT EXISTS (
        SELECT 1 FROM delivery_attempt a
        WHERE a.message_id = m.id AND a.outcome IN ('accepted', 'confirmed', 'bounced'))
"""
_NOT_ASKED = """
    SELECT count(*), coalesce(min(m.id), 0) FROM delivery_message m
    WHERE m.company_id = %(company)s AND m.status = 'uncertain' AND NOT EXISTS (
        SELECT 1 FROM followup_task t
        WHERE t.company_id = m.company_id AND t.kind = 'message_uncertain'
          AND t.key = m.id::text AND t.done_on IS NULL)
"""
_NOT_ARCHIVED = """
    SELECT count(*), coalesce(min(m.id), 0) FROM delivery_message m
    LEFT JOIN archive_document d ON d.company_id = m.company_id AND d.sha256 = m.sha256
    WHERE m.company_id = %(company)s AND d.id IS NULL
"""

CHECKS = {
    "no_message_left_in_hand_over": _LEFT_BEHIND,
    "sent_message_was_accepted": _NEVER_ACCEPTED,
    "uncertain_message_has_its_task": _NOT_ASKED,
    "message_is_archived": _NOT_ARCHIVED,
}


def checks(company: Company) -> list[Check]:
    """Every invariant with its outcome."""
    found = []
    with connection.cursor() as cursor:
        for code, query in CHECKS.items():
            cursor.execute(query, {"company": company.pk, "lock": RUN_LOCK})
            count, first = cursor.fetchone()
            found.append(Check(code, not count, f"{count}, first {first}" if count else ""))
    return found
