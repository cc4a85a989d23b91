"""What a person decides about a line: apply, accept, refuse, assign, set aside, take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.cash.core.records import (
    Decision,
    Match,
    Reason,
    Receipt,
    Share,
    Source,
    Treatment,
    reason,
)
from encaisse.cash.models import BankLine, LineState, Verdict
from encaisse.cash.queries import lines
from encaisse.cash.queries.lines import Line
from encaisse.cash.services.applying import Hand, as_row, learn, write_applied
from encaisse.cash.services.locking import one_at_a_time
from encaisse.cash.services.matching import write_joins
from encaisse.kernel.money import plain
from encaisse.ledger.models import Allocation, Author, Customer, OpenItem
from encaisse.ledger.services import allocations as ledger
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

PERSON = "person"
"""The model of decisions that people made."""


@transaction.atomic
def apply_line(
    of: Line,
    wanted: Sequence[tuple[OpenItem, int | None]],
    *,
    company: Company,
    today: date,
    actor: Actor,
) -> list[Allocation]:
    """Apply a line to items as a person says; what is left over stays on account.

    An amount of None is all that is open on the item, or all that is left of the money. Credit
    notes are netted. Refused: `more_than_line`, `items_of_several_groups`, `line_is_used`…
    """
    hand = _begin(company, today, actor)
    receipt = _open_receipt(of)
    shares = _shares(receipt, wanted)
    customer = _customer(receipt, [item for item, _ in wanted])
    match = _match(receipt, customer, shares, reason("applied_by_person"))
    return _apply(match, of, hand)


@transaction.atomic
def accept_proposal(of: Line, *, company: Company, today: date, actor: Actor) -> list[Allocation]:
    """Apply what the machine proposed. Refused (`no_proposal`, `over_allocated`)."""
    hand = _begin(company, today, actor)
    kept = lines.proposal(of)
    receipt = _open_receipt(of, returned=kept.reverses_id is not None)
    if kept.customer_id is None:
        raise Refused("no_customer", line=of)
    shares = [Share(item, amount) for item, amount in kept.shares]
    why = reason("accepted_by_person", match=kept.pk)
    match = replace(_match(receipt, kept.customer_id, shares, why), reverses=kept.reverses_id)
    return _apply(match, of, hand)


@transaction.atomic
def reject_proposal(
    of: Line, *, company: Company, today: date, actor: Actor, words: str = ""
) -> None:
    """The proposal is wrong: it is not made again. Refused (`no_proposal`)."""
    hand = _begin(company, today, actor)
    kept = lines.proposal(of)
    shares = tuple(Share(item, amount) for item, amount in kept.shares)
    why = reason("rejected_by_a_person", words=words)
    match = Match(
        lines.as_receipt(of), Decision.LEFT, 0.0, kept.customer_id, shares, reasons=(why,)
    )
    as_row(match, hand, Verdict.REJECTED).save(force_insert=True)
    _tell("cash.proposal_rejected", of, hand, words=words)


@transaction.atomic
def assign_customer(
    of: BankLine, customer: Customer, *, company: Company, today: date, actor: Actor
) -> OpenItem:
    """The money is this customer's, for nothing yet: it stays on account."""
    hand = _begin(company, today, actor)
    _require_open(of)
    receipt = _open_receipt(of)
    match = _match(receipt, customer.pk, (), reason("assigned_by_person", customer=customer.code))
    _apply(match, of, hand)
    of.refresh_from_db()
    assert of.item is not None  # constraint bank_line_has_its_item
    return of.item


@transaction.atomic
def set_aside(
    of: BankLine, *, company: Company, today: date, actor: Actor, words: str = ""
) -> None:
    """No customer's money: the machine looks at it no longer. Safe to repeat."""
    hand = _begin(company, today, actor)
    of.refresh_from_db()
    if of.state == LineState.ASIDE:
        return
    _require_open(of)
    match = Match(
        _open_receipt(of, returned=True), Decision.LEFT, 1.0,
        reasons=(reason("set_aside_by_person", words=words),),
    )  # fmt: skip
    BankLine.objects.filter(pk=of.pk).update(state=LineState.ASIDE)
    as_row(match, hand).save(force_insert=True)
    _tell("cash.line_set_aside", of, hand, words=words)


@transaction.atomic
def join_line(
    of: BankLine, receipt: OpenItem, *, company: Company, today: date, actor: Actor
) -> None:
    """A person says that the ledger's receipt is the same money. Refused (`not_same_money`)."""
    hand = _begin(company, today, actor)
    _require_open(of)
    amounts = {-receipt.amount, receipt.treasury_amount}  # its own, and its whole entry's
    is_same = of.amount in amounts and of.currency == receipt.currency
    is_taken = BankLine.objects.filter(item=receipt).exists()
    if not is_same or is_taken or receipt.origin != "ledger":
        raise Refused("not_same_money", line=of, item=receipt.number)
    write_joins({of.pk: receipt.pk}, hand)
    _tell("cash.line_joined", of, hand, item=receipt.pk)


