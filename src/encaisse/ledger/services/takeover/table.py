"""A list of items: adds and updates by customer and number; drops nothing unless complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.kernel.problems import Problem, warning
from encaisse.ledger.core import due_dates, reconcile
from encaisse.ledger.core.extract import Extract, TakenOver
from encaisse.ledger.models import Author, Feed, Origin
from encaisse.ledger.services import balances
from encaisse.ledger.services.takeover import customers, writing
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

_LOCK = 0x74616B65  # "take"


@transaction.atomic
def take_over(extract: Extract, *, company: Company, today: date, actor: Actor) -> TakenOver:
    """Bring the ledger in line with a list of customers or items. Safe to repeat."""
    actor.require(Permission.INTAKE_UPLOAD, company)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company.pk])
    problems = customers.take_over(extract.customers, company=company)
    counts = {"customers": extract.customers.height}
    told: dict[str, int] = {}
    if not extract.items.is_empty() or extract.is_complete:
        written, found = _write(extract, company=company, today=today, actor=actor)
        problems += found
        counts |= written.counts
        told = written.open_now
        Feed.objects.update_or_create(
            company=company, kind="list", name="", defaults={"taken_on": today}
        )
    balances.refresh(company, today=today)
    writing.count_items(counts.get("new", 0) + extract.customers.height)
    writing.count_rest(counts.get("new", 0) + extract.customers.height)
    expected = dict(extract.expected) if extract.expected is not None else told
    result = TakenOver(counts, expected, told, tuple(problems))
    audit.record("ledger.taken_over", actor=actor, company=company, subject="list", counts=counts)
    return result


@dataclass(frozen=True, slots=True)
class _Written:
    counts: dict[str, int]
    open_now: dict[str, int]


def _write(
    extract: Extract, *, company: Company, today: date, actor: Actor
) -> tuple[_Written, list[Problem]]:
    known = writing.known_items(company, "i.kind <> 'payment' AND i.origin <> 'elsewhere'", {})
    incoming, problems = _incoming(extract.items, known, company=company, today=today)
    difference = reconcile.table(known, incoming)
    changed, found = _allowed(difference.changed)
    problems += found
    writing.update_items(changed)
    inserted = writing.insert_items(
        difference.new.with_columns(source_key=pl.lit("")), company=company, origin=Origin.LIST
    )
    both = pl.concat([difference.known, inserted.select("id", "key")])
    settled = _settle(_to_settle(incoming, both, known, today), company=company, actor=actor)
    gone = 0
    if extract.is_complete:
        dropped = known.join(difference.gone, on="id", how="semi").filter(
            pl.col("origin") == "list"
        )
        gone = _settle(
            dropped.select(
                "id", "customer_id", "number", "currency",
                pl.col("open").alias("rest"), pl.lit(today).alias("date"),
            ),
            company=company, actor=actor,
        )  # fmt: skip
    figures = _figures(both["id"])
    counts = {
        "open_items": figures.open, "closed_items": figures.closed, "payments": settled,
        "allocations": settled + gone, "new": inserted.height, "changed": changed.height,
        "gone": gone,
    }  # fmt: skip
    return _Written(counts, figures.amounts), problems


def _incoming(
    items: pl.DataFrame, known: pl.DataFrame, *, company: Company, today: date
) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows with what they leave out: from the item they mean, else from what is usual.

    A new row without any amount is no item: it is left out with a warning. One without a date of
    issue is taken to be issued thirty days before it is due.
    """
    with_ids = items.join(customers.ids_of(company), on="customer", how="inner").with_columns(
        number=pl.col("number").fill_null("").str.slice(0, 100)
    )
    meant = known.unique(["customer_id", "number"], keep="first").select(
        "customer_id", "number", pl.col("amount").alias("amount_known"),
        pl.col("kind").alias("kind_known"), pl.col("issue_date").alias("issued_known"),
        pl.col("currency").alias("currency_known"),
    )  # fmt: skip
    rows = with_ids.join(meant, on=["customer_id", "number"], how="left")
    usual = pl.min_horizontal(pl.col("due_date").dt.offset_by("-30d"), pl.lit(today))
    filled = rows.with_columns(
        amount=pl.coalesce("amount", "open_amount", "amount_known"),
        issue_date=pl.coalesce("issue_date", "issued_known", usual, pl.lit(today)),
        currency=pl.coalesce("currency", "currency_known", pl.lit(company.currency)),
    ).with_columns(
        kind=pl.coalesce(
            "kind", "kind_known",
            pl.when(pl.col("amount") < 0).then(pl.lit("credit_note")).otherwise(pl.lit("invoice")),
        )
    )  # fmt: skip
    problems = [
        warning(line, "amount_not_told", number=number)
        for line, number in filled.filter(pl.col("amount").is_null())
        .select("line", "number").head(1000).iter_rows()
    ]  # fmt: skip
    told = writing.prepared(due_dates.fill(filled.filter(pl.col("amount").is_not_null())))
    return told.with_columns(origin=pl.lit(Origin.LIST.value), source_key=pl.lit("")), problems


