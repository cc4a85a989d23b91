"""What is promised, disputed, to do and noted."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from encaisse.followup.models import Dispute, Note, Promise, PromisedItem, PromiseState, Task
from encaisse.ledger.models import Customer
from encaisse.teams.models import Company

PROMISED_UNTIL = """
    SELECT r.item_id, max(p.awaited_until) AS promised_until
    FROM followup_promise p JOIN followup_promiseditem r ON r.promise_id = p.id
    WHERE p.company_id = %(company)s AND p.state = 'open' AND p.recorded_on <= %(today)s
    GROUP BY r.item_id
"""
"""Items with an open promise and the last day on which it is awaited."""

DISPUTED = """
    SELECT DISTINCT item_id FROM followup_dispute
    WHERE company_id = %(company)s AND closed_on IS NULL AND opened_on <= %(today)s
"""
"""Items with an open dispute."""

PROMISE_DATES = """
    SELECT r.item_id, max(p.awaited_until) AS awaited_until
    FROM followup_promise p JOIN followup_promiseditem r ON r.promise_id = p.id
    WHERE p.company_id = %(company)s AND p.state IN ('open', 'kept')
    GROUP BY r.item_id
"""
"""Items promised and not broken, with the last day of grace: settled by then, it was kept."""


def promises(company: Company, *, customer: Customer | None = None) -> QuerySet[Promise]:
    """Promises by date, newest last; of one customer if given."""
    found = Promise.objects.filter(company=company).select_related("customer")
    return (found if customer is None else found.filter(customer=customer)).order_by("date", "pk")


def promises_awaited(company: Company, today: date) -> QuerySet[Promise]:
    """Open promises whose grace has not passed."""
    return promises(company).filter(state=PromiseState.OPEN, awaited_until__gte=today)


def promise_of_item(company: Company, item_id: int) -> PromisedItem | None:
    """The open promise for an item, if there is one."""
    return (
        PromisedItem.objects.filter(company=company, item=item_id, promise__state=PromiseState.OPEN)
        .select_related("promise")
        .first()
    )


def open_disputes(company: Company, *, customer: Customer | None = None) -> QuerySet[Dispute]:
    """Open disputes, oldest first; of one customer if given."""
    found = Dispute.objects.filter(company=company, closed_on=None).select_related("item")
    return (found if customer is None else found.filter(item__customer=customer)).order_by(
        "opened_on", "pk"
    )


def open_tasks(company: Company, *, customer: Customer | None = None) -> QuerySet[Task]:
    """What is to be done, most urgent first; for one customer if given."""
    found = Task.objects.filter(company=company, done_on=None).select_related("customer")
    return (found if customer is None else found.filter(customer=customer)).order_by("due_on", "pk")


def notes(company: Company, customer: Customer) -> QuerySet[Note]:
    """Notes about a customer, newest first."""
    return Note.objects.filter(company=company, customer=customer).order_by("-at", "-pk")
