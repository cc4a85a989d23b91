"""Single items that people and payments make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.kernel.money import Money
from encaisse.kernel.references import number_key
from encaisse.ledger.models import Customer, ItemKind, OpenItem, Origin
from encaisse.ledger.services import balances
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that reached us from a customer. `amount` is positive; taken back, negative."""

    customer: Customer
    amount: Money
    date: date
    number: str
    label: str = ""
    origin: Origin = Origin.BANK


def record_receipt(receipt: Receipt, *, company: Company, today: date, actor: Actor) -> OpenItem:
    """The payment as an open credit of the customer, ready to be allocated."""
    return record_receipts([receipt], company=company, today=today, actor=actor)[0]


@transaction.atomic
def record_receipts(
    receipts: Sequence[Receipt], *, company: Company, today: date, actor: Actor
) -> list[OpenItem]:
    """Payments as open credits in the order given; money taken back as open debits."""
    actor.require(Permission.CASH_POST, company)
    items = OpenItem.objects.bulk_create(
        (
            OpenItem(
                company=company,
                customer=receipt.customer,
                kind=ItemKind.PAYMENT if receipt.amount.minor >= 0 else ItemKind.DEBIT_NOTE,
                number=receipt.number[:100],
                search_key=number_key(receipt.number)[:100],
                issue_date=receipt.date,
                due_date=receipt.date,
                due_date_source="file",
                currency=receipt.amount.currency,
                amount=-receipt.amount.minor,
                label=receipt.label[:300],
                origin=receipt.origin,
            )
            for receipt in receipts
        ),
        batch_size=2000,
    )
    customers = {receipt.customer.pk for receipt in receipts}
    balances.refresh(company, today=today, customers=customers)
    audit.record(
        "ledger.receipt_recorded",
        actor=actor,
        company=company,
        subject=",".join(f"{one.customer.code}:{one.number}" for one in receipts[:10]),
        receipts=[[item.pk, item.customer_id, item.amount, item.currency] for item in items],
    )
    return items


@transaction.atomic
def change_due_date(item: OpenItem, due_date: date, *, company: Company, actor: Actor) -> OpenItem:
    """A person knows better than the file when the item is due."""
    actor.require(Permission.LEDGER_POST, company)
    before = item.due_date
    item.due_date, item.due_date_source = due_date, "person"
    item.save(update_fields=["due_date", "due_date_source"])
    balances.refresh(company, today=actor.today, customers=[item.customer_id])
    audit.record(
        "ledger.due_date_changed",
        actor=actor,
        company=company,
        subject=str(item.pk),
        before=before,
        after=due_date,
    )
    return item
