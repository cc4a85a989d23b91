"""Stop everything for a customer or an item, and let it go on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.dunning.models import Block, BlockKind
from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@transaction.atomic
def block(
    subject: Customer | OpenItem, *, until: date, reason: str, company: Company, actor: Actor
) -> Block:
    """Nothing leaves for this customer or item up to and with a day.

    An earlier block of the same subject is replaced. Refused: `block_ends_in_the_past`,
    `block_without_reason`.
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    if until < actor.today:
        raise Refused("block_ends_in_the_past", until=until, today=actor.today)
    if not reason.strip():
        raise Refused("block_without_reason")
    _lift(subject, company=company, actor=actor)
    return _create(subject, BlockKind.PERSON, until, reason, company=company, actor=actor)


@transaction.atomic
def record_insolvency(customer: Customer, *, reason: str, company: Company, actor: Actor) -> Block:
    """The customer is insolvent: everything stops until somebody lifts it.

    Dunning on debts before the judgment must stop at once (C. com., art. L622-7 and L622-21).
    """
    actor.require(Permission.FOLLOWUP_WRITE, company)
    standing = Block.objects.filter(
        company=company, customer=customer, kind=BlockKind.INSOLVENCY, lifted_on=None
    ).first()
    if standing is not None:
        return standing
    return _create(customer, BlockKind.INSOLVENCY, None, reason, company=company, actor=actor)


@transaction.atomic
def unblock(subject: Customer | OpenItem, *, company: Company, actor: Actor) -> int:
    """Lift every block of this customer or item; how many. Refused: `not_blocked`."""
    actor.require(Permission.FOLLOWUP_WRITE, company)
    lifted = _lift(subject, company=company, actor=actor, every=True)
    if not lifted:
        raise Refused("not_blocked", ref=subject)
    audit.record("dunning.unblocked", actor=actor, company=company, subject=str(subject),
                 blocks=lifted)  # fmt: skip
    return lifted


def _lift(
    subject: Customer | OpenItem, *, company: Company, actor: Actor, every: bool = False
) -> int:
    standing = Block.objects.filter(company=company, lifted_on=None)
    if isinstance(subject, Customer):
        standing = standing.filter(customer=subject)
    else:
        standing = standing.filter(item=subject)
    if not every:
        standing = standing.filter(kind=BlockKind.PERSON)
    return standing.update(lifted_on=actor.today, lifted_by=actor.name)


def _create(
    subject: Customer | OpenItem, kind: BlockKind, until: date | None, reason: str, *,
    company: Company, actor: Actor,
) -> Block:  # fmt: skip
    found = Block.objects.create(
        company=company,
        customer=subject if isinstance(subject, Customer) else None,
        item=subject if isinstance(subject, OpenItem) else None,
        kind=kind,
        until=until,
        reason=reason.strip()[:400],
        created_on=actor.today,
        created_by=actor.name,
    )
    audit.record(
        "dunning.blocked", actor=actor, company=company, subject=str(subject), kind=kind,
        until=until, reason=reason,
    )  # fmt: skip
    return found
