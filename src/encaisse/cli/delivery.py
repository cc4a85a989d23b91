"""What was sent and received, from the command line."""

from __future__ import annotations

from typing import Any

import click

from encaisse.cli.ledger import DAY
from encaisse.cli.session import Session
from encaisse.cli.table import table
from encaisse.delivery.queries.messages import as_document
from encaisse.delivery.queries.messages import messages as found
from encaisse.ledger.queries import find


@click.command()
@click.option("--customer", "ref", default="", help="Only this customer's.")
@click.option("--from", "start", type=DAY)
@click.option("--to", "end", type=DAY)
@click.pass_obj
def messages(session: Session, ref: str, start: Any, end: Any) -> None:
    """What was sent and received."""
    company = session.company()
    customer = find.customer(ref, company=company) if ref else None
    rows = found(
        company,
        customer=customer,
        start=start.date() if start else None,
        end=end.date() if end else None,
    )
    document = [as_document(row) for row in rows]
    shown = ("day", "customer", "channel", "to", "step", "total", "currency", "status")
    session.answer({"messages": document}, lambda: table(document, shown))


COMMANDS = (messages,)
