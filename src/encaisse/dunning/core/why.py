"""Why an item is or is not chased today: every rule with its outcome and facts, in order.

The rules are the planner's own expressions, looked at one by one for one customer; the verdict is
the planner's own decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from encaisse.dunning.core import approach, gates, planner, positions
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import Anchor, Scenario, Step


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it came out: ``passed``, ``closed`` (a gate), ``due``, ``not_due``…"""

    rule: str
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The verdict for one item: ``planned``, ``withheld`` or ``nothing_due``, and the rules."""

    item: int
    number: str
    verdict: str
    step: str
    rules: tuple[Rule, ...]


def explain(facts: Facts, customer: int) -> list[Reasons]:
    """Every claimable open item of a customer, by due date and number."""
    own = facts.customers.filter(pl.col("customer") == customer)
    if own.is_empty():
        return []
    scenario = facts.scenarios[own["scenario"][0]]
    items = facts.items.filter(pl.col("customer") == customer)
    decided = planner.plan(facts)
    judged = _judged(facts, scenario, own, items)
    return [
        _of_item(row, facts, scenario, decided, judged)
        for row in items.filter(pl.col("open_amount") > 0)
        .sort("due_date", "number", "item")
        .to_dicts()
    ]


def _judged(
    facts: Facts, scenario: Scenario, customers: pl.DataFrame, items: pl.DataFrame
) -> dict[int, list[Rule]]:
    """Every gate for every item with a step due."""
    about = planner.of_customer(customers)
    due = positions.due_steps(items, facts.steps, scenario, facts.today).join(about, on="customer")
    first = gates.of_items(scenario, facts.today)
    idle = (
        items.filter(pl.col("open_amount") > 0)
        .join(due, on="item", how="anti")
        .join(about, on="customer")
        .with_columns(level=pl.lit(0, dtype=pl.Int8), trusted=pl.lit(value=True))
    )
    passing = gates.judge(due, first).filter(pl.col("gate").is_null())
    weighed = planner.with_amounts(passing, items, scenario)
    wanted = due.select("customer", "step").unique()
    reached = due.select("item", "customer", "step", "currency").join(
        approach.prepare(facts, customers, wanted, scenario.chasing), on=["customer", "step"]
    )
    last = gates.of_contact(scenario, facts.today, approach.working(facts))
    found: dict[int, list[Rule]] = {}
    _collect(found, gates.each(due, first))
    _collect(found, gates.each(idle, first))
    _collect(found, gates.each(weighed, gates.of_amounts(scenario)))
    _collect(found, gates.each(reached, last))
    return found


def _collect(found: dict[int, list[Rule]], frames: Sequence[pl.DataFrame]) -> None:
    columns = ["item", "gate", "closed", "gate_day", "gate_amount", "currency"]
    for frame in frames:
        for item, gate, closed, day, amount, currency in frame.select(columns).iter_rows():
            told = {"day": day, "amount": amount, "currency": currency} if closed else {}
            rule = Rule(gate, "closed" if closed else "open", _present(told))
            found.setdefault(item, []).append(rule)


def _of_item(
    row: dict[str, Any],
    facts: Facts,
    scenario: Scenario,
    decided: planner.DayPlan,
    judged: dict[int, list[Rule]],
) -> Reasons:
    item = row["item"]
    held = decided.withheld.filter(pl.col("item") == item).to_dicts()
    planned = [
        one
        for notice in decided.notices.filter(pl.col("customer") == row["customer"]).to_dicts()
        for one in notice["items"]
        if one["item"] == item
    ]
    position = _position(row, facts, scenario)
    if planned:
        return Reasons(item, row["number"], "planned", planned[0]["step"],
                       (*position, *judged[item]))  # fmt: skip
    if held:
        return Reasons(item, row["number"], "withheld", held[0]["step"],
                       (*position, *judged.get(item, [])))  # fmt: skip
    rules = (*position, *judged.get(item, []))
    return Reasons(item, row["number"], "nothing_due", "", rules)


def _position(row: dict[str, Any], facts: Facts, scenario: Scenario) -> tuple[Rule, ...]:
    """Where the item stands: what was delivered for it, and each step's day."""
    history = facts.steps.filter(pl.col("item") == row["item"]).sort("day").to_dicts()
    late = (facts.today - row["due_date"]).days
    rules = [Rule("due_date", "late" if late > 0 else "not_late",
                  {"due_date": row["due_date"], "source": row["due_date_source"],
                   "days_late": late})]  # fmt: skip
    rules += [
        Rule("delivered" if one["delivered"] else "on_its_way", one["step"], {"day": one["day"]})
        for one in history
    ]
    for step in scenario.chasing:
        start = _start(row, history, step)
        outcome = "no_day" if start is None else "started" if start <= facts.today else "later"
        rules.append(Rule(f"step:{step.code}", outcome, _present({"day": start})))
    return tuple(rules)


def _start(row: dict[str, Any], history: list[dict[str, Any]], step: Step) -> date | None:
    clock = step.clock
    if clock.step:
        days = [one["day"] for one in history if one["step"] == clock.step and one["delivered"]]
        return step.start(max(days)) if days else None
    anchor = row["issue_date"] if clock.anchor is Anchor.ISSUE_DATE else row["due_date"]
    return step.start(anchor) if anchor else None


def _present(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}
