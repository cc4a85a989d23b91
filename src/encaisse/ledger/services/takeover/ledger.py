"""A FEC: complete for its period, with the letters of the accountant.

A newer export is reconciled line by line; a new year's openings are laid on the items that the
year before left open; receipts that we knew from the bank are recognised. The ledger rules the
balance up to its last date; what we allocated stays while the ledger still shows the item open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.database.columns import copy_out
from encaisse.kernel.money import plain
from encaisse.kernel.problems import Problem, warning
from encaisse.ledger.core import due_dates, letters, openings, receipts, reconcile
from encaisse.ledger.core.extract import Extract, TakenOver
from encaisse.ledger.models import Author, Feed, Origin
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.ledger.services import balances
from encaisse.ledger.services.takeover import customers, writing
from encaisse.ledger.services.takeover.lettering import follow_letters
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

_LOCK = 0x74616B65  # "take"


@transaction.atomic
def take_over(extract: Extract, *, company: Company, today: date, actor: Actor) -> TakenOver:
    """Bring the ledger in line with a FEC. The same file twice changes nothing.

    `extract.complete_for` is required. Refused by the constraints of the ledger as a whole.
    """
    actor.require(Permission.INTAKE_UPLOAD, company)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company.pk])
    problems = customers.take_over(extract.customers, company=company)
    incoming = _incoming(extract.items, company)
    written, found = _write_items(incoming, extract, company=company, actor=actor)
    problems += found
    writing.count_items(written.counts["new"] + extract.customers.height)
    allocated, found = follow_letters(
        letters.pairs(extract.allocations, written.portions),
        written.portions["item_id"],
        company=company,
        today=today,
        actor=actor,
    )
    problems += found
    _hear(extract, company, today)
    balances.refresh(company, today=today)
    writing.count_rest(written.counts["new"] + extract.customers.height)
    result = _result(extract, written, allocated, company, tuple(problems))
    audit.record(
        "ledger.taken_over", actor=actor, company=company, subject="ledger",
        counts=dict(result.counts), gap=dict(result.gap),
    )  # fmt: skip
    return result


@dataclass(frozen=True, slots=True)
class _Written:
    """What the items of the file have become: `portions` key, item_id, amount."""

    portions: pl.DataFrame
    counts: Mapping[str, int]


def _incoming(items: pl.DataFrame, company: Company) -> pl.DataFrame:
    """The file's items with their customers' ids, complete due dates and widths."""
    with_ids = items.join(customers.ids_of(company), on="customer", how="inner")
    filled = due_dates.fill(writing.prepared(with_ids))
    return filled.with_columns(source_key=pl.col("key"), origin=pl.lit(Origin.LEDGER.value))


def _write_items(
    incoming: pl.DataFrame, extract: Extract, *, company: Company, actor: Actor
) -> tuple[_Written, list[Problem]]:
    assert extract.complete_for is not None
    start, end = extract.complete_for
    known = _known(company, start, end)
    aliases = _aliases(company, incoming["key"])
    fresh = incoming.join(aliases.select("key").unique(), on="key", how="anti")
    difference = reconcile.ledger(known, fresh)
    _take_back(difference, known, actor)
    problems = _update(difference.changed, actor)
    carried, found = _carried_forward(difference.new, company, start)
    joined = _joined_receipts(difference.new, company, start)
    rests = _rests(joined, difference.new, company)
    laid = pl.concat([carried, joined.select("key", "item_id", "amount"), rests])
    writing.insert_aliases(laid, company=company)
    inserted = writing.insert_items(
        difference.new.join(laid.select("key").unique(), on="key", how="anti"),
        company=company,
        origin=Origin.LEDGER,
    )
    amounts = incoming.select("key", "amount")
    portions = pl.concat([
        aliases,
        laid,
        difference.known.join(amounts, on="key").select(
            "key", pl.col("id").alias("item_id"), "amount"),
        inserted.select("key", pl.col("id").alias("item_id"), "amount"),
    ])  # fmt: skip
    counts = {
        "new": inserted.height, "changed": difference.changed.height,
        "gone": difference.gone.height, "joined": laid.height,
    }  # fmt: skip
    return _Written(portions, counts), problems + found


def _known(company: Company, start: date, end: date) -> pl.DataFrame:
    return writing.known_items(
        company,
        "((i.origin = 'ledger' AND i.issue_date BETWEEN %(start)s AND %(end)s"
        "  AND NOT EXISTS (SELECT 1 FROM ledger_itemalias a WHERE a.item_id = i.id))"
        " OR i.origin = 'list')",
        {"start": start, "end": end},
    )


_ALIASES = {"key": pl.String, "item_id": pl.Int64, "amount": pl.Int64}


def _aliases(company: Company, keys: pl.Series) -> pl.DataFrame:
    known = copy_out(
        connection,
        "SELECT source_key, item_id, amount FROM ledger_itemalias"
        " WHERE company_id = %(company)s ORDER BY id",
        {"company": company.pk},
        _ALIASES,
    )
    return known.join(pl.DataFrame({"key": keys}), on="key", how="semi")


def _take_back(difference: reconcile.Difference, known: pl.DataFrame, actor: Actor) -> None:
    """Items that stood in a draft of the ledger and no longer do, with what settled them."""
    gone = difference.gone["id"]
    if gone.is_empty():
        return
    active = writing.active_allocations(gone)
    writing.reverse_allocations(
        active["id"], actor=actor, author=Author.LEDGER, reason="withdrawn", on=None
    )
    writing.withdraw(gone)


def _update(changed: pl.DataFrame, actor: Actor) -> list[Problem]:
    """Follow the file; where an amount changes, what the ledger or we allocated is taken back."""
    resized = changed.filter(pl.col("amount") != pl.col("amount_before"))
    if not resized.is_empty():
        active = writing.active_allocations(resized["id"])
        writing.reverse_allocations(
            active["id"], actor=actor, author=Author.LEDGER, reason="amount_changed", on=None
        )
    writing.update_items(changed)
    return []


def _carried_forward(
    new: pl.DataFrame, company: Company, start: date
) -> tuple[pl.DataFrame, list[Problem]]:
    """Lay the opening lines of a year on what an earlier file left open."""
    lines = new.filter(pl.col("is_opening"))
    empty = pl.DataFrame(schema=openings.PORTIONS)
    relation = open_at(company, start - timedelta(days=1))
    before = copy_out(
        connection,
        f"""
        SELECT o.item_id, o.customer_id, o.currency, i.search_key, o.issue_date, o.open
        FROM ({relation.sql}) o JOIN ledger_openitem i ON i.id = o.item_id
        WHERE i.origin = 'ledger'
        """,  # noqa: S608 - no value from outside
        relation.params,
        {
            "id": pl.Int64,
            "customer_id": pl.Int64,
            "currency": pl.String,
            "search_key": pl.String,
            "issue_date": pl.Date,
            "open": pl.Int64,
        },
    )
    if lines.is_empty() or before.is_empty():
        return empty, []
    portions, differences = openings.lay(
        lines.select("key", "customer_id", "currency", "search_key", "amount"), before
    )
    names = dict(customers.ids_of(company).select("customer_id", "customer").iter_rows())
    problems = [
        warning(
            None, "opening_differs", customer=names.get(customer, ""),
            difference=f"{plain(amount, currency)} {currency}",
        )
        for customer, currency, amount in differences.head(100).iter_rows()
    ]  # fmt: skip
    return portions, problems


def _joined_receipts(new: pl.DataFrame, company: Company, start: date) -> pl.DataFrame:
    booked = writing.known_items(
        company,
        "i.origin = 'bank' AND i.issue_date >= %(since)s AND NOT EXISTS"
        " (SELECT 1 FROM ledger_itemalias a WHERE a.item_id = i.id)",
        {"since": start - receipts.APART},
    )
    told = new.filter(
        (pl.col("kind") == "payment") & (pl.col("treasury") != "") & ~pl.col("is_opening")
    )
    return receipts.join(
        told, booked.select("id", "customer_id", "currency", "amount", "issue_date")
    )


def _rests(joined: pl.DataFrame, new: pl.DataFrame, company: Company) -> pl.DataFrame:
    """What the ledger credits beyond the transfer we knew (a discount) is an item of its own."""
    rests = joined.filter(pl.col("rest") != 0).select("key", "rest")
    is_credit = pl.col("amount") < 0
    items = new.join(rests, on="key").with_columns(amount="rest").with_columns(
        kind=pl.when(is_credit).then(pl.lit("credit_note")).otherwise(pl.lit("debit_note")),
        source_key=pl.lit(""), treasury=pl.lit(""), treasury_entry=pl.lit(""),
        treasury_amount=pl.lit(None, pl.Int64),
    )  # fmt: skip
    inserted = writing.insert_items(items, company=company, origin=Origin.LEDGER)
    return inserted.select("key", pl.col("id").alias("item_id"), "amount")


def _hear(extract: Extract, company: Company, today: date) -> None:
    """Remember until when the ledger speaks, as a whole and by treasury account."""
    assert extract.complete_for is not None
    heard = {"": extract.complete_for[1], **extract.treasury_until}
    for name, until in heard.items():
        feed, is_new = Feed.objects.get_or_create(
            company=company, kind="ledger", name=name[:60],
            defaults={"covers_until": until, "taken_on": today},
        )  # fmt: skip
        if not is_new:
            feed.covers_until = max(until, feed.covers_until or until)
            feed.taken_on = today
            feed.save(update_fields=["covers_until", "taken_on"])


def _result(
    extract: Extract,
    written: _Written,
    allocated: Mapping[str, int],
    company: Company,
    problems: tuple[Problem, ...],
) -> TakenOver:
    assert extract.complete_for is not None
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.currency,
                   sum(i.amount) FILTER (WHERE i.issue_date <= %(end)s),
                   count(*) FILTER (WHERE i.kind <> 'payment' AND b.open <> 0),
                   count(*) FILTER (WHERE i.kind <> 'payment' AND b.open = 0),
                   count(*) FILTER (WHERE i.kind = 'payment')
            FROM ledger_openitem i JOIN ledger_itembalance b ON b.item_id = i.id
            WHERE i.company_id = %(company)s AND NOT i.is_withdrawn
              AND (i.origin = 'ledger' OR (i.origin = 'bank' AND EXISTS
                   (SELECT 1 FROM ledger_itemalias a WHERE a.item_id = i.id)))
            GROUP BY i.currency ORDER BY i.currency
            """,
            {"company": company.pk, "end": extract.complete_for[1]},
        )
        rows = cursor.fetchall()
    counts = {
        "customers": extract.customers.height,
        "open_items": sum(row[2] for row in rows),
        "closed_items": sum(row[3] for row in rows),
        "payments": sum(row[4] for row in rows),
        **written.counts,
        **allocated,
    }
    imported = {currency: int(amount or 0) for currency, amount, *_ in rows}
    return TakenOver(counts, dict(extract.expected or {}), imported, problems)
