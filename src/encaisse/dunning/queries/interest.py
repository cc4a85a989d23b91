"""Late interest and indemnity of a customer's late items, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from encaisse.dunning.core import charges
from encaisse.dunning.queries import facts
from encaisse.kernel.interest import Claim, LateInterest
from encaisse.ledger.models import Customer, OpenItem
from encaisse.ledger.queries.items import items as ledger_items
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class ItemInterest:
    """One late item's interest until a day; `indemnity` in minor units of `currency`."""

    number: str
    item_id: int
    currency: str
    due_date: date
    result: LateInterest
    indemnity: int


def interest(
    subject: Customer | OpenItem, *, company: Company, until: date
) -> list[ItemInterest]:
    """Every item of the customer that is open and late on that day, or the one item asked for.

    Paying an item does not erase its interest: an item named by itself is computed even when it
    is settled.
    """
    if isinstance(subject, OpenItem):
        chosen, customer = [subject], Customer.objects.get(pk=subject.customer_id)
    else:
        late = [
            row.id for row in ledger_items(company, until, customer=subject)
            if row.open_amount > 0 and row.due_date < until
        ]  # fmt: skip
        customer = subject
        chosen = list(OpenItem.objects.filter(pk__in=late).order_by("due_date", "number", "pk"))
    lowered = facts.reductions(company, [item.pk for item in chosen], until)
    law, regime = facts.law(company), charges.regime_of(customer.country, customer.segment)
    found, charged = [], set()
    for item in chosen:
        claim = Claim(item.amount, item.currency, item.due_date)
        result = charges.of_item(claim, regime, law, lowered.get(item.pk, []), until)
        fee = result.indemnity
        owed = bool(fee and fee.currency == item.currency and item.number not in charged)
        charged |= {item.number} if owed else set()
        found.append(
            ItemInterest(item.number, item.pk, item.currency, item.due_date, result,
                         fee.minor if fee and owed else 0)
        )  # fmt: skip
    return found
