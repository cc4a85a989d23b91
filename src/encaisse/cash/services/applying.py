"""Write matches: the payment, what it settles, what was decided. Set-based."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from encaisse.cash.core.records import Match, Reason, Receipt, RunnerUp, Source
from encaisse.cash.core.settling import THE_PAYMENT, pairs
from encaisse.cash.models import BankLine, LineState, Verdict
from encaisse.cash.models import Match as MatchRow
from encaisse.kernel.money import Money
from encaisse.ledger.models import Allocation, Author, Customer
from encaisse.ledger.services import allocations as ledger
from encaisse.ledger.services import items as ledger_items
from encaisse.ledger.services.allocations import Settlement
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

PER_CALL = 5000
"""Receipts written by one call of the ledger."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, for whom, and when."""

    company: Company
    actor: Actor
    today: date
    author: Author
    model: str

    @property
    def by(self) -> dict[str, Any]:
        """The arguments that every service of the ledger takes."""
        return {"company": self.company, "today": self.today, "actor": self.actor}


def write_applied(matches: Sequence[Match], hand: Hand) -> list[Allocation]:
    """Write certain or accepted matches in their order; reversals between them."""
    written: list[Allocation] = []
    batch: list[Match] = []
    for match in matches:
        if match.reverses is None:
            batch.append(match)
        if batch and (match.reverses is not None or len(batch) == PER_CALL):
            written += _write(batch, hand)
            batch = []
        if match.reverses is not None:
            _reverse(match, hand)
    return written + (_write(batch, hand) if batch else [])


def _write(matches: Sequence[Match], hand: Hand) -> list[Allocation]:
    items = {
        match.receipt.id: match.receipt.id
        for match in matches
        if match.receipt.source is Source.LEDGER
    }
    banked = [match for match in matches if match.receipt.source is Source.BANK]
    payments = _book_payments(banked, hand)
    settled_on = _days([share.item for match in matches for share in match.shares])
    settlements = []
    for match in matches:
        is_bank = match.receipt.source is Source.BANK
        payment = payments[match.receipt.id] if is_bank else items[match.receipt.id]
        settlements += _settlements(match, payment, settled_on)
    if not settlements:
        return []
    return ledger.allocate(settlements, author=hand.author, **hand.by)


def _settlements(match: Match, payment: int, issued: dict[int, date]) -> list[Settlement]:
    """Dated when the debt ended: the day the money came, or the later document's day."""
    why = match.reasons[-1].code if match.reasons else ""
    for one in match.reasons:
        if not one.code.startswith(("payer_", "customer_")):
            why = one.code
            break
    found = []
    for pair in pairs(match.shares):
        is_payment = pair.credit == THE_PAYMENT
        days = [issued[pair.debit], match.receipt.date]
        if not is_payment:
            days.append(issued[pair.credit])
        credit = payment if is_payment else pair.credit
        found.append(Settlement(pair.debit, credit, pair.amount, max(days), why))
    return found


def _days(items: Iterable[int]) -> dict[int, date]:
    chosen = sorted(set(items))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id, issue_date FROM ledger_itembalance WHERE item_id = ANY (%s)", [chosen]
        )
        return dict(cursor.fetchall())


def _book_payments(matches: Sequence[Match], hand: Hand) -> dict[int, int]:
    """A payment for each bank line: line id → item id."""
    if not matches:
        return {}
    lines = BankLine.objects.in_bulk([match.receipt.id for match in matches])
    customers = Customer.objects.in_bulk({match.customer for match in matches if match.customer})
    items = ledger_items.record_receipts(
        [
            _receipt(lines[match.receipt.id], customers[match.customer], match.receipt)
            for match in matches
            if match.customer is not None
        ],
        **hand.by,
    )
    found = {match.receipt.id: item.pk for match, item in zip(matches, items, strict=True)}
    set_state(found, LineState.APPLIED)
    return found


def _receipt(line: BankLine, customer: Customer, receipt: Receipt) -> ledger_items.Receipt:
    return ledger_items.Receipt(
        customer,
        Money(receipt.amount, receipt.currency),
        receipt.date,
        line.bank_reference or line.end_to_end_id or str(line),
        line.text,
    )


def set_state(items: dict[int, int], state: LineState) -> None:
    """Bank line id → item id: what the lines have become."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE cash_bankline l SET state = %s, item_id = n.item
            FROM unnest(%s::bigint[], %s::bigint[]) AS n (line, item) WHERE l.id = n.line
            """,
            [state.value, list(items), list(items.values())],
        )