@transaction.atomic
def unapply(
    allocation_id: int, *, company: Company, today: date, actor: Actor, words: str = ""
) -> list[Allocation]:
    """Take one allocation back; the money stays on account. Refused (`already_reversed`)."""
    hand = _begin(company, today, actor)
    back = ledger.reverse([allocation_id], author=Author.PERSON, reason=words, **hand.by)
    payment = OpenItem.objects.get(pk=back[0].credit_id)
    of: Line = BankLine.objects.filter(item=payment).exclude(state="joined").first() or payment
    share = Share(back[0].debit_id, back[0].amount)
    receipt = lines.as_receipt(of)
    why = reason("undone_by_person", allocation=allocation_id, words=words)
    match = Match(receipt, Decision.LEFT, 1.0, payment.customer_id, (share,), reasons=(why,))
    as_row(match, hand, Verdict.UNDONE).save(force_insert=True)
    return back


def _begin(company: Company, today: date, actor: Actor) -> Hand:
    actor.require(Permission.CASH_POST, company)
    one_at_a_time(company)
    return Hand(company, actor, today, Author.PERSON, PERSON)


def _require_open(of: BankLine) -> None:
    of.refresh_from_db()
    if of.state not in {LineState.OPEN, LineState.ASIDE}:
        raise Refused("line_is_used", line=of)


def _open_receipt(of: Line, *, returned: bool = False) -> Receipt:
    """What is left of the line's money. Refused when it is used up, or left us."""
    of.refresh_from_db()
    if isinstance(of, BankLine) and of.state == LineState.APPLIED and of.item is not None:
        receipt = replace(lines.as_receipt(of.item), payer_iban=of.counterparty_iban)
    elif isinstance(of, BankLine) and of.state not in {LineState.OPEN, LineState.ASIDE}:
        raise Refused("line_is_used", line=of)
    else:
        receipt = lines.as_receipt(of)
    if receipt.amount == 0:
        raise Refused("line_is_used", line=of)
    if receipt.amount < 0 and not returned:
        raise Refused("line_is_not_money_in", line=of)
    return receipt


def _shares(receipt: Receipt, wanted: Sequence[tuple[OpenItem, int | None]]) -> list[Share]:
    """What each item gets: credit notes first, then debits in the order they were named."""
    still = ledger.open_amounts(item.pk for item, _ in wanted)
    left = receipt.amount
    found = []
    for item, amount in sorted(wanted, key=lambda one: one[0].amount > 0):
        rest = still[item.pk]
        share = rest if amount is None else amount
        if amount is None and rest > 0:
            share = min(rest, left)
        if rest < 0:
            share = -abs(share)
        if share == 0 or abs(share) > abs(rest):
            open_now = plain(rest, item.currency)
            raise Refused("more_than_open_on_item", number=item.number, open=open_now)
        found.append(Share(item.pk, share))
        left -= share
    if left < 0:
        beyond = plain(-left, receipt.currency)
        raise Refused("more_than_line", beyond=beyond)
    if left > receipt.amount:
        raise Refused("credit_notes_beyond_debits")
    return found


def _customer(receipt: Receipt, items: Sequence[OpenItem]) -> int:
    """Whose payment it becomes: the line's own customer, or that of the items."""
    if receipt.customer is not None:
        return receipt.customer
    owners = {item.customer_id for item in items}
    heads = dict(Customer.objects.filter(pk__in=owners).values_list("pk", "head_id"))
    groups = {head or customer for customer, head in heads.items()}
    if len(groups) != 1:
        raise Refused("items_of_several_groups")
    return items[0].customer_id


def _match(receipt: Receipt, customer: int, shares: Sequence[Share], why: Reason) -> Match:
    rest = receipt.amount - sum(share.amount for share in shares)
    return Match(
        receipt, Decision.APPLIED, 1.0, customer, tuple(shares), rest,
        Treatment.ON_ACCOUNT if rest else Treatment.NONE, (why,),
    )  # fmt: skip


def _apply(match: Match, of: Line, hand: Hand) -> list[Allocation]:
    before = Allocation.objects.filter(company=hand.company).order_by("-pk").first()
    write_applied([match], hand)
    if isinstance(of, BankLine) and match.receipt.source is Source.LEDGER:
        kept = replace(match, receipt=replace(match.receipt, source=Source.BANK, id=of.pk))
    else:
        kept = match
    as_row(kept, hand).save(force_insert=True)
    if match.reverses is None:
        learn([match], hand, confirmed=True)
    _tell("cash.line_applied", of, hand, shares=[[s.item, s.amount] for s in match.shares])
    added = Allocation.objects.filter(company=hand.company, pk__gt=before.pk if before else 0)
    ours = {share.item for share in match.shares}
    return [
        one
        for one in added.select_related("debit", "credit").order_by("pk")
        if one.debit_id in ours
    ]


def _tell(action: str, of: Line, hand: Hand, **data: object) -> None:
    subject = str(of) if isinstance(of, BankLine) else f"item {of.pk}"
    audit.record(action, actor=hand.actor, company=hand.company, subject=subject, **data)
