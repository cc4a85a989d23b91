"""Settle debits with credits, and take it back. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, IntegrityError, connection, transaction

from encaisse.audit import services as audit
from encaisse.ledger.models import Allocation, Author, ItemBalance, OpenItem
from encaisse.ledger.services import balances
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class Settlement:
    """So much (positive, minor units) of the credit item settles the debit item."""

    debit_id: int
    credit_id: int
    amount: int
    date: date
    reason: str = ""


@transaction.atomic
def allocate(
    settlements: Sequence[Settlement],
    *,
    company: Company,
    author: Author,
    today: date,
    actor: Actor,
) -> list[Allocation]:
    """Write the allocations, all or none.

    Refused (`over_allocated`, `allocation_mismatch`) by the constraints of the database.
    """
    actor.require(Permission.CASH_POST, company)
    touched = {side for one in settlements for side in (one.debit_id, one.credit_id)}
    with refusing():
        lock_items(touched)
        currencies = dict(OpenItem.objects.filter(pk__in=touched).values_list("pk", "currency"))
        rows = Allocation.objects.bulk_create(
            Allocation(
                company=company,
                debit_id=one.debit_id,
                credit_id=one.credit_id,
                currency=currencies.get(one.debit_id, ""),
                amount=one.amount,
                date=one.date,
                author=author,
                decided_by=actor.name,
                reason=one.reason,
            )
            for one in settlements
        )
    balances.refresh_of_items(touched, company=company, today=today)
    audit.record(
        "ledger.allocated",
        actor=actor,
        company=company,
        subject=",".join(str(row.pk) for row in rows),
        allocations=[[row.debit_id, row.credit_id, row.amount, row.reason] for row in rows],
        author=author,
    )
    return rows


@transaction.atomic
def reverse(
    allocation_ids: Iterable[int],
    *,
    company: Company,
    author: Author,
    today: date,
    actor: Actor,
    reason: str = "",
) -> list[Allocation]:
    """Take allocations back by rows of their own, dated today; the items are open again.

    Refused (`already_reversed`) when one is unknown, is a reversal, or has been reversed.
    """
    actor.require(Permission.CASH_POST, company)
    wanted = set(allocation_ids)
    rows = list(
        Allocation.objects.filter(
            company=company, pk__in=wanted, reverses=None, reversal=None
        ).order_by("pk")
    )
    if len(rows) != len(wanted):
        raise Refused("already_reversed")
    touched = {side for row in rows for side in (row.debit_id, row.credit_id)}
    with refusing():
        lock_items(touched)
        back = Allocation.objects.bulk_create(
            Allocation(
                company=company,
                debit_id=row.debit_id,
                credit_id=row.credit_id,
                currency=row.currency,
                amount=-row.amount,
                date=max(today, row.date),
                author=author,
                decided_by=actor.name,
                reason=reason,
                reverses=row,
            )
            for row in rows
        )
    balances.refresh_of_items(touched, company=company, today=today)
    audit.record(
        "ledger.allocation_reversed",
        actor=actor,
        company=company,
        subject=",".join(str(row.pk) for row in rows),
        reason=reason,
        author=author,
    )
    return back


@contextmanager
def refusing() -> Iterator[None]:
    """Turn the database's refusals into ours; the savepoint inside is rolled back."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(_code_of(error)) from error


def _code_of(error: DatabaseError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    known = {
        "never_over_allocated": "over_allocated",
        "allocation_fits": "allocation_mismatch",
        "reversal_fits": "already_reversed",
        "ledger_allocation_reverses_id_key": "already_reversed",
    }
    if name not in known:
        raise error
    return known[name]


def lock_items(item_ids: set[int]) -> None:
    """Lock the items in one order, so that two payments never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_openitem WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE",
            [sorted(item_ids)],
        )


def open_amounts(item_ids: Iterable[int]) -> dict[int, int]:
    """What is open now on each of these items, in minor units."""
    kept = ItemBalance.objects.filter(pk__in=list(item_ids))
    return dict(kept.values_list("pk", "open"))
