"""Single items that people and payments make."""

from __future__ import annotations

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
    """Money that reached us from a customer. `amount` is positive."""

    customer: Customer
    amount: Money
    date: date
    number: str
    label: str = ""
    origin: Origin = Origin.BANK


@transaction.atomic
def record_receipt(receipt: Receipt, *, company: Company, today: date, actor: Actor) -> OpenItem:
    """The payment as an open credit of the customer, ready to be allocated."""
    actor.require(Permission.CASH_POST, company)
    item = OpenItem.objects.create(
        company=company,
        customer=receipt.customer,
        kind=ItemKind.PAYMENT,
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
    balances.refresh(company, today=today, customers=[receipt.customer.pk])
    audit.record(
        "ledger.receipt_recorded",
        actor=actor,
        company=company,
        subject=f"{receipt.customer.code}:{receipt.number}",
        item=item.pk,
        amount=receipt.amount.plain,
        currency=receipt.amount.currency,
    )
    return item


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
