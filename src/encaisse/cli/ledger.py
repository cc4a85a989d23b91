"""Items, customers and the aged balance from the command line."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from encaisse.cli.session import Session
from encaisse.cli.table import table
from encaisse.kernel.money import plain
from encaisse.ledger.core.aging import NAMES, AgedBalance, totals
from encaisse.ledger.queries import aging as aging_queries
from encaisse.ledger.queries import customers as customer_queries
from encaisse.ledger.queries import find
from encaisse.ledger.queries import items as item_queries

DAY = click.DateTime(["%Y-%m-%d"])


def as_of(session: Session, chosen: Any) -> date:
    """The day of ``--as-of``, or today."""
    return chosen.date() if chosen else session.today


@click.command()
@click.option("--customer", "ref", default="", help="Only this customer's.")
@click.option("--status", type=click.Choice(["open", "settled", "all"]), default="open")
@click.option("--as-of", "on", type=DAY)
@click.pass_obj
def items(session: Session, ref: str, status: str, on: Any) -> None:
    """Items at a date; "open" includes partly paid."""
    company = session.company()
    customer = find.customer(ref, company=company) if ref else None
    rows = item_queries.items(company, as_of(session, on), status=status, customer=customer)
    document = [
        {
            "id": str(row.id), "customer": row.customer, "number": row.number, "kind": row.kind,
            "issue_date": row.issue_date, "due_date": row.due_date,
            "due_date_source": row.due_date_source, "currency": row.currency,
            "amount": plain(row.amount, row.currency),
            "open_amount": plain(row.open_amount, row.currency), "status": row.status,
            "label": row.label, "order_number": row.order_number, "origin": row.origin,
        }
        for row in rows
    ]  # fmt: skip
    shown = ("customer", "number", "kind", "due_date", "open_amount", "currency", "status")
    session.answer({"items": document}, lambda: table(document, shown))


@click.command()
@click.option("--customer", "ref", default="")
@click.option("--as-of", "on", type=DAY)
@click.pass_obj
def customers(session: Session, ref: str, on: Any) -> None:
    """Customers with their balances; one entry for each currency they owe in."""
    company = session.company()
    one = find.customer(ref, company=company) if ref else None
    rows = customer_queries.customers(company, as_of(session, on), customer=one)
    document = [
        {
            "ref": row.ref, "name": row.name, "siren": row.siren, "segment": row.segment,
            "group": row.head, "language": row.language, "email": row.email,
            "currency": row.currency, "balance": plain(row.balance, row.currency),
            "overdue": plain(row.overdue, row.currency),
            "oldest_days_late": row.oldest_days_late,
        }
        for row in rows
    ]  # fmt: skip
    shown = ("ref", "name", "balance", "overdue", "currency", "oldest_days_late")
    session.answer({"customers": document}, lambda: table(document, shown))


@click.command()
@click.option("--as-of", "on", type=DAY)
@click.pass_obj
def aging(session: Session, on: Any) -> None:
    """The aged balance."""
    company, day = session.company(), as_of(session, on)
    rows = aging_queries.by_customer(company, day)
    summed = totals(rows) or [AgedBalance("", company.currency, aging_queries.NOTHING, 0)]
    document = {
        "as_of": day,
        "totals": [_aged(row) for row in summed],
        "customers": [{"ref": row.ref, **_aged(row)} for row in rows],
    }
    session.answer(document, lambda: _aging_text(rows, summed))


def _aged(row: AgedBalance) -> dict[str, Any]:
    return {
        "currency": row.currency,
        "balance": plain(row.balance, row.currency),
        "unapplied": plain(row.unapplied, row.currency),
        "buckets": {one.name: plain(getattr(row.buckets, one.name), row.currency) for one in NAMES},
    }


def _aging_text(rows: list[AgedBalance], summed: list[AgedBalance]) -> str:
    flat = [{"ref": row.ref or "=", **(entry := _aged(row)), **entry["buckets"]}
            for row in [*rows, *summed]]  # fmt: skip
    return table(flat, ("ref", "balance", "unapplied", *(one.name for one in NAMES), "currency"))


COMMANDS = (items, customers, aging)
