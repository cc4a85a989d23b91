"""Matching, applying and taking back, from the command line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from encaisse.cash.queries import lines
from encaisse.cash.queries.documents import run_document
from encaisse.cash.services import people
from encaisse.cash.services.matching import run_match
from encaisse.cli.session import Session
from encaisse.cli.table import table
from encaisse.kernel.money import Money
from encaisse.ledger.models import Allocation, OpenItem
from encaisse.ledger.queries import find
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company


@click.command()
@click.option("--dry-run", "is_trial", is_flag=True, help="Show, and change nothing.")
@click.option("--propose-only", is_flag=True, help="Apply nothing by machine.")
@click.pass_obj
def match(session: Session, is_trial: bool, propose_only: bool) -> None:
    """Match unapplied bank lines and unallocated receipts of the ledger."""
    company = session.company() if is_trial else session.writing()
    run = run_match(
        company,
        today=session.today,
        actor=session.actor,
        is_trial=is_trial,
        propose_only=propose_only,
    )
    document = run_document(run)
    session.answer(document, lambda: _match_text(document))


def _match_text(document: dict[str, Any]) -> str:
    rows = [
        one | {
            "numbers": " ".join(share["number"] for share in one["allocations"])[:60],
            "why": one["reasons"][-1]["text"] if one["reasons"] else "",
        }
        for one in document["lines"]
    ]  # fmt: skip
    shown = ("id", "date", "amount", "currency", "decision", "customer", "numbers", "why")
    counts = " · ".join(
        f"{name} {count}" for name, count in document["summary"].items() if name != "amounts"
    )
    return f"{table(rows, shown)}\n{counts}"


@click.command()
@click.argument("line")
@click.option("--items", "wanted", required=True, metavar="N[=AMOUNT],…")
@click.pass_obj
def apply(session: Session, line: str, wanted: str) -> None:
    """Apply a bank line or a receipt to items; the rest stays on account."""
    company = session.writing()
    of = lines.line(line, company=company)
    written = people.apply_line(
        of,
        items_of(wanted, company, of.currency),
        company=company,
        today=session.today,
        actor=session.actor,
    )
    _answer(session, written)


def items_of(wanted: str, company: Company, currency: str) -> list[tuple[OpenItem, int | None]]:
    """The items of ``N[=AMOUNT],…`` with amounts in minor units; None for all that is open.

    Unknown (`wrong_items`, `unknown_item`, `ambiguous_item`).
    """
    found: list[tuple[OpenItem, int | None]] = []
    for part in filter(None, (one.strip() for one in wanted.split(","))):
        ref, equals, text = part.partition("=")
        amount = _minor(text, currency, wanted) if equals else None
        found.append((find.item(ref.strip(), company=company), amount))
    if not found or len({item.pk for item, _ in found}) != len(found):
        raise Unknown("wrong_items", given=wanted)
    return found


def _minor(text: str, currency: str, wanted: str) -> int:
    try:
        return Money.of(Decimal(text.strip()), currency).minor
    except (InvalidOperation, ValueError, OverflowError):
        raise Unknown("wrong_items", given=wanted) from None


@click.command()
@click.argument("allocation")
@click.option("--reason", "words", default="", help="Why, in a person's words.")
@click.pass_obj
def unapply(session: Session, allocation: str, words: str) -> None:
    """Take an allocation back; the money stays on account."""
    company = session.writing()
    if not allocation.isdecimal() or len(allocation) > 18:
        raise Unknown("unknown_allocation", ref=allocation)
    if not Allocation.objects.filter(company=company, pk=int(allocation)).exists():
        raise Unknown("unknown_allocation", ref=allocation)
    back = people.unapply(
        int(allocation), company=company, today=session.today, actor=session.actor, words=words
    )
    _answer(session, back)


def _answer(session: Session, written: list[Allocation]) -> None:
    rows = Allocation.objects.select_related("debit").filter(pk__in=[one.pk for one in written])
    document = [lines.allocation_document(one) for one in rows.order_by("pk")]
    shown = ("id", "number", "amount", "currency", "date")
    session.answer({"allocations": document}, lambda: table(document, shown))


COMMANDS = (match, apply, unapply)
