"""Decide about receipts, one after the other in the order of their dates. Pure.

A receipt is applied only when it is certain: the text names items that sum exactly to it, or the
payer is known and the amount has one explanation only. Never by the amount alone, never on one
weak clue; two explanations as good as each other go to a person, with both shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from encaisse.cash.core.book import Book
from encaisse.cash.core.by_amount import by_amount
from encaisse.cash.core.by_reference import Named, by_reference
from encaisse.cash.core.explanations import Explanation, filled, whole
from encaisse.cash.core.payer import Certainty, Payer, Payers
from encaisse.cash.core.records import (
    Decision,
    Match,
    PayerIban,
    Reason,
    Receipt,
    RunnerUp,
    Source,
    Treatment,
    reason,
)
from encaisse.cash.core.references import Mention, Reading, read, read_within
from encaisse.cash.core.returns import Original, Originals, decide_return, give_back

MODEL = "rules-1"
"""The name under which decisions of these rules are stored."""


def match(
    receipts: Iterable[Receipt],
    book: Book,
    ibans: Iterable[PayerIban] = (),
    originals: Iterable[Original] = (),
) -> list[Match]:
    """Decide about all receipts, oldest first; an item is consumed once.

    What a later receipt settles may leave an earlier one a single explanation: those that wait
    are looked at again until nothing more is certain, so that a second run finds nothing. The
    order in which receipts are given does not matter. `originals` are receipts applied earlier
    that a returned debit may take back. The answer is in the order of the receipts' dates;
    `Match.turn` is the order in which they must be written.
    """
    payers = Payers(book, ibans)
    applied = Originals(originals)
    waiting = sorted(receipts, key=lambda one: (one.date, one.source, one.id))
    found: dict[tuple[Source, int], Match] = {}
    turns = count(1)
    while waiting:
        for receipt in waiting:
            if receipt.is_return and receipt.amount < 0:
                decided = decide_return(receipt, applied)
            else:
                decided = decide(receipt, book, payers)
            found[receipt.source, receipt.id] = replace(decided, turn=next(turns))
            if decided.decision is Decision.APPLIED:
                _consume(decided, book, applied)
                if decided.learn and receipt.payer_iban and decided.customer is not None:
                    payers.learn(receipt.payer_iban, decided.customer)
        before = len(waiting)
        waiting = [
            one for one in waiting if found[one.source, one.id].decision is not Decision.APPLIED
        ]
        if len(waiting) == before:
            break
    return sorted(found.values(), key=_by_day)


def _by_day(decided: Match) -> tuple[date, Source, int]:
    receipt = decided.receipt
    return (receipt.date, receipt.source, receipt.id)


def _consume(decided: Match, book: Book, applied: Originals) -> None:
    receipt = decided.receipt
    if decided.reverses is not None:
        give_back(decided, book)
        applied.remove(decided.reverses, -receipt.amount, receipt.currency)
        return
    for share in decided.shares:
        book.take(book.row_of[share.item], share.amount)
    if receipt.source is Source.BANK:
        applied.add_match(decided)


def decide(receipt: Receipt, book: Book, payers: Payers) -> Match:
    """What to do with one receipt, given what is open now. Changes nothing."""
    if receipt.amount <= 0:
        why = (reason("money_that_left"), *receipt.holds)
        return Match(receipt, Decision.LEFT, 0.0, residual=receipt.amount, reasons=why)
    reading = read(receipt, book)
    payer = payers.of(receipt, reading.customers)
    case = _Case(receipt, book, reading, payer)
    options = [
        option
        for option in _options(case)
        if frozenset(book.ids[row] for row in option.rows) not in receipt.rejected
    ]
    if not options:
        return _left(case)
    best = _vetoed(case, options[0])
    runner_up = options[1] if len(options) > 1 else None
    return Match(
        receipt,
        Decision.APPLIED if best.certain else Decision.PROPOSED,
        best.confidence,
        _customer(case, best),
        best.items(book),
        best.residual,
        best.treatment,
        (*payer.reasons, *best.reasons),
        RunnerUp(runner_up.items(book), runner_up.reasons) if runner_up else None,
        learn=best.certain and best.learn,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    receipt: Receipt
    book: Book
    reading: Reading
    payer: Payer

    @property
    def is_payer_sure(self) -> bool:
        return self.payer.certainty is Certainty.CERTAIN


def _options(case: _Case) -> list[Explanation]:
    """Explanations, best first. Only the first may be certain."""
    group, mentions, doubts = _named_group(case)
    named = by_reference(case.book, mentions, case.receipt) if mentions else Named()
    amounts = _amount_options(case)
    if named.exact and (named.strong or named.exact[0].certain):
        return _by_exact_names(case, named, group, doubts, amounts)
    if named.strong and named.near is not None:
        return [*_completed(case, named.near, group), *amounts[:1]]
    if named.settled:
        return _settled_names(case, mentions, amounts)
    if amounts:
        return amounts
    if doubts:
        return [_on_account(case, *doubts)] if case.payer.customers else []
    return _inexact(case)


def _named_group(case: _Case) -> tuple[int | None, Sequence[Mention], tuple[Reason, ...]]:
    """The one group whose items are named: the payer's if it can be, else the only one there is."""
    book, payer = case.book, case.payer
    if payer.group is not None:
        own = read_within(case.reading, payer.group, book)
        if own and (case.is_payer_sure or any(mention.strong for mention in own)):
            return payer.group, own, ()
    if case.receipt.customer is not None:
        return None, (), ()
    groups = {frozenset(map(book.group, mention.rows)) for mention in case.reading.mentions}
    if not groups:
        return None, (), ()
    common = frozenset.intersection(*groups)
    if len(common) != 1:
        told = sorted(frozenset.union(*groups))
        return None, (), (reason("references_of_several_groups", count=len(told)),)
    group = next(iter(common))
    strong = read_within(case.reading, group, book)
    other = case.is_payer_sure and payer.group != group
    return group, strong, (reason("payer_is_another_group"),) if other else ()


