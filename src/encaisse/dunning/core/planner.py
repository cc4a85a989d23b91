"""The plan of a day: which messages and tasks, for which items, and what is withheld and why.

One notice for each customer, channel and currency, at the highest step among its items; every
item keeps its own step. Decides only: nothing is written or sent here, and the same facts give
the same plan in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from encaisse.dunning.core import approach, charges, credits, gates, positions
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import Credits, Interest, Release, Scenario

_NOTICE = ["customer", "code", "channel", "currency"]
_WITHHELD = ["customer", "code", "item", "number", "step", "gate", "gate_day", "gate_amount"]
_ROW = [
    "customer", "code", "item", "number", "currency", "due_date", "days_late", "amount",
    "open_amount", "credit", "step", "level", "rank", "last_rank", "trusted", "regime",
]  # fmt: skip
_ITEM = [
    "item", "number", "due_date", "days_late", "open_amount", "credit", "step", "level",
    "first", "skipped", "interest", "indemnity",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What would leave today, and what would not.

    `notices`: customer, code, channel, currency, scenario, step, level, release, to, total,
    credit, interest, indemnity, items (list of structs, see `_ITEM`); the channels `call` and
    `task` are work for a person. `withheld`: customer, code, item, number, step, gate, gate_day,
    gate_amount. Amounts in minor units; `total` is net of `credit`, without interest (null when a
    rate is missing) and indemnity.
    """

    notices: pl.DataFrame
    withheld: pl.DataFrame


def plan(facts: Facts) -> DayPlan:
    """Decide the day of one company."""
    parts = [_of_scenario(facts, scenario) for _, scenario in sorted(facts.scenarios.items())]
    if not parts:
        parts = [_of_scenario(facts, Scenario("none", ()))]
    return DayPlan(
        pl.concat([part.notices for part in parts]).sort("code", "channel", "currency"),
        pl.concat([part.withheld for part in parts]).sort("code", "number", "item"),
    )


def _of_scenario(facts: Facts, scenario: Scenario) -> DayPlan:
    customers = facts.customers.filter(pl.col("scenario") == scenario.name)
    claimed, withheld = _claims(facts, scenario, customers)
    chased, unreachable = approach.reach(facts, scenario, customers, claimed, scenario.chasing)
    thanked, late_thanks = _thanks(facts, scenario, customers, chased)
    rows = pl.concat([chased, thanked])
    reasons = [*withheld, unreachable.select(_WITHHELD), *late_thanks]
    return DayPlan(_notices(rows, facts, scenario), pl.concat(reasons))


