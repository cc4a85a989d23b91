"""Where each item stands today: which step is due for it, from facts alone.

The rules, and nothing remembered:

- a step is due from its day on, never "on" its day; of several the latest counts, the others
  are skipped: after an outage of any length one step leaves;
- an item never contacted starts with the first reminder, however late it is found, or with the
  preventive step while it is not due yet;
- the steps of an item only go up; none comes twice; no two on one day; while one is on its way
  none follows;
- a formal step needs a reminder that was delivered.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

import polars as pl

from encaisse.dunning.core.scenario import FORMAL_LEVEL, Anchor, Scenario, Step

TRUSTED_SOURCES = ("file", "einvoice", "terms", "label", "person")
NEVER = -1


def due_steps(
    items: pl.DataFrame, steps: pl.DataFrame, scenario: Scenario, today: date
) -> pl.DataFrame:
    """The claimable items for which a step of the scenario is due today.

    `items` and `steps` as in `facts`. Adds `rank` (position of the step in `scenario.chasing`),
    `step`, `level`, `last_rank` (NEVER when none was delivered), `days_late`, `trusted`.
    """
    chasing = scenario.chasing
    claimable = items.filter((pl.col("open_amount") > 0) & pl.col("due_date").is_not_null())
    placed = claimable.join(_history(steps, scenario), on="item", how="left").with_columns(
        pl.col("last_rank").fill_null(NEVER),
        pl.col("contacted", "reminded", "pending").fill_null(value=False),
        (pl.lit(today) - pl.col("due_date")).dt.total_days().alias("days_late"),
        pl.col("due_date_source").is_in(TRUSTED_SOURCES).fill_null(value=False).alias("trusted"),
    )
    allowed = [_allowed(step, rank, scenario, today) for rank, step in enumerate(chasing)]
    informal = [
        rule for rule, step in zip(allowed, chasing, strict=True) if step.level < FORMAL_LEVEL
    ]
    wanted = placed.with_columns(_latest(allowed).alias("rank")).filter(
        pl.col("rank").is_not_null()
        & ~pl.col("pending")
        & (pl.col("last_day").is_null() | (pl.col("last_day") < today))
    )
    first_formal = len(informal)
    # An untrusted due date keeps the item below the formal steps as long as there is one left.
    softened = wanted.with_columns(
        pl.when(~pl.col("trusted") & (pl.col("rank") >= first_formal))
        .then(pl.coalesce(_latest(informal), "rank"))
        .otherwise("rank")
        .alias("rank")
    )
    return _named(softened, chasing)


def _history(steps: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """One row an item with steps: what was delivered, when, and what is on its way."""
    delivered = pl.col("delivered")
    anchors = {step.clock.step for step in scenario.chasing if step.clock.anchor is Anchor.STEP}
    return (
        steps.with_columns(_rank_of(scenario).alias("step_rank"))
        .group_by("item")
        .agg(
            pl.col("step_rank").filter(delivered).max().alias("last_rank"),
            delivered.any().alias("contacted"),
            (delivered & pl.col("is_contact") & pl.col("level").is_between(1, FORMAL_LEVEL - 1))
            .any()
            .alias("reminded"),
            (~delivered).any().alias("pending"),
            pl.col("day").max().alias("last_day"),
            *(
                pl.col("day").filter(delivered & (pl.col("step") == code)).max()
                .alias(_anchor_column(code))
                for code in sorted(anchors)
            ),
        )
    )  # fmt: skip


def _rank_of(scenario: Scenario) -> pl.Expr:
    """The place of a delivered step; one of another scenario takes the place of its level."""
    ranks = {step.code: rank for rank, step in enumerate(scenario.chasing)}
    by_level = {
        level: max(
            (rank for rank, step in enumerate(scenario.chasing) if step.level <= level),
            default=NEVER,
        )
        for level in range(6)
    }
    thanks = scenario.thanks
    known = {**ranks, **({thanks.code: NEVER} if thanks else {})}
    return (
        pl.col("step")
        .replace_strict(known, default=None, return_dtype=pl.Int32)
        .fill_null(pl.col("level").replace_strict(by_level, default=NEVER, return_dtype=pl.Int32))
    )


def _allowed(step: Step, rank: int, scenario: Scenario, today: date) -> pl.Expr:
    rules = [pl.col("last_rank") < rank, _has_started(step, today)]
    if step.is_preventive:
        rules.append(pl.col("due_date") > today)
    if rank > first_reminder(scenario):
        rules.append(pl.col("contacted"))
    if step.level >= FORMAL_LEVEL:
        rules.append(pl.col("reminded"))
    return reduce(lambda one, other: one & other, rules)


def _has_started(step: Step, today: date) -> pl.Expr:
    clock = step.clock
    anchor = {
        Anchor.DUE_DATE: "due_date",
        Anchor.ISSUE_DATE: "issue_date",
    }.get(clock.anchor, _anchor_column(clock.step))
    started = pl.col(anchor) + pl.duration(days=clock.days) <= today
    return started.fill_null(value=False)


def first_reminder(scenario: Scenario) -> int:
    """The rank of the step an item found late starts with."""
    chasing = scenario.chasing
    return next(
        (rank for rank, step in enumerate(chasing) if step.level >= 1 and not step.is_work),
        len(chasing),
    )


def _latest(allowed: list[pl.Expr]) -> pl.Expr:
    ranks = [pl.when(rule).then(pl.lit(rank, dtype=pl.Int32)) for rank, rule in enumerate(allowed)]
    return pl.max_horizontal(ranks) if ranks else pl.lit(None, dtype=pl.Int32)


def _named(placed: pl.DataFrame, chasing: tuple[Step, ...]) -> pl.DataFrame:
    codes = {rank: step.code for rank, step in enumerate(chasing)}
    levels = {rank: step.level for rank, step in enumerate(chasing)}
    return placed.with_columns(
        pl.col("rank").replace_strict(codes, default=None, return_dtype=pl.String).alias("step"),
        pl.col("rank").replace_strict(levels, default=None, return_dtype=pl.Int8).alias("level"),
    )


def _anchor_column(code: str) -> str:
    return f"day_of_{code}"


def thanks_due(settled: pl.DataFrame, steps: pl.DataFrame, step: Step, today: date) -> pl.DataFrame:
    """Items paid after a reminder, or as promised, whose thanks may leave today.

    `settled` and `steps` as in `facts`; the columns of `due_steps`, with nothing left open.
    """
    clock = step.clock
    history = steps.group_by("item").agg(
        (pl.col("delivered") & pl.col("is_contact") & (pl.col("level") >= 1))
        .any()
        .alias("reminded"),
        (pl.col("step") == step.code).any().alias("thanked"),
        (~pl.col("delivered")).any().alias("pending"),
        pl.col("day").max().alias("last_day"),
    )
    paid_for = (pl.lit(today) - pl.col("settled_on")).dt.total_days()
    flags = pl.col("reminded", "thanked", "pending").fill_null(value=False)
    return (
        settled.join(history, on="item", how="left")
        .with_columns(flags)
        .filter(
            pl.col("reminded") | pl.col("promise_kept"),
            ~pl.col("thanked"),
            ~pl.col("pending"),
            pl.col("last_day").is_null() | (pl.col("last_day") < today),
            paid_for >= clock.days,
            paid_for <= (clock.until if clock.until is not None else 36_500),
        )
        .with_columns(
            pl.lit(0, dtype=pl.Int64).alias("amount"),
            pl.lit(0, dtype=pl.Int64).alias("open_amount"),
            pl.lit(0, dtype=pl.Int64).alias("credit"),
            (pl.lit(today) - pl.col("due_date")).dt.total_days().alias("days_late"),
            pl.lit(step.code).alias("step"),
            pl.lit(step.level, dtype=pl.Int8).alias("level"),
            pl.lit(0, dtype=pl.Int32).alias("rank"),
            pl.lit(0, dtype=pl.Int32).alias("last_rank"),
            pl.lit(value=True).alias("trusted"),
        )
    )
