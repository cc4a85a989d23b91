"""What a matching run reads: one query a table, in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection

from encaisse.cash.core.book import Book
from encaisse.cash.core.records import (
    CUSTOMERS,
    OPEN_ITEMS,
    PayerIban,
    Reason,
    Receipt,
    Share,
    Source,
    reason,
)
from encaisse.cash.core.references import strong_tokens
from encaisse.cash.core.returns import REFUND_TIME, Original
from encaisse.cash.models import BankLine, LineState, Verdict
from encaisse.cash.models import Match as MatchRow
from encaisse.cash.models import PayerIban as PayerIbanRow
from encaisse.database.columns import copy_out
from encaisse.followup.queries import DISPUTED
from encaisse.kernel.money import plain
from encaisse.kernel.references import number_key
from encaisse.ledger.models import Customer, Feed
from encaisse.teams.models import Company
from encaisse.teams.settings import setting

CASH_IN_HAND = "53"
"""Treasury accounts of the French chart of accounts that no bank line can tell."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed about a line beside its receipt."""

    id: str
    reference: str
    place: str
    text: str
    payer: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Receipts to decide about, and what is printed about each, by (source, id)."""

    receipts: list[Receipt]
    told: dict[tuple[Source, int], Told]


def book(company: Company, *, today: date, settled: list[int]) -> Book:
    """Everything open that is not a payment, and some items that are settled."""
    items = copy_out(
        connection,
        f"""
        SELECT i.id, i.customer_id, i.kind, i.number, i.order_number, i.issue_date, i.due_date,
               i.currency, b.open, i.id IN ({DISPUTED})
        FROM ledger_itembalance b JOIN ledger_openitem i ON i.id = b.item_id
        WHERE b.company_id = %(company)s AND i.kind <> 'payment' AND NOT i.is_withdrawn
          AND (b.open <> 0 OR b.item_id = ANY (%(also)s))
        """,  # noqa: S608 - no value from outside
        {"company": company.pk, "also": settled, "today": today},
        OPEN_ITEMS,
    )
    customers = copy_out(
        connection,
        "SELECT id, code, name, coalesce(head_id, id) FROM ledger_customer"
        " WHERE company_id = %(company)s",
        {"company": company.pk},
        CUSTOMERS,
    )
    return Book(items, customers)


def settled_and_named(company: Company, receipts: list[Receipt]) -> list[int]:
    """Settled items that receipts name: what is paid already is told apart from nothing."""
    told = set()
    for receipt in receipts:
        if receipt.amount > 0:
            told |= {number_key(token) for token in strong_tokens(receipt)}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id FROM ledger_openitem i JOIN ledger_itembalance b ON b.item_id = i.id
            WHERE i.company_id = %s AND i.search_key = ANY (%s) AND b.open = 0
              AND i.kind <> 'payment' AND NOT i.is_withdrawn
            ORDER BY i.id
            """,
            [company.pk, sorted(told)],
        )
        return [row[0] for row in cursor.fetchall()]


def payer_ibans(company: Company) -> list[PayerIban]:
    """What the customer file declares, and what payments taught."""
    declared = Customer.objects.filter(company=company).exclude(ibans=[])
    learned = PayerIbanRow.objects.filter(company=company)
    return [
        PayerIban(iban, customer, 1, confirmed=True)
        for customer, ibans in declared.values_list("pk", "ibans")
        for iban in ibans
    ] + [
        PayerIban(iban, customer, times, confirmed)
        for iban, customer, times, confirmed in learned.values_list(
            "iban", "customer_id", "times", "is_confirmed"
        )
    ]


_BANK_FIELDS = (
    "pk", "booking_date", "amount", "currency", "text", "structured", "end_to_end_id",
    "mandate_id", "counterparty_name", "counterparty_iban", "is_return", "bank_reference",
    "bank_account__identifier",
)  # fmt: skip