def _allowed(changed: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """A list never changes what the ledger says an item amounts to, nor below what is settled."""
    settled = pl.col("amount_before") - pl.col("open")
    fits = (pl.col("amount").sign() == pl.col("amount_before").sign()) & (
        pl.col("amount").abs() >= settled.abs()
    )
    from_list = pl.col("origin") == Origin.LIST.value
    resized = pl.col("amount") != pl.col("amount_before")
    problems: list[Problem] = [
        warning(None, "amount_below_allocated", number=key, customer="")
        for key in changed.filter(from_list & resized & ~fits)["key"].head(100)
    ]
    return changed.with_columns(
        amount=pl.when(from_list & fits).then("amount").otherwise("amount_before"),
        kind=pl.col("kind"),
        origin_in=pl.col("origin"),
    ), problems


def _to_settle(
    incoming: pl.DataFrame, both: pl.DataFrame, known: pl.DataFrame, today: date
) -> pl.DataFrame:
    """What the list says is paid beyond what we know.

    Columns: id, customer_id, number, currency, rest, date. What we allocated from the bank may
    not be in the list yet: it stays. The ledger's own items are settled by the ledger.
    """
    before = known.select(
        "id", pl.col("open").alias("open_before"), pl.col("origin").alias("whose")
    )
    rows = (
        incoming.join(both, on="key", how="inner")
        .join(before, on="id", how="left")
        .filter(pl.col("whose").fill_null("list") == "list")
        .with_columns(open_before=pl.coalesce("open_before", "amount"))
    )
    target = (
        pl.when(pl.col("paid_date").is_not_null())
        .then(pl.lit(0, pl.Int64))
        .otherwise("open_amount")
    )
    return (
        rows.with_columns(target=target)
        .filter(pl.col("target").is_not_null())
        .with_columns(
            rest=pl.col("open_before") - pl.col("target"),
            date=pl.coalesce("paid_date", pl.max_horizontal("issue_date", pl.lit(today))),
        )
        .filter((pl.col("rest") != 0) & (pl.col("rest").sign() == pl.col("amount").sign()))
        .with_columns(date=pl.max_horizontal("date", "issue_date"))
        .select("id", "customer_id", "number", "currency", "rest", "date")
    )


def _settle(rows: pl.DataFrame, *, company: Company, actor: Actor) -> int:
    """Close items by counter-items "settled elsewhere", one each. Returns how many."""
    rows = rows.filter(pl.col("rest") != 0)
    if rows.is_empty():
        return 0
    is_debit = pl.col("rest") > 0
    counter = rows.select(
        "customer_id", "number", "currency", pl.col("id").alias("settles"), "date",
        kind=pl.when(is_debit).then(pl.lit("payment")).otherwise(pl.lit("debit_note")),
        issue_date=pl.col("date"), due_date=pl.col("date"), due_date_source=pl.lit("file"),
        amount=-pl.col("rest"), label=pl.lit(""), order_number=pl.lit(""),
        treasury=pl.lit(""), source_key=pl.lit(""), is_opening=pl.lit(False),
    ).pipe(writing.prepared)  # fmt: skip
    inserted = writing.insert_items(counter, company=company, origin=Origin.ELSEWHERE)
    from_debit = pl.col("amount") < 0
    return writing.insert_allocations(
        inserted.select(
            debit_id=pl.when(from_debit).then("settles").otherwise("id"),
            credit_id=pl.when(from_debit).then("id").otherwise("settles"),
            amount=pl.col("amount").abs(), date=pl.col("date"), letter=pl.lit("settled_elsewhere"),
        ),
        company=company, author=Author.LEDGER, actor=actor,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figures:
    open: int
    closed: int
    amounts: dict[str, int]


def _figures(ids: pl.Series) -> _Figures:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, count(*) FILTER (WHERE open <> 0), count(*) FILTER (WHERE open = 0),"
            " sum(open) FROM ledger_itembalance WHERE item_id = ANY (%s) GROUP BY 1",
            [ids.to_list()],
        )
        rows = cursor.fetchall()
    return _Figures(
        sum(row[1] for row in rows),
        sum(row[2] for row in rows),
        {row[0]: int(row[3]) for row in rows},
    )
