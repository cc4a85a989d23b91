"""Late interest and indemnity of a customer's late items, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from encaisse.dunning.core import charges
from encaisse.dunning.queries import facts
from encaisse.kernel.interest import Claim, LateInterest
from encaisse.kernel.money import plain
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
    due_date_source: str
    result: LateInterest
    indemnity: int


def interest(subject: Customer | OpenItem, *, company: Company, until: date) -> list[ItemInterest]:
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
            ItemInterest(item.number, item.pk, item.currency, item.due_date,
                         item.due_date_source, result, fee.minor if fee and owed else 0)
        )  # fmt: skip
    return found


def document(subject: Customer | OpenItem, *, company: Company, until: date) -> dict[str, Any]:
    """``{items: [{number, periods, interest, indemnity}], total, totals}`` as printed.

    `total` is interest and indemnity of the only currency there is; with several, those of the
    company's own, and `totals` has them all.
    """
    found = interest(subject, company=company, until=until)
    sums: dict[str, list[int]] = {}
    for one in found:
        figures = sums.setdefault(one.currency, [0, 0])
        figures[0] += one.result.interest
        figures[1] += one.indemnity
    totals = [
        {"currency": currency, "interest": plain(earned, currency),
         "indemnity": plain(fees, currency), "total": plain(earned + fees, currency)}
        for currency, (earned, fees) in sorted(sums.items())
    ]  # fmt: skip
    chosen = company.currency if company.currency in sums or len(sums) != 1 else next(iter(sums))
    return {
        "until": until.isoformat(),
        "items": [_item(one) for one in found],
        "total": plain(sum(sums.get(chosen, [0, 0])), chosen),
        "currency": chosen,
        "totals": totals,
    }


def _item(one: ItemInterest) -> dict[str, Any]:
    missing = one.result.rate_missing_from
    return {
        "number": one.number,
        "item_id": str(one.item_id),
        "currency": one.currency,
        "due_date": one.due_date.isoformat(),
        "due_date_source": one.due_date_source,
        "days_late": one.result.days,
        "periods": [
            {"from": period.start.isoformat(), "to": period.end.isoformat(),
             "days": period.days, "base": plain(period.base, one.currency),
             "rate": str(period.rate), "interest": plain(period.interest, one.currency)}
            for period in one.result.periods
        ],
        "interest": plain(one.result.interest, one.currency),
        "indemnity": plain(one.indemnity, one.currency),
        "rate_missing_from": missing.isoformat() if missing else None,
    }  # fmt: skip