def open_bank_lines(company: Company, not_unique: set[int]) -> Lines:
    """Bank lines that nothing is decided about; `not_unique` may be the ledger's money too."""
    until = ledger_until(company)
    limit = int(setting(company, "match_limit"))
    refused = rejections(company)
    notified = set(
        BankLine.objects.filter(company=company, is_notified=True, state=LineState.APPLIED)
        .values_list("bank_account__identifier", "booking_date")
    )  # fmt: skip
    lines = Lines([], {})
    open_lines = BankLine.objects.filter(company=company, state="open").order_by("pk")
    for row in open_lines.values(*_BANK_FIELDS):
        place = row["bank_account__identifier"]
        holds = _holds(row, until.get(place, until.get("")), limit, not_unique)
        if (place, row["booking_date"]) in notified:
            holds = (*holds, reason("notified_before"))
        lines.receipts.append(
            Receipt(
                Source.BANK, row["pk"], row["booking_date"], row["amount"], row["currency"],
                (row["text"],), tuple(row["structured"]), row["end_to_end_id"],
                row["mandate_id"], row["counterparty_name"], row["counterparty_iban"],
                is_return=row["is_return"], holds=holds,
                rejected=refused.get((Source.BANK, row["pk"]), frozenset()),
            )
        )  # fmt: skip
        lines.told[Source.BANK, row["pk"]] = Told(
            f"B{row['pk']}", row["bank_reference"], place, row["text"],
            row["counterparty_name"] or row["counterparty_iban"],
        )  # fmt: skip
    return lines


def _holds(
    row: Mapping[str, Any], until: date | None, limit: int, not_unique: set[int]
) -> tuple[Reason, ...]:
    holds = []
    if row["pk"] in not_unique:
        holds.append(reason("join_not_unique"))
    if until is not None and row["booking_date"] <= until:
        holds.append(reason("ledger_period", until=until.isoformat()))
    if limit and row["amount"] > limit:
        holds.append(reason("above_match_limit", limit=plain(limit, row["currency"])))
    return tuple(holds)


def ledger_until(company: Company) -> dict[str, date]:
    """Until when the ledger rules: bank account's identifier → day, "" for all others."""
    feeds = dict(
        Feed.objects.filter(company=company, kind="ledger", covers_until__isnull=False)
        .values_list("name", "covers_until")
    )  # fmt: skip
    days = {name: day for name, day in feeds.items() if day is not None}
    if setting(company, "ledger_rules") == "ledger_date" or len(days) < 2:
        return {"": days[""]} if "" in days else {}
    journals = {name: day for name, day in days.items() if name}
    found = {"": max(journals.values())}
    for treasury, place in setting(company, "treasury").items():
        if treasury in journals:
            found[place] = journals[treasury]
    return found


def open_ledger_receipts(company: Company) -> Lines:
    """Payments of the ledger that are not allocated, with the words of the bank line joined."""
    refused = rejections(company)
    lines = Lines([], {})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id, i.customer_id, i.issue_date, -b.open, i.currency, i.number, i.label,
                   i.treasury, coalesce(l.text, ''), coalesce(l.structured, '{}'),
                   coalesce(l.end_to_end_id, '')
            FROM ledger_itembalance b
            JOIN ledger_openitem i ON i.id = b.item_id
            LEFT JOIN cash_bankline l ON l.item_id = i.id AND l.state = 'joined'
            WHERE b.company_id = %s AND b.open < 0 AND i.kind = 'payment'
              AND i.origin = 'ledger' AND NOT i.is_withdrawn
            ORDER BY i.id
            """,
            [company.pk],
        )
        rows = cursor.fetchall()
    for item, customer, day, amount, currency, number, label, treasury, *bank in rows:
        text, structured, end_to_end = bank
        lines.receipts.append(
            Receipt(
                Source.LEDGER, item, day, amount, currency, (label, text), tuple(structured),
                end_to_end, customer=customer,
                rejected=refused.get((Source.LEDGER, item), frozenset()),
            )
        )  # fmt: skip
        lines.told[Source.LEDGER, item] = Told(str(item), number, treasury, label, "")
    return lines


def rejections(company: Company) -> dict[tuple[Source, int], frozenset[frozenset[int]]]:
    """The sets of items that a person refused, by line."""
    found: dict[tuple[Source, int], set[frozenset[int]]] = {}
    rows = MatchRow.objects.filter(company=company, verdict=Verdict.REJECTED)
    for line, receipt, shares in rows.values_list("bank_line_id", "receipt_id", "shares"):
        key = (Source.BANK, line) if line else (Source.LEDGER, receipt)
        found.setdefault(key, set()).add(frozenset(item for item, _ in shares))
    return {key: frozenset(sets) for key, sets in found.items()}


def originals(company: Company, returned: list[Receipt]) -> list[Original]:
    """Applied bank lines that the returned ones may take back."""
    if not returned:
        return []
    since = min(one.date for one in returned) - REFUND_TIME
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.id, l.booking_date, l.amount, l.currency, l.end_to_end_id, l.mandate_id,
                   i.customer_id, s.debits, s.amounts, coalesce(s.by_person, false)
            FROM cash_bankline l JOIN ledger_openitem i ON i.id = l.item_id
            LEFT JOIN LATERAL (
                SELECT array_agg(debit_id ORDER BY debit_id) AS debits,
                       array_agg(amount ORDER BY debit_id) AS amounts,
                       bool_or(person) AS by_person
                FROM (
                    SELECT debit_id, sum(amount)::bigint AS amount,
                           bool_or(author = 'person') AS person
                    FROM ledger_allocation WHERE credit_id = i.id
                    GROUP BY debit_id HAVING sum(amount) <> 0
                ) a
            ) s ON true
            WHERE l.company_id = %s AND l.state = 'applied' AND l.booking_date >= %s
              AND l.amount = ANY (%s)
              AND NOT EXISTS (SELECT 1 FROM cash_match m
                              WHERE m.reverses_id = l.id AND m.verdict = 'applied')
            ORDER BY l.id
            """,
            [company.pk, since, [-one.amount for one in returned]],
        )
        rows = cursor.fetchall()
    return [
        Original(
            line, day, amount, currency, end_to_end, mandate, customer,
            tuple(Share(*pair) for pair in zip(debits or (), amounts or (), strict=True)),
            by_person,
        )
        for line, day, amount, currency, end_to_end, mandate, customer, debits, amounts, by_person
        in rows
    ]  # fmt: skip


