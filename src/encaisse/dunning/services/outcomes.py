"""Learn what became of the messages: what was delivered counts, what came back does not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from encaisse.followup import services as followup
from encaisse.followup.services import TaskFacts
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

_ACCEPTED = "('sent', 'delivered')"
_CAME_BACK = "('bounced', 'failed', 'cancelled')"

_DELIVERED = f"""
    UPDATE dunning_itemstep s SET state = 'delivered'
    WHERE s.company_id = %(company)s AND s.state = 'pending' AND EXISTS (
        SELECT 1 FROM delivery_message m
        WHERE m.id = ANY (s.message_ids) AND m.status IN {_ACCEPTED})
"""  # noqa: S608 - no value from outside

_RETURNED_NOTICES = f"""
    UPDATE dunning_notice n SET state = 'returned'
    FROM delivery_message m
    WHERE n.company_id = %(company)s AND n.state = 'sent' AND m.id = n.message_id
      AND n.channel NOT IN ('call', 'task') AND m.status IN {_CAME_BACK}
    RETURNING n.id, n.customer_id, n.message_id, n.sent_on, m.status
"""  # noqa: S608 - no value from outside

_RETURNED_STEPS = f"""
    UPDATE dunning_itemstep s SET state = 'returned'
    WHERE s.company_id = %(company)s AND s.state <> 'returned'
      AND s.message_ids && %(messages)s::bigint[]
      AND NOT EXISTS (
        SELECT 1 FROM delivery_message m
        WHERE m.id = ANY (s.message_ids) AND m.status NOT IN {_CAME_BACK})
"""  # noqa: S608 - no value from outside


def collect(company: Company, *, today: date, actor: Actor) -> int:
    """Count the steps whose message was accepted, give back those whose message came back.

    A message that came back opens a task; a cancelled one never left and opens none. Returns how
    many came back; running it again does nothing.
    """
    params: dict[str, Any] = {"company": company.pk}
    with connection.cursor() as cursor:
        cursor.execute(_RETURNED_NOTICES, params)
        returned = cursor.fetchall()
        if returned:
            params["messages"] = [message for _, _, message, _, _ in returned]
            cursor.execute(_RETURNED_STEPS, params)
        cursor.execute(_DELIVERED, params)
    customers = Customer.objects.in_bulk([customer for _, customer, _, _, _ in returned])
    for _, customer, message, sent_on, status in returned:
        if status == "cancelled":
            continue  # it never left: it is planned anew, nobody's address is wrong
        followup.open_task(
            TaskFacts("message_returned", str(message), customers[customer],
                      {"date": str(sent_on)}),
            company=company, today=today, actor=actor,
        )  # fmt: skip
    return len(returned)
