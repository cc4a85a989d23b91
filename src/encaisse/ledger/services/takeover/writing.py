"""The few statements by which a take-over writes items and allocations."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import connection

from encaisse.database.columns import copy_out, next_ids
from encaisse.database.statistics import analyze
from encaisse.ledger.core.columns import number_key
from encaisse.ledger.core.reconcile import KNOWN
from encaisse.ledger.models import Author, Origin
from encaisse.ledger.services.allocations import refusing
from encaisse.ledger.services.takeover.staging import run, stage
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

_ITEM = (
    "id", "customer_id", "kind", "number", "search_key", "issue_date", "due_date",
    "due_date_source", "currency", "amount", "label", "order_number", "treasury",
    "treasury_entry", "treasury_amount", "source_key", "is_opening",
)  # fmt: skip


def known_items(company: Company, condition: str, params: dict[str, object]) -> pl.DataFrame:
    """The items that fulfil an SQL condition on ``i`` (item) and ``b`` (balance)."""
    return copy_out(
        connection,
        f"""
        SELECT i.id, i.customer_id, i.source_key, i.kind, i.number, i.search_key, i.issue_date,
               i.due_date, i.due_date_source, i.currency, i.amount, b.open, i.origin,
               i.order_number
        FROM ledger_openitem i JOIN ledger_itembalance b ON b.item_id = i.id
        WHERE i.company_id = %(company)s AND NOT i.is_withdrawn AND {condition}
        """,  # noqa: S608 - conditions are constants of this room
        {"company": company.pk, **params},
        KNOWN,
    )


def prepared(items: pl.DataFrame) -> pl.DataFrame:
    """Incoming items cut to the columns' widths, with their search key and no nulls."""
    absent = {"treasury_entry": pl.String, "treasury_amount": pl.Int64}
    items = items.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in absent.items() if name not in items.columns
    )
    return items.with_columns(
        treasury_entry=pl.col("treasury_entry").fill_null("").str.slice(0, 120),
        number=pl.col("number").fill_null("").str.slice(0, 100),
        search_key=number_key(pl.col("number").fill_null("")).str.slice(0, 100),
        label=pl.col("label").fill_null("").str.slice(0, 300),
        order_number=pl.col("order_number").fill_null("").str.slice(0, 100),
        treasury=pl.col("treasury").fill_null("").str.slice(0, 20),
        is_opening=pl.col("is_opening").fill_null(value=False),
    )


def insert_items(items: pl.DataFrame, *, company: Company, origin: Origin) -> pl.DataFrame:
    """Write new items (columns of `prepared` plus customer_id and source_key); returns with id."""
    if items.is_empty():
        return items.with_columns(id=pl.lit(None, pl.Int64))
    ids = next_ids(connection, "ledger_openitem", items.height)
    with_ids = items.with_columns(id=pl.Series(ids, dtype=pl.Int64))
    stage("incoming_item", with_ids.select(_ITEM))
    run(
        f"""
        INSERT INTO ledger_openitem (company_id, origin, is_withdrawn, {", ".join(_ITEM)})
        SELECT %(company)s, %(origin)s, false, {", ".join(_ITEM)} FROM incoming_item
        """,  # noqa: S608 - constants; staged by id already, a sort would spill to disk
        {"company": company.pk, "origin": origin},
    )
    return with_ids


def update_items(changed: pl.DataFrame) -> None:
    """Write what holds from now on for known items: the columns of `reconcile.Difference`."""
    if changed.is_empty():
        return
    columns = ["id", "kind", "issue_date", "due_date", "due_date_source", "amount", "order_number"]
    stage("changed_item", changed.select(*columns, "key", "origin_in"))
    with refusing():
        run(
            """
            UPDATE ledger_openitem i SET
                kind = c.kind, issue_date = c.issue_date, due_date = c.due_date,
                due_date_source = c.due_date_source, amount = c.amount,
                order_number = c.order_number, origin = c.origin_in,
                source_key = CASE WHEN c.origin_in = 'ledger' THEN c.key ELSE i.source_key END
            FROM changed_item c WHERE i.id = c.id
            """
        )


