"""How a customer is reached with a step today: by which channels, or why not at all."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from encaisse.dunning.core import gates
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import Channel, Scenario, Step

_ADDRESS = {
    Channel.EMAIL: "email",
    Channel.LETTER: "postal",
    Channel.REGISTERED_LETTER: "postal",
    Channel.SMS: "phone",
    Channel.PORTAL: "portal",
}


def reach(
    facts: Facts,
    scenario: Scenario,
    customers: pl.DataFrame,
    rows: pl.DataFrame,
    steps: Sequence[Step],
    *,
    after: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows once for each channel with `channel` and `to`; and those withheld with `gate`.

    `after` holds what already goes out today (customer, channel): nothing is added to it.
    """
    wanted = rows.select("customer", "step").unique()
    judged = judged_approaches(facts, scenario, customers, wanted, steps, after=after)
    closed = judged.filter(pl.col("gate").is_not_null())
    withheld = rows.join(
        closed.select("customer", "step", "gate", "gate_day", "gate_amount"),
        on=["customer", "step"],
    )
    ways = (
        judged.filter(pl.col("gate").is_null())
        .select("customer", "step", pl.col("channels").alias("channel"))
        .explode("channel")
        .join(_addresses(customers), on=["customer", "channel"], how="left")
    )
    return rows.join(ways, on=["customer", "step"]), withheld


def judged_approaches(
    facts: Facts,
    scenario: Scenario,
    customers: pl.DataFrame,
    wanted: pl.DataFrame,
    steps: Sequence[Step],
    *,
    after: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row for each customer and step wanted, with its channels and the first closed gate."""
    prepared = prepare(facts, customers, wanted, steps, after=after)
    return gates.judge(prepared, gates.of_contact(scenario, facts.today, working(facts)))


def working(facts: Facts) -> list[str]:
    """The recipients' countries in which today is a working day."""
    countries = facts.customers["country"].unique().drop_nulls().sort()
    return [one for one in countries if facts.is_working(facts.today, one)]


def prepare(
    facts: Facts,
    customers: pl.DataFrame,
    wanted: pl.DataFrame,
    steps: Sequence[Step],
    *,
    after: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What the gates of contact look at, for each customer and step wanted."""
    usable = wanted.join(customers, on="customer").with_columns(_channels(steps), _is_work(steps))
    return (
        usable.join(_last_contact(facts, customers), on="customer", how="left")
        .join(_used_today(facts, customers, after), on="customer", how="left")
        .with_columns(pl.col("used_today").fill_null(pl.lit([], dtype=pl.List(pl.String))))
    )


def _channels(steps: Sequence[Step]) -> pl.Expr:
    """The usable channels of the row's step: its own, or its second track without e-mail."""
    chosen: pl.Expr = pl.lit([], dtype=pl.List(pl.String))
    has_email = pl.col("email").is_not_null()
    for step in steps:
        usable = _usable(step.channels)
        if step.without_email:
            usable = pl.when(has_email).then(usable).otherwise(_usable(step.without_email))
        chosen = pl.when(pl.col("step") == step.code).then(usable).otherwise(chosen)
    return chosen.alias("channels")


def _usable(channels: Sequence[Channel]) -> pl.Expr:
    reachable = [
        pl.when(pl.col(_ADDRESS[channel]).is_not_null()).then(pl.lit(channel.value))
        if channel in _ADDRESS
        else pl.lit(channel.value)
        for channel in channels
    ]
    return pl.concat_list(reachable).list.drop_nulls()


def _is_work(steps: Sequence[Step]) -> pl.Expr:
    return pl.col("step").is_in([step.code for step in steps if step.is_work]).alias("is_work")


def _last_contact(facts: Facts, customers: pl.DataFrame) -> pl.DataFrame:
    """The last day before today on which the customer, or the same person, heard from us."""
    before = facts.contacts.filter(pl.col("day") < facts.today)
    latest = pl.col("day").max()
    by_customer = before.group_by("customer").agg(latest.alias("of_customer"))
    by_person = (
        before.drop_nulls("address").group_by(pl.col("address").alias("email"))
        .agg(latest.alias("of_person"))
    )  # fmt: skip
    return (
        customers.select("customer", "email")
        .join(by_customer, on="customer", how="left")
        .join(by_person, on="email", how="left")
        .select("customer", pl.max_horizontal("of_customer", "of_person").alias("last_contact"))
    )


def _used_today(facts: Facts, customers: pl.DataFrame, after: pl.DataFrame | None) -> pl.DataFrame:
    """The channels by which the customer, or the same person, is reached today already."""
    today = facts.contacts.filter(pl.col("day") == facts.today)
    people = today.drop_nulls("address").select(pl.col("address").alias("email"), "channel")
    parts = [
        today.select("customer", "channel"),
        customers.select("customer", "email")
        .join(people, on="email")
        .select("customer", "channel"),
    ]
    if after is not None:
        parts.append(after.select("customer", "channel"))
    return pl.concat(parts).group_by("customer").agg(
        pl.col("channel").unique().sort().alias("used_today")
    )  # fmt: skip


def _addresses(customers: pl.DataFrame) -> pl.DataFrame:
    """Where each channel reaches a customer: customer, channel, to."""
    parts = [
        customers.select("customer", pl.lit(channel.value).alias("channel"),
                         pl.col(column).alias("to"))
        for channel, column in _ADDRESS.items()
    ]  # fmt: skip
    return pl.concat(parts)