def movements_to_join(company: Company) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(ledger, bank): movements of both sides that are not joined, as `core.joins.TOLD`.

    The ledger's movement is that of the whole entry on its bank account, known by its first
    receipt: one transfer may pay for several customers, or come with a discount or a fee. Each
    receipt of such an entry stands beside it: the bank may tell a batch line by line.
    """
    schema = {
        "id": pl.Int64, "date": pl.Date, "amount": pl.Int64, "currency": pl.String,
        "place": pl.String,
    }  # fmt: skip
    bank = copy_out(
        connection,
        """
        SELECT l.id, l.booking_date, l.amount, l.currency, a.identifier
        FROM cash_bankline l JOIN cash_bankaccount a ON a.id = l.bank_account_id
        WHERE l.company_id = %(company)s AND l.state = 'open'
        """,
        {"company": company.pk},
        schema,
    )
    if bank.is_empty():
        return pl.DataFrame(schema=schema), bank
    days = bank.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
    ledger = copy_out(
        connection,
        """
        SELECT min(i.id), i.issue_date, coalesce(max(i.treasury_amount), -sum(i.amount))::bigint,
               i.currency, i.treasury
        FROM ledger_openitem i
        WHERE i.company_id = %(company)s AND i.origin = 'ledger' AND i.treasury <> ''
          AND i.treasury NOT LIKE %(cash)s AND NOT i.is_withdrawn AND NOT i.is_opening
          AND i.issue_date BETWEEN %(first)s AND %(last)s
        GROUP BY coalesce(nullif(i.treasury_entry, ''), i.id::text), i.issue_date, i.currency,
                 i.treasury
        HAVING NOT bool_or(EXISTS (SELECT 1 FROM cash_bankline l WHERE l.item_id = i.id))
        UNION ALL
        SELECT i.id, i.issue_date, -i.amount, i.currency, i.treasury
        FROM ledger_openitem i
        WHERE i.company_id = %(company)s AND i.origin = 'ledger' AND i.treasury <> ''
          AND i.treasury NOT LIKE %(cash)s AND NOT i.is_withdrawn AND NOT i.is_opening
          AND i.issue_date BETWEEN %(first)s AND %(last)s
          AND i.treasury_entry <> '' AND i.treasury_amount <> -i.amount
          AND NOT EXISTS (SELECT 1 FROM cash_bankline l WHERE l.item_id = i.id)
          AND NOT EXISTS (
              SELECT 1 FROM cash_bankline l JOIN ledger_openitem f ON f.id = l.item_id
              WHERE f.company_id = i.company_id AND f.treasury_entry = i.treasury_entry
                AND l.amount = i.treasury_amount)
        """,
        {
            "company": company.pk, "cash": f"{CASH_IN_HAND}%",
            "first": days[0] - timedelta(days=5), "last": days[1] + timedelta(days=5),
        },
        schema,
    )  # fmt: skip
    places = {str(key): str(value) for key, value in setting(company, "treasury").items()}
    known = pl.col("place").replace_strict(places, default="", return_dtype=pl.String)
    return ledger.with_columns(place=known), bank