def withdraw(ids: pl.Series) -> None:
    """Take items back that the ledger no longer lists: amount 0, free for a line to come."""
    run(
        "UPDATE ledger_openitem SET amount = 0, is_withdrawn = true, source_key = ''"
        " WHERE id = ANY (%s)",
        [ids.to_list()],
    )


def insert_aliases(portions: pl.DataFrame, *, company: Company) -> None:
    """Remember which ledger lines stand for items known already: key, item_id, amount."""
    if portions.is_empty():
        return
    stage("incoming_alias", portions.select("key", "item_id", "amount"))
    run(
        "INSERT INTO ledger_itemalias (company_id, source_key, item_id, amount)"
        " SELECT %s, key, item_id, amount FROM incoming_alias ON CONFLICT DO NOTHING",
        [company.pk],
    )


def insert_allocations(
    pairs: pl.DataFrame, *, company: Company, author: Author, actor: Actor
) -> int:
    """Write allocations: debit_id, credit_id, amount, date, letter. Returns how many."""
    if pairs.is_empty():
        return 0
    stage("incoming_allocation", pairs.select("debit_id", "credit_id", "amount", "date", "letter"))
    with refusing():
        return run(
            """
            INSERT INTO ledger_allocation
                (company_id, debit_id, credit_id, currency, amount, date, author, decided_by,
                 reason)
            SELECT %(company)s, a.debit_id, a.credit_id, d.currency, a.amount, a.date, %(author)s,
                   %(by)s, coalesce(a.letter, '')
            FROM incoming_allocation a JOIN ledger_openitem d ON d.id = a.debit_id
            """,
            {"company": company.pk, "author": author, "by": actor.name},
        )


def reverse_allocations(
    ids: pl.Series, *, actor: Actor, author: Author, reason: str, on: date | None
) -> int:
    """Take allocations back, dated `on`, or as they were where the item itself is withdrawn."""
    if ids.is_empty():
        return 0
    with refusing():
        return run(
            """
            INSERT INTO ledger_allocation
                (company_id, debit_id, credit_id, currency, amount, date, author, decided_by,
                 reason, reverses_id)
            SELECT company_id, debit_id, credit_id, currency, -amount,
                   greatest(date, coalesce(%(on)s::date, date)), %(author)s, %(by)s, %(reason)s, id
            FROM ledger_allocation WHERE id = ANY (%(ids)s)
            """,
            {
                "ids": ids.to_list(),
                "by": actor.name,
                "author": author,
                "reason": reason,
                "on": on,
            },
        )


ACTIVE = {
    "id": pl.Int64,
    "debit_id": pl.Int64,
    "credit_id": pl.Int64,
    "amount": pl.Int64,
    "author": pl.String,
}


def active_allocations(item_ids: pl.Series) -> pl.DataFrame:
    """The allocations in force that touch any of these items."""
    stage("touched_item", pl.DataFrame({"id": item_ids}, schema={"id": pl.Int64}))
    return copy_out(
        connection,
        """
        SELECT a.id, a.debit_id, a.credit_id, a.amount, a.author FROM ledger_allocation a
        WHERE a.reverses_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM ledger_allocation r WHERE r.reverses_id = a.id)
          AND (a.debit_id IN (SELECT id FROM touched_item)
               OR a.credit_id IN (SELECT id FROM touched_item))
        """,
        {},
        ACTIVE,
    )


_ITEMS = ("ledger_customer", "ledger_contact", "ledger_openitem", "ledger_itembalance")
_REST = ("ledger_allocation", "ledger_customerbalance")


def count_items(new_rows: int) -> None:
    """Let the statements that follow know how many items there now are."""
    analyze(connection, _ITEMS, new_rows=new_rows)


def count_rest(new_rows: int) -> None:
    """Let whoever reads next know how many allocations and balances there now are."""
    analyze(connection, _REST, new_rows=new_rows)
