"""Write matches: the payment, what it settles, what was decided. Set-based."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from encaisse.cash.core.records import Match, Reason, RunnerUp, Source
from encaisse.cash.core.settling import THE_PAYMENT, pairs
from encaisse.cash.models import BankLine, LineState, Verdict
from encaisse.cash.models import Match as MatchRow
from encaisse.database.columns import copy_in
from encaisse.ledger.models import Allocation, Author
from encaisse.ledger.services import allocations as ledger
from encaisse.ledger.services import bulk
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company


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


def write_applied(matches: Sequence[Match], hand: Hand) -> int:
    """Write certain or accepted matches in the order they were decided in, reversals between them.

    Returns how many allocations were added.
    """
    count = 0
    batch: list[Match] = []
    for match in sorted(matches, key=lambda one: one.turn):
        if match.reverses is None:
            batch.append(match)
            continue
        count += _write(batch, hand)
        batch = []
        _reverse(match, hand)
    return count + _write(batch, hand)


def _write(matches: Sequence[Match], hand: Hand) -> int:
    if not matches:
        return 0
    payments = _book_payments(
        [match for match in matches if match.receipt.source is Source.BANK], hand
    )
    settled_on = _days([share.item for match in matches for share in match.shares])
    settlements: list[tuple[int, int, int, date, str]] = []
    for match in matches:
        is_bank = match.receipt.source is Source.BANK
        payment = payments[match.receipt.id] if is_bank else match.receipt.id
        settlements += _settlements(match, payment, settled_on)
    return bulk.allocate(
        pl.DataFrame(settlements, schema=bulk.SETTLEMENTS, orient="row"),
        author=hand.author,
        customers={match.customer for match in matches if match.customer is not None},
        **hand.by,
    )


def _settlements(
    match: Match, payment: int, issued: dict[int, date]
) -> list[tuple[int, int, int, date, str]]:
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
        found.append((pair.debit, credit, pair.amount, max(days), why))
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
    rows = BankLine.objects.filter(pk__in=[match.receipt.id for match in matches])
    names = {
        line: (reference or end_to_end or f"B{line}", text)
        for line, reference, end_to_end, text in rows.values_list(
            "pk", "bank_reference", "end_to_end_id", "text"
        )
    }
    receipts = pl.DataFrame(
        [
            (one.receipt.id, one.customer, one.receipt.amount, one.receipt.currency,
             one.receipt.date, *names[one.receipt.id])
            for one in matches
        ],
        schema=bulk.RECEIPTS,
        orient="row",
    )  # fmt: skip
    items = bulk.record_receipts(receipts, **hand.by)
    set_state(items, LineState.APPLIED)
    return items


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
    original = BankLine.objects.select_related("item").get(pk=match.reverses)
    assert original.item is not None  # constraint bank_line_has_its_item
    active = Allocation.objects.filter(credit=original.item, reverses=None, reversal=None)
    ids = list(active.values_list("pk", flat=True))
    if ids:
        ledger.reverse(ids, author=hand.author, reason="returned_payment", **hand.by)
    owner = replace(match, customer=original.item.customer_id)
    item = _book_payments([owner], hand)[match.receipt.id]
    day = max(match.receipt.date, hand.today)  # as the reversals: never used twice on one day
    pair = (item, original.item.pk, -match.receipt.amount, day, "returned_payment")
    bulk.allocate(
        pl.DataFrame([pair], schema=bulk.SETTLEMENTS, orient="row"),
        author=hand.author,
        customers=set(),
        **hand.by,
    )
    set_state({match.receipt.id: item}, LineState.RETURNED)


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
    add_rows(rows)
    return len(rows)


_COLUMNS = (
    "company_id", "bank_line_id", "receipt_id", "verdict", "confidence", "customer_id", "shares",
    "residual", "treatment", "reasons", "runner_up", "reverses_id", "model", "decided_by",
    "decided_on",
)  # fmt: skip
_JSON = frozenset({"shares", "reasons", "runner_up"})


def add_rows(rows: Sequence[MatchRow]) -> None:
    """Keep decisions, many at once."""
    copy_in(
        connection,
        "cash_match",
        _COLUMNS,
        (
            tuple(
                json.dumps(value)
                if name in _JSON and (value := getattr(row, name)) is not None
                else getattr(row, name)
                for name in _COLUMNS
            )
            for row in rows
        ),
    )


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
