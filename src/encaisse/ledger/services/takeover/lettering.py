"""Follow the ledger's letters: what it letters is settled, what it unletters is open again.

Our own allocations stay while the ledger shows the item open. Where the ledger letters an item
otherwise than we did, the ledger wins over the machine, and a person wins over the ledger.
"""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import connection

from encaisse.database.columns import copy_out
from encaisse.kernel.problems import Problem, warning
from encaisse.ledger.models import Author
from encaisse.ledger.services.takeover import writing
from encaisse.ledger.services.takeover.staging import stage
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company


def follow_letters(
    wanted: pl.DataFrame, item_ids: pl.Series, *, company: Company, today: date, actor: Actor
) -> tuple[dict[str, int], list[Problem]]:
    """Write the difference between the ledger's pairs and ours for the items of the file.

    `wanted`: debit_id, credit_id, amount, date, letter. Returns counts (allocations,
    unlettered, not_yet_in_ledger) and warnings.
    """
    active = writing.active_allocations(item_ids.unique())
    if active.is_empty():  # the first file of a company: nothing to compare
        count = writing.insert_allocations(
            wanted, company=company, author=Author.LEDGER, actor=actor
        )
        return {"allocations": count, "unlettered": 0, "not_yet_in_ledger": 0}, []
    place = ["debit_id", "credit_id"]
    ours = active.group_by(place).agg(pl.col("amount").sum().alias("have"))
    compared = wanted.join(ours, on=place, how="left").with_columns(pl.col("have").fill_null(0))
    missing = compared.filter(pl.col("amount") > pl.col("have")).with_columns(
        amount=pl.col("amount") - pl.col("have")
    )
    # The file speaks for pairs that it lists both sides of; an item carried forward from an earlier
    # year keeps what was lettered then.
    told = item_ids.unique().implode()
    unlettered = active.filter(
        (pl.col("author") == Author.LEDGER.value)
        & pl.col("debit_id").is_in(told)
        & pl.col("credit_id").is_in(told)
    ).join(wanted, on=place, how="anti")
    writing.reverse_allocations(
        unlettered["id"], actor=actor, author=Author.LEDGER, reason="unlettered", on=today
    )
    kept = active.join(unlettered.select("id"), on="id", how="anti")
    missing, given_up = _make_room(missing, kept, wanted, today=today, actor=actor)
    count = writing.insert_allocations(missing, company=company, author=Author.LEDGER, actor=actor)
    own = kept.filter(pl.col("author") != Author.LEDGER.value).join(wanted, on=place, how="anti")
    problems = [warning(None, "person_match_differs", count=given_up)] if given_up else []
    counts = {
        "allocations": count, "unlettered": unlettered.height, "not_yet_in_ledger": own.height,
    }  # fmt: skip
    return counts, problems


def _make_room(
    missing: pl.DataFrame, kept: pl.DataFrame, wanted: pl.DataFrame, *, today: date, actor: Actor
) -> tuple[pl.DataFrame, int]:
    """Take the machine's allocations back where the ledger says otherwise.

    Returns what can then be written, and how many items a person's decision keeps from it.
    """
    crowded = _crowded(missing)
    machine = kept.filter(
        (pl.col("author") == Author.MACHINE.value)
        & (pl.col("debit_id").is_in(crowded) | pl.col("credit_id").is_in(crowded))
    ).join(wanted, on=["debit_id", "credit_id"], how="anti")
    writing.reverse_allocations(
        machine["id"], actor=actor, author=Author.LEDGER, reason="lettered_otherwise", on=today
    )
    crowded = _crowded(missing)
    room = missing.filter(~pl.col("debit_id").is_in(crowded) & ~pl.col("credit_id").is_in(crowded))
    return room, len(crowded)


def _crowded(missing: pl.DataFrame) -> set[int]:
    """The items on which less is open than the ledger still wants to settle."""
    needs = pl.concat([
        missing.select(pl.col("debit_id").alias("id"), "amount"),
        missing.select(pl.col("credit_id").alias("id"), "amount"),
    ]).group_by("id").agg(pl.col("amount").sum())  # fmt: skip
    stage("needed_item", needs.select("id"))
    kept = copy_out(
        connection,
        "SELECT item_id, abs(open) FROM ledger_itembalance"
        " WHERE item_id IN (SELECT id FROM needed_item)",
        None,
        {"id": pl.Int64, "open": pl.Int64},
    )
    return set(needs.join(kept, on="id").filter(pl.col("amount") > pl.col("open"))["id"])
