"""A matching run: read, decide, write, tell. Several runs at once give the result of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.cash.core import joins
from encaisse.cash.core.decide import MODEL, match
from encaisse.cash.core.records import Decision, Match, reason
from encaisse.cash.models import LineState, Verdict
from encaisse.cash.models import Match as MatchRow
from encaisse.cash.queries import facts
from encaisse.cash.queries.documents import Run
from encaisse.cash.services.applying import (
    Hand,
    add_rows,
    learn,
    remember,
    set_state,
    write_applied,
)
from encaisse.cash.services.locking import one_at_a_time
from encaisse.ledger.models import Author
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

TRIES = 3
"""An import may settle an item while a run is deciding about it: the run then starts again."""


def run_match(
    company: Company,
    *,
    today: date,
    actor: Actor,
    is_trial: bool = False,
    propose_only: bool = False,
) -> Run:
    """Match unapplied bank lines and unallocated receipts of the ledger.

    A trial is the real run, rolled back. With `propose_only` nothing is applied or joined.
    """
    actor.require(Permission.CASH_POST, company)
    hand = Hand(company, actor, today, Author.MACHINE, MODEL)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                run = _run(hand, propose_only=propose_only)
                transaction.set_rollback(is_trial)
            return run
        except Refused as refusal:
            if refusal.code not in {"over_allocated", "already_reversed"} or not left:
                raise
    raise AssertionError("unreachable")


def _run(hand: Hand, *, propose_only: bool) -> Run:
    company = hand.company
    one_at_a_time(company)
    joined, not_unique = _join(hand, propose_only=propose_only)
    banked = facts.open_bank_lines(company, not_unique)
    booked = facts.open_ledger_receipts(company)
    receipts = banked.receipts + booked.receipts
    if not receipts:
        return Run(joined=joined)
    returned = [one for one in receipts if one.is_return and one.amount < 0]
    originals = facts.originals(company, returned)
    settled = facts.settled_and_named(company, receipts)
    settled += [share.item for one in originals for share in one.shares]
    book = facts.book(company, today=hand.today, settled=settled)
    matches = match(receipts, book, facts.payer_ibans(company), originals)
    if propose_only:
        matches = [_only_proposed(one) for one in matches]
    applied = [one for one in matches if one.decision is Decision.APPLIED]
    write_applied(applied, hand)
    learn([one for one in applied if one.learn], hand, confirmed=False)
    changed = remember(matches, hand)
    numbers = {
        share.item: book.number[book.row_of[share.item]]
        for one in matches
        for shares in (one.shares, one.runner_up.shares if one.runner_up else ())
        for share in shares
    }
    run = Run(matches, banked.told | booked.told, numbers, book.codes, joined)
    if changed or joined:
        audit.record(
            "cash.matched", actor=hand.actor, company=company, subject=company.code,
            model=MODEL, **run.counts,
        )  # fmt: skip
    return run


def _only_proposed(one: Match) -> Match:
    if one.decision is not Decision.APPLIED:
        return one
    why = (*one.reasons, reason("only_proposed"))
    return replace(one, decision=Decision.PROPOSED, reasons=why, learn=False)


def _join(hand: Hand, *, propose_only: bool) -> tuple[int, set[int]]:
    """Join bank lines with the ledger's receipts. Returns how many, and the lines in doubt."""
    ledger, bank = facts.movements_to_join(hand.company)
    found = joins.join(ledger, bank)
    doubtful = set(found.possible["bank"].to_list())
    pairs = dict(zip(found.sure["bank"].to_list(), found.sure["ledger"].to_list(), strict=True))
    if propose_only:
        return 0, doubtful | set(pairs)
    write_joins(pairs, hand)
    return len(pairs), doubtful


def write_joins(pairs: Mapping[int, int], hand: Hand) -> None:
    """Bank line id → the ledger's receipt that is the same money."""
    if not pairs:
        return
    set_state(dict(pairs), LineState.JOINED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, l.item_id, i.customer_id FROM cash_bankline l"
            " JOIN ledger_openitem i ON i.id = l.item_id WHERE l.id = ANY (%s) ORDER BY l.id",
            [list(pairs)],
        )
        rows = cursor.fetchall()
    add_rows(
        [
            MatchRow(
                company=hand.company, bank_line_id=line, receipt_id=item, customer_id=customer,
                verdict=Verdict.JOINED, confidence=1.0, treatment="none",
                reasons=[["joined_with_ledger", {"item": str(item)}]],
                model=hand.model, decided_by=hand.actor.name, decided_on=hand.today,
            )
            for line, item, customer in rows
        ]
    )  # fmt: skip
