"""The planner on columns against the plain reference, for many worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.dunning.core import planner
from encaisse.dunning.core.scenario import LEVELS
from encaisse.dunning.tests import reference
from encaisse.dunning.tests.reference import Contact, Done, Item, Outcome, Paid, World
from encaisse.dunning.tests.test_planner import WEDNESDAY, day, outcomes, planned
from encaisse.dunning.tests.test_scenario_file import standard

DAYS = st.integers(-70, 20).map(day)
AMOUNTS = st.sampled_from([-20_000, -10_000, -4_000, 500, 1_499, 1_500, 4_000, 10_000, 20_000])
RARELY = st.sampled_from([False] * 5 + [True])


def _done(item: int, step: str, when: date, there: bool) -> Done:
    return Done(item, step, LEVELS[step], when, there)


@st.composite
def worlds(draw: st.DrawFn, today: date | None = None) -> World:
    today = today or day(draw(st.integers(-3, 3)))
    items = tuple(
        Item(
            number,
            due=draw(DAYS) if amount > 0 else None,
            amount=amount,
            currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
            source=draw(st.sampled_from(["file", "file", "legal_default"])),
            disputed=draw(RARELY),
            promised_until=draw(st.none() | DAYS),
            payment_plan=draw(RARELY),
            in_transit=draw(RARELY),
            delivery_failed=draw(RARELY),
            blocked_until=draw(st.none() | st.none() | DAYS),
        )
        for number, amount in enumerate(draw(st.lists(AMOUNTS, max_size=7)), start=1)
    )
    paid = tuple(
        Paid(number, draw(DAYS), draw(RARELY)) for number in range(20, 20 + draw(st.integers(0, 2)))
    )
    numbers = [one.item for one in items] + [one.item for one in paid]
    history = st.builds(
        _done,
        st.sampled_from(numbers or [1]),
        st.sampled_from([*LEVELS, "reminder_1", "reminder_1"]),
        DAYS.filter(lambda one: one <= today),
        st.sampled_from([True] * 6 + [False]),
    )
    chased = [one.item for one in items if one.amount > 0] + [one.item for one in paid]
    steps = draw(st.lists(history, max_size=6, unique_by=lambda one: (one.item, one.step)))
    thanked = {one.item for one in paid}
    return World(
        today,
        items,
        tuple(s for s in steps if s.item in chased and (s.step != "thanks" or s.item in thanked)),
        tuple(
            Contact(draw(DAYS.filter(lambda one: one <= today)), channel)
            for channel in draw(st.lists(st.sampled_from(["email", "letter"]), max_size=2))
        ),
        paid,
        email=draw(st.sampled_from(["a@example.org", "a@example.org", None])),
        postal=draw(st.sampled_from(["1 rue Haute", "1 rue Haute", None])),
        opted_out=draw(RARELY),
        blocked_until=draw(st.none() | st.none() | st.none() | DAYS),
        insolvent=draw(RARELY),
    )


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_the_columns_agree_with_the_plain_rules(world: World) -> None:
    assert planned(world) == reference.decide(world, standard())


@settings(max_examples=25, deadline=None)
@given(st.lists(worlds(today=WEDNESDAY), min_size=2, max_size=4))
def test_customers_do_not_touch_each_other(several: list[World]) -> None:
    apart = {
        key: replace(
            reference.with_numbers(world, key * 100),
            email=world.email and f"{key}@example.org",
        )
        for key, world in enumerate(several, start=1)
    }
    together = outcomes(planner.plan(reference.as_facts(apart, standard())))
    for key, world in apart.items():
        expected = reference.decide(world, standard())
        assert together.get(f"C{key:03d}", Outcome()) == expected


@settings(max_examples=25, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(world: World, random: Any) -> None:
    facts = reference.as_facts({1: world}, standard())
    seed = random.randrange(1_000)
    shuffled = replace(
        facts,
        items=_shuffled(facts.items, seed),
        customers=_shuffled(facts.customers, seed),
        steps=_shuffled(facts.steps, seed),
        contacts=_shuffled(facts.contacts, seed),
        settled=_shuffled(facts.settled, seed),
    )
    first, second = planner.plan(facts), planner.plan(shuffled)
    assert first.notices.equals(second.notices)
    assert first.withheld.equals(second.withheld)


def _shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    return frame.sample(fraction=1.0, shuffle=True, seed=seed) if frame.height else frame
