"""Promises and disputes from the command line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from encaisse.cli.ledger import DAY
from encaisse.cli.session import Session
from encaisse.cli.table import table
from encaisse.followup import queries, services
from encaisse.followup.services import PromisedPart
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.money import Money, plain
from encaisse.ledger.models import Customer, OpenItem
from encaisse.ledger.queries import find
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company


@click.command()
@click.argument("ref", metavar="CUSTOMER")
@click.option("--items", "parts", required=True, help="N[=AMOUNT],…")
@click.option("--date", "day", type=DAY, required=True)
@click.option("--channel", default="", help="How it was made: phone, email…")
@click.pass_obj
def promise(session: Session, ref: str, parts: str, day: Any, channel: str) -> None:
    """A customer will pay these items by a date."""
    company = session.writing()
    customer = find.customer(ref, company=company)
    made = services.record_promise(
        customer,
        [_part(one, customer, company) for one in parts.split(",") if one.strip()],
        promised=day.date(), company=company, actor=session.actor, channel=channel,
    )  # fmt: skip
    rows = made.items.select_related("item").order_by("pk")
    document = {
        "id": str(made.pk), "customer": customer.code, "date": made.date,
        "awaited_until": made.awaited_until, "state": made.state, "currency": made.currency,
        "items": [
            {"number": row.item.number, "item_id": str(row.item_id),
             "amount": plain(row.amount, made.currency)}
            for row in rows
        ],
        "total": plain(sum(row.amount for row in rows), made.currency),
        "by": made.recorded_by,
    }  # fmt: skip
    session.answer(document, lambda: f"{customer.code} · {made.date} · {document['total']}")


def _part(text: str, customer: Customer, company: Company) -> PromisedPart:
    ref, equals, amount = text.strip().partition("=")
    item = find.item(ref, company=company, of=customer)
    return PromisedPart(item, _minor(amount, item) if equals else None)


def _minor(text: str, item: OpenItem) -> int:
    try:
        return Money.of(Decimal(text.replace(",", ".")), item.currency).minor
    except InvalidOperation:
        raise Unknown("wrong_amount", value=text) from None


@click.command()
@click.argument("ref", metavar="ITEM")
@click.option("--reason", required=True, help="Code of the reason.")
@click.option("--amount", default="", help="Only this much; else all that is open.")
@click.pass_obj
def dispute(session: Session, ref: str, reason: str, amount: str) -> None:
    """A customer objects to an item."""
    company = session.writing()
    item = find.item(ref, company=company)
    made = services.open_dispute(
        item, reason=reason, company=company, actor=session.actor,
        amount=_minor(amount, item) if amount else None,
    )  # fmt: skip
    customer = Customer.objects.get(pk=item.customer_id)
    document = {
        "id": str(made.pk), "customer": customer.code, "item": item.number,
        "item_id": str(item.pk), "reason": made.reason, "currency": item.currency,
        "amount": plain(made.amount, item.currency), "opened_on": made.opened_on,
        "by": made.opened_by,
    }  # fmt: skip
    session.answer(document, lambda: f"{item.number} · {made.reason} · {document['amount']}")


@click.command()
@click.option("--customer", "ref", default="")
@click.pass_obj
def tasks(session: Session, ref: str) -> None:
    """What waits for a person."""
    company = session.company()
    customer = find.customer(ref, company=company) if ref else None
    rows = [
        {"id": str(task.pk), "kind": task.kind, "due_on": task.due_on,
         "customer": task.customer.code if task.customer else None,
         "text": sentence(f"task_{task.kind}", {k: str(v) for k, v in task.facts.items()}),
         "facts": task.facts}
        for task in queries.open_tasks(company, customer=customer)
    ]  # fmt: skip
    session.answer({"tasks": rows}, lambda: table(rows, ("due_on", "customer", "text")))


COMMANDS = (promise, dispute, tasks)