def _amount_options(case: _Case) -> list[Explanation]:
    """Explanations by payer and amount: certain only for a payer who is."""
    payer, book = case.payer, case.book
    if not payer.customers:
        return []
    options = by_amount(book, payer.customers, case.receipt)
    members = book.members[payer.group] if payer.group is not None else []
    if not options and len(members) > len(payer.customers):
        options = by_amount(book, members, case.receipt)
        if case.receipt.source is Source.LEDGER:
            return [one.doubted(reason("paid_within_group"), confidence=0.6) for one in options]
    if case.is_payer_sure:
        return options
    return [one.doubted(reason("payer_not_sure"), confidence=0.5) for one in options]


def _by_exact_names(
    case: _Case,
    named: Named,
    group: int | None,
    doubts: tuple[Reason, ...],
    amounts: Sequence[Explanation],
) -> list[Explanation]:
    best, *others = named.exact
    if not named.strong and not case.is_payer_sure:
        best = best.doubted(reason("reference_too_short"), confidence=0.5)
    if doubts and amounts:  # the known payer's own items explain the money as well
        best = best.doubted(*doubts, confidence=0.5)
    different = [one for one in amounts if set(one.rows) != set(best.rows)]
    return [best, *others, *different[:1]]


def _completed(case: _Case, near: Explanation, group: int | None) -> list[Explanation]:
    """Named items worth less than the money: perhaps other items were not named."""
    if near.residual <= 0 or group is None:
        return [near]
    rest = Receipt(
        case.receipt.source, case.receipt.id, case.receipt.date, near.residual,
        case.receipt.currency,
    )  # fmt: skip
    customers = {case.book.customer[row] for row in near.rows}
    named = set(near.rows)
    for option in by_amount(case.book, sorted(customers), rest):
        if not named & set(option.rows):
            why = reason("references_completed", count=len(option.rows))
            rows = (*near.rows, *option.rows)
            both = whole(case.book, rows, *near.reasons, why, certain=False, confidence=0.6)
            return [both, near]
    return [near]


def _settled_names(
    case: _Case, mentions: Sequence[Mention], amounts: Sequence[Explanation]
) -> list[Explanation]:
    """A number that was paid already: perhaps paid twice, never applied to something else."""
    doubt = reason("reference_settled", number=mentions[0].token)
    if amounts:
        return [one.doubted(doubt, confidence=0.4) for one in amounts]
    return [_on_account(case, doubt)]


def _on_account(case: _Case, *reasons: Reason) -> Explanation:
    return Explanation((), reasons, False, 0.2, case.receipt.amount, Treatment.ON_ACCOUNT)


def _inexact(case: _Case) -> list[Explanation]:
    """Nothing fits exactly: a known payer's oldest items in part; an amount told by nobody."""
    book, receipt, payer = case.book, case.receipt, case.payer
    if payer.group is None or not payer.customers:
        return _amount_alone(case)
    rows = book.open_rows(payer.customers, receipt.currency)
    if not rows:
        return []
    total = sum(book.amount[row] for row in rows)
    code = "no_sum_fits" if total > receipt.amount else "more_than_open"
    return [filled(book, rows, receipt.amount, reason(code))]


def _amount_alone(case: _Case) -> list[Explanation]:
    rows = case.book.with_amount(case.receipt.amount, case.receipt.currency)
    if len(rows) != 1 or case.payer.customers:
        return []
    why = reason("amount_alone", number=case.book.number[rows[0]])
    return [whole(case.book, rows, why, certain=False, confidence=0.1)]


def _vetoed(case: _Case, best: Explanation) -> Explanation:
    """What no evidence outweighs: a dispute, and what the receipt is held for."""
    disputed = [row for row in best.rows if case.book.disputed[row]]
    if disputed:
        why = reason("item_disputed", number=case.book.number[disputed[0]])
        best = best.doubted(why, confidence=0.7)
    if case.receipt.holds:
        best = best.doubted(*case.receipt.holds, confidence=0.9)
    return best


def _customer(case: _Case, best: Explanation) -> int | None:
    """Whose money it is: the ledger's word, the only customer of the items, or the payer."""
    if case.receipt.customer is not None:
        return case.receipt.customer
    owners = {case.book.customer[row] for row in best.rows}
    if len(owners) == 1:
        return owners.pop()
    known = case.payer.customers
    if len(known) == 1 and (not owners or case.book.groups[known[0]] == case.payer.group):
        return known[0]
    if owners:  # one group: its head, or the customer with the oldest item
        group = case.book.group(best.rows[0])
        return group if group in owners else case.book.customer[best.rows[0]]
    return None


def _left(case: _Case) -> Match:
    """Nothing fits: say what was missing."""
    payer = case.payer
    missing = []
    if not payer.customers:
        missing.append(reason("payer_unknown"))
    elif not case.book.open_rows(payer.customers, case.receipt.currency):
        missing.append(reason("nothing_open"))
    else:
        missing.append(reason("no_sum_fits"))
    if case.receipt.rejected:
        missing.append(reason("rejected_by_a_person"))
    if not case.reading.mentions:
        missing.append(reason("no_reference"))
    customer = payer.customers[0] if payer.group is not None and payer.customers else None
    return Match(
        case.receipt,
        Decision.LEFT,
        0.0,
        customer if case.is_payer_sure else None,
        residual=case.receipt.amount,
        treatment=Treatment.ON_ACCOUNT if case.is_payer_sure else Treatment.NONE,
        reasons=(*payer.reasons, *missing, *case.receipt.holds),
    )