def _claims(
    facts: Facts, scenario: Scenario, customers: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The items whose step may be claimed, with `credit`; and what the gates withhold."""
    items = facts.items.join(customers.select("customer"), on="customer", how="semi")
    due = positions.due_steps(items, facts.steps, scenario, facts.today).join(
        of_customer(customers), on="customer"
    )
    judged = gates.judge(due, gates.of_items(scenario, facts.today))
    passed = with_amounts(judged.filter(pl.col("gate").is_null()), items, scenario)
    weighed = gates.judge(passed, gates.of_amounts(scenario))
    withheld = [
        frame.filter(pl.col("gate").is_not_null()).select(_WITHHELD) for frame in (judged, weighed)
    ]
    return weighed.filter(pl.col("gate").is_null()).select(_ROW), withheld


def with_amounts(claimed: pl.DataFrame, items: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """Add `credit` (laid on the item) and `net` (what the customer owes in this currency)."""
    owner = ["customer", "currency"]
    net = items.group_by(owner).agg(pl.col("open_amount").sum().alias("net"))
    notes = items.filter(pl.col("open_amount") < 0)
    if scenario.credits is not Credits.NET:
        notes = notes.clear()
    return credits.lay(claimed, notes).join(net, on=owner, how="left")


def of_customer(customers: pl.DataFrame) -> pl.DataFrame:
    """What the gates of items look at besides the item itself."""
    return customers.select(
        "customer", "code", "debtor", "regime", "insolvent",
        pl.col("blocked_until").alias("customer_blocked_until"),
    )  # fmt: skip


def _thanks(
    facts: Facts, scenario: Scenario, customers: pl.DataFrame, chased: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Thanks for items paid after a reminder or as promised; a reminder of the day comes first."""
    step = scenario.thanks
    if step is None:
        return chased.clear(), []
    paid = positions.thanks_due(facts.settled, facts.steps, step, facts.today).join(
        of_customer(customers), on="customer"
    )
    judged = gates.judge(paid, gates.of_settled(facts.today))
    passed = judged.filter(pl.col("gate").is_null()).select(_ROW)
    reached, withheld = approach.reach(facts, scenario, customers, passed, (step,), after=chased)
    closed = judged.filter(pl.col("gate").is_not_null())
    return reached, [closed.select(_WITHHELD), withheld.select(_WITHHELD)]


def _notices(rows: pl.DataFrame, facts: Facts, scenario: Scenario) -> pl.DataFrame:
    order = {step.code: place for place, step in enumerate(scenario.steps)}
    held = [step.code for step in scenario.steps if step.release is Release.HELD]
    place = pl.col("step").replace_strict(order, default=-1, return_dtype=pl.Int32)
    first = (pl.col("last_rank") == positions.NEVER).alias("first")
    skipped = pl.max_horizontal(pl.col("rank") - pl.col("last_rank") - 1, 0).alias("skipped")
    placed = rows.with_columns(place.alias("place"), first, skipped)
    ordered = _charged(placed, facts, scenario).sort("due_date", "number", "item")
    is_held = pl.col("step").is_in(held)
    return (
        ordered.group_by(_NOTICE)
        .agg(
            pl.col("step").sort_by("place").last(),
            pl.col("level").sort_by("place").last(),
            pl.col("to").first(),
            (pl.col("open_amount") - pl.col("credit")).sum().alias("total"),
            pl.col("credit").sum(),
            pl.when(pl.col("interest").is_null().any()).then(None)
            .otherwise(pl.col("interest").sum()).alias("interest"),
            pl.col("indemnity").sum(),
            pl.struct(_ITEM).alias("items"),
        )
        .with_columns(
            pl.lit(scenario.name).alias("scenario"),
            pl.when(is_held).then(pl.lit(Release.HELD.value))
            .otherwise(pl.lit(Release.AUTOMATIC.value)).alias("release"),
        )
        .select(*_NOTICE, "scenario", "step", "level", "release", "to", "total", "credit",
                "interest", "indemnity", "items")
    )  # fmt: skip


def _charged(rows: pl.DataFrame, facts: Facts, scenario: Scenario) -> pl.DataFrame:
    """Add `interest` and `indemnity`, 0 where the notice does not speak of them.

    The notice's step decides, not the item's; a due date nobody vouches for bears nothing, and
    the indemnity stands once for each invoice, however many instalments it has.
    """
    telling = [
        place
        for place, step in enumerate(scenario.steps)
        if step.interest is not Interest.NONE and not step.is_thanks
    ]
    told = pl.col("place").max().over(_NOTICE).is_in(telling) & pl.col("trusted")
    late = told & (pl.col("days_late") > 0)
    zero = pl.lit(0, dtype=pl.Int64)
    silent = rows.filter(~late).with_columns(zero.alias("interest"), zero.alias("indemnity"))
    charged = charges.with_charges(
        rows.filter(late).sort("due_date", "number", "item"), facts.law, facts.reductions,
        facts.today,
    )  # fmt: skip
    is_first = pl.int_range(pl.len()).over([*_NOTICE, "number"]) == 0
    once = pl.when(is_first).then("indemnity").otherwise(0).alias("indemnity")
    return pl.concat([silent, charged.with_columns(once)])
