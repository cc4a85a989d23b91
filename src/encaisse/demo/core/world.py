"""The whole story from a seed: who buys, who pays, what the banks and the bookkeeper see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from encaisse.demo.core import (
    cashbook,
    company,
    customers,
    letters,
    paying,
    receipts,
    sales,
    statements,
)
from encaisse.demo.core.records import (
    Adjustment,
    Customer,
    Document,
    Profile,
    Receipt,
    Share,
    World,
)

DOUBTFUL_AFTER = 20
"""Days from the judgment until the bookkeeper moves what is open to the doubtful customers."""


def build(seed: int, today: date, profile: Profile, *, anchor: date | None = None) -> World:
    """Everything that happened up to `today`.

    The same arguments give the same world. A world built for a later day with the same `anchor`
    (the day around which the insolvencies are placed; default `today`) repeats this one's past.
    """
    span = sales.period(today)
    people = customers.build(seed, profile, anchor or today)
    documents, plans = _documents(seed, people, span)
    by_number = {one.number: one for one in documents}
    offsets = _adjustments(plans, documents, span)
    money = receipts.build(
        seed,
        people,
        by_number,
        (intent for plan in plans.values() for intent in plan.intents),
        _waiting_credits(documents, offsets, plans),
        span,
    )
    lines = statements.of_receipts(seed, money, span)
    seen = {receipt.key for line in lines for receipt in line.details}
    money = [receipt for receipt in money if receipt.key in seen]
    offsets += _doubtful(people, documents, money, offsets, span)
    others = cashbook.movements(seed, documents, lines, span)
    movements = statements.numbered([*lines, *others], span)
    world = World(
        seed=seed,
        today=today,
        ledger_date=span.ledger_date,
        profile=profile,
        company=company.orvalume(),
        customers=people,
        documents=tuple(documents),
        receipts=tuple(money),
        adjustments=tuple(offsets),
        movements=movements,
        letters=(),
    )
    left = open_amounts(documents, money, offsets, today)
    return replace(world, letters=letters.build(world, left))


def _documents(
    seed: int, people: tuple[Customer, ...], span: sales.Period
) -> tuple[list[Document], dict[str, paying.Plan]]:
    """Invoices and numbered credit notes up to the ledger's date, and the plan of each invoice."""
    by_code = {one.code: one for one in people}
    invoices = sales.invoices(seed, people, span)
    plans: dict[str, paying.Plan] = {}
    drafts: list[Document] = []
    for invoice in invoices:
        customer = by_code[invoice.customer]
        draft = sales.credit_draft(seed, invoice, customer)
        plan = plans[invoice.number] = paying.plan(seed, customer, invoice, draft)
        drafts += [one for one in (draft, plan.claim) if one is not None]
    drafts.sort(key=lambda one: (one.issued, one.related, one.label))
    notes = [one for one in sales.numbered(drafts, "AV") if one.issued <= span.ledger_date]
    documents = sorted([*invoices, *notes], key=lambda one: (one.issued, one.number))
    return documents, plans


def _adjustments(
    plans: Mapping[str, paying.Plan], documents: list[Document], span: sales.Period
) -> list[Adjustment]:
    """What is settled without money: whole credit notes, granted deductions, write-offs."""
    made = []
    by_number = {one.number: one for one in documents}
    for note in documents:
        if note.kind != "credit_note":
            continue
        invoice, plan = by_number[note.related], plans[note.related]
        if "credited" in plan.tags or _grants(plan, note):
            amount = min(note.gross, invoice.gross)
            shares = (
                Share(invoice.number, invoice.customer, amount, 0, "credit_note", note.reason),
                Share(note.number, note.customer, -note.gross, 0, "credit_note", note.reason),
            )
            made.append(Adjustment(f"N{note.number}", note.issued, "netting", shares))
    for number, plan in plans.items():
        if plan.write_off is not None and plan.write_off[0] <= span.ledger_date:
            day, amount = plan.write_off
            customer = by_number[number].customer
            share = Share(number, customer, amount, 0, "write_off", plan.intents[0].reason)
            made.append(Adjustment(f"W{number}", day, "write_off", (share,)))
    return made


def _grants(plan: paying.Plan, note: Document) -> bool:
    return plan.claim is not None and plan.claim.label == note.label


def _waiting_credits(
    documents: list[Document], offsets: list[Adjustment], plans: Mapping[str, paying.Plan]
) -> list[receipts.Credit]:
    """Credit notes that wait for a payment in which the customer nets them."""
    used = {share.document for one in offsets for share in one.shares}
    return [
        receipts.Credit(one.number, one.customer, one.issued, one.gross)
        for one in documents
        if one.kind == "credit_note" and one.number not in used
    ]


def open_amounts(
    documents: Iterable[Document],
    money: Collection[Receipt],
    offsets: Iterable[Adjustment],
    at: date,
) -> dict[str, int]:
    """The true open amount of every document and unapplied receipt at a day, signed, in cents."""
    left = {one.number: one.sign * one.gross for one in documents if one.issued <= at}
    by_key = {one.key: one for one in money}
    for receipt in money:
        if receipt.day > at:
            continue
        if receipt.extra:
            left[receipt.key] = left.get(receipt.key, 0) - receipt.extra
        undone = by_key[receipt.returns].shares if receipt.returns else ()
        _settle(left, undone or receipt.shares, -1 if receipt.returns else 1)
    for offset in offsets:
        if offset.day <= at and offset.kind != "doubtful":
            _settle(left, offset.shares, 1)
    return {key: amount for key, amount in left.items() if amount}


def _settle(left: dict[str, int], shares: Iterable[Share], sign: int) -> None:
    for share in shares:
        left[share.document] = left.get(share.document, 0) - sign * share.amount


def _doubtful(
    people: tuple[Customer, ...],
    documents: list[Document],
    money: list[Receipt],
    offsets: list[Adjustment],
    span: sales.Period,
) -> list[Adjustment]:
    """After a judgment, what is open moves to account 416; it stays owed."""
    made = []
    for customer in people:
        if customer.insolvent_on is None:
            continue
        day = customer.insolvent_on + timedelta(days=DOUBTFUL_AFTER + 30)
        if day > span.ledger_date:
            continue
        left = open_amounts(documents, money, offsets, day)
        shares = tuple(
            Share(one.number, customer.code, left[one.number], 0, "doubtful")
            for one in documents
            if one.customer == customer.code and left.get(one.number, 0) > 0
        )
        if shares:
            made.append(Adjustment(f"D{customer.code}", day, "doubtful", shares))
    return made