def _reverse(match: Match, hand: Hand) -> None:
    """Take a payment's allocations back, and close it with the money that left."""
    assert match.reverses is not None
    original = BankLine.objects.select_related("item__customer").get(pk=match.reverses)
    assert original.item is not None  # constraint bank_line_has_its_item
    active = Allocation.objects.filter(credit=original.item, reverses=None, reversal=None)
    ids = list(active.values_list("pk", flat=True))
    if ids:
        ledger.reverse(ids, author=hand.author, reason="returned_payment", **hand.by)
    line = BankLine.objects.get(pk=match.receipt.id)
    item = ledger_items.record_receipts(
        [_receipt(line, original.item.customer, match.receipt)], **hand.by
    )[0]
    day = max(item.issue_date, hand.today)  # as the reversals: never used twice on one day
    pair = Settlement(item.pk, original.item.pk, item.amount, day, "returned_payment")
    ledger.allocate([pair], author=hand.author, **hand.by)
    set_state({line.pk: item.pk}, LineState.RETURNED)


def learn(matches: Iterable[Match], hand: Hand, *, confirmed: bool) -> None:
    """Remember which IBANs paid for whom."""
    seen: dict[tuple[str, int], list[date]] = {}
    for match in matches:
        if match.receipt.payer_iban and match.customer is not None:
            place = (match.receipt.payer_iban, match.customer)
            seen.setdefault(place, []).append(match.receipt.date)
    rows = [
        (hand.company.pk, iban, customer, len(days), confirmed, min(days), max(days))
        for (iban, customer), days in sorted(seen.items())
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO cash_payeriban
                (company_id, iban, customer_id, times, is_confirmed, first_seen, last_seen)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (company_id, iban, customer_id) DO UPDATE SET
                times = cash_payeriban.times + excluded.times,
                is_confirmed = cash_payeriban.is_confirmed OR excluded.is_confirmed,
                first_seen = least(cash_payeriban.first_seen, excluded.first_seen),
                last_seen = greatest(cash_payeriban.last_seen, excluded.last_seen)
            """,
            rows,
        )


def remember(matches: Sequence[Match], hand: Hand) -> int:
    """Add a decision for each line whose last one says something else. Returns how many."""
    last = _last_words(matches)
    rows = [
        row
        for match in matches
        if _word(row := as_row(match, hand)) != last.get((match.receipt.source, match.receipt.id))
    ]
    MatchRow.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def as_row(match: Match, hand: Hand, verdict: Verdict | None = None) -> MatchRow:
    """A decision as it is kept."""
    is_bank = match.receipt.source is Source.BANK
    return MatchRow(
        company=hand.company,
        bank_line_id=match.receipt.id if is_bank else None,
        receipt_id=None if is_bank else match.receipt.id,
        verdict=verdict or Verdict(match.decision.value),
        confidence=match.confidence,
        customer_id=match.customer,
        shares=[[share.item, share.amount] for share in match.shares],
        residual=match.residual,
        treatment=match.treatment.value,
        reasons=_reasons(match.reasons),
        runner_up=_runner_up(match.runner_up),
        reverses_id=match.reverses,
        model=hand.model,
        decided_by=hand.actor.name,
        decided_on=hand.today,
    )


def _reasons(reasons: Iterable[Reason]) -> list[list[Any]]:
    return [[one.code, dict(one.facts)] for one in reasons]


def _runner_up(runner_up: RunnerUp | None) -> dict[str, Any] | None:
    if runner_up is None:
        return None
    shares = [list(asdict(share).values()) for share in runner_up.shares]
    return {"shares": shares, "reasons": _reasons(runner_up.reasons)}


_Word = tuple[str, int | None, str, int, str]


def _word(row: MatchRow) -> _Word:
    """What a decision says, as far as saying it again would add nothing."""
    codes = [one[0] for one in row.reasons]
    return (
        str(row.verdict),
        row.customer_id,
        json.dumps(row.shares),
        row.residual,
        json.dumps(codes),
    )


def _last_words(matches: Sequence[Match]) -> dict[tuple[Source, int], _Word]:
    found: dict[tuple[Source, int], _Word] = {}
    for source, column in ((Source.BANK, "bank_line_id"), (Source.LEDGER, "receipt_id")):
        ids = [match.receipt.id for match in matches if match.receipt.source is source]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT ON ({column}) {column}, id FROM cash_match"  # noqa: S608
                f" WHERE {column} = ANY (%s) ORDER BY {column}, id DESC",
                [ids],
            )
            latest = {match: line for line, match in cursor.fetchall()}
        for row in MatchRow.objects.filter(pk__in=latest).iterator():
            found[source, latest[row.pk]] = _word(row)
    return found
