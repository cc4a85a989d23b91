"""The planner on columns: rule by rule, against the plain reference, and its properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from encaisse.dunning.core import planner
from encaisse.dunning.core.scenario import LEVELS, Credits, Scenario
from encaisse.dunning.tests import reference
from encaisse.dunning.tests.reference import Contact, Done, Item, Outcome, Paid, World
from encaisse.dunning.tests.test_scenario_file import standard

WEDNESDAY = date(2026, 11, 18)


def day(shift: int) -> date:
    return WEDNESDAY + timedelta(days=shift)


def outcomes(plan: planner.DayPlan) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for row in plan.notices.to_dicts():
        items = tuple(sorted((one["item"], one["step"]) for one in row["items"]))
        found.setdefault(row["code"], Outcome()).notices.add(
            (row["channel"], row["currency"], row["step"], row["release"], row["total"],
             row["credit"], items)
        )  # fmt: skip
    for row in plan.withheld.to_dicts():
        withheld = found.setdefault(row["code"], Outcome()).withheld
        withheld.add((row["item"], row["step"], row["gate"]))
    return found


def planned(world: World, scenario: Scenario | None = None) -> Outcome:
    scenario = scenario or standard()
    facts = reference.as_facts({1: world}, scenario)
    return outcomes(planner.plan(facts)).get("C001", Outcome())


def steps_of(outcome: Outcome) -> dict[int, str]:
    return {item: step for notice in outcome.notices for item, step in notice[-1]}


def gates_of(outcome: Outcome) -> dict[int, str]:
    return {item: gate for item, _, gate in outcome.withheld}


def done(item: int, step: str, shift: int, *, delivered: bool = True) -> Done:
    return Done(item, step, LEVELS[step], day(shift), delivered)


@pytest.mark.parametrize(
    ("late", "history", "step"),
    [
        (-8, [], None),
        (-7, [], "pre_reminder"),
        (-1, [], "pre_reminder"),
        (0, [], None),  # due today: the pre-reminder is past, nothing is late yet
        (4, [], None),
        (5, [], "reminder_1"),
        (300, [], "reminder_1"),  # found late, never contacted
        (14, [("reminder_1", -9)], None),
        (15, [("reminder_1", -10)], "reminder_2"),
        (20, [("reminder_1", -10)], "call"),
        (28, [("reminder_1", -10)], "reminder_3"),  # after an outage the latest only
        (90, [("reminder_1", -10)], "formal_notice"),
        (90, [("pre_reminder", -97)], "reminder_3"),  # no formal notice without a reminder
        (90, [("pre_reminder", -97), ("call", -60)], "reminder_3"),  # a call is no reminder
        (40, [("pre_reminder", -47), ("reminder_1", -20), ("reminder_3", -12)], "formal_notice"),
        (50, [("reminder_1", -20), ("formal_notice", -9)], None),
        (51, [("reminder_1", -20), ("formal_notice", -10)], "handover"),
        (70, [("reminder_1", -20), ("formal_notice", -20), ("handover", -9)], None),
    ],
)
def test_position_of_an_item(late: int, history: list[tuple[str, int]], step: str | None) -> None:
    world = World(
        WEDNESDAY,
        items=(Item(1, day(-late), 10_000),),
        done=tuple(done(1, code, shift) for code, shift in history),
    )
    assert steps_of(planned(world)).get(1) == step


def test_a_step_on_its_way_stops_the_next_one() -> None:
    item = Item(1, day(-20), 10_000)
    waiting = World(WEDNESDAY, (item,), (done(1, "reminder_1", -12, delivered=False),))
    assert planned(waiting) == Outcome()


def test_never_two_steps_a_day_for_an_item() -> None:
    item = Item(1, day(-20), 10_000)
    assert planned(World(WEDNESDAY, (item,), (done(1, "reminder_1", 0),))) == Outcome()


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"disputed": True}, "disputed"),
        ({"promised_until": WEDNESDAY}, "promised"),
        ({"payment_plan": True}, "payment_plan"),
        ({"in_transit": True}, "in_transit"),
        ({"delivery_failed": True}, "delivery_failed"),
        ({"blocked_until": WEDNESDAY}, "blocked"),
        ({"due": date(2021, 11, 17)}, "limitation"),
        ({"due": day(-6), "issued": date(2021, 11, 17)}, "limitation"),
    ],
)
def test_a_gate_of_one_item_never_silences_the_others(change: dict[str, Any], gate: str) -> None:
    shut = replace(Item(1, day(-6), 10_000), **change)
    outcome = planned(World(WEDNESDAY, (shut, Item(2, day(-6), 5_000))))
    assert gates_of(outcome) == {1: gate}
    assert steps_of(outcome) == {2: "reminder_1"}
    assert {notice[4] for notice in outcome.notices} == {5_000}


@pytest.mark.parametrize(
    "change", [{"promised_until": day(-1)}, {"blocked_until": day(-1)}, {"due": date(2021, 11, 18)}]
)
def test_a_gate_opens_the_day_after(change: dict[str, Any]) -> None:
    item = replace(Item(1, day(-6), 10_000), **change)
    assert steps_of(planned(World(WEDNESDAY, (item,)))) == {1: "reminder_1"}


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"insolvent": True}, "insolvency"),
        ({"blocked_until": WEDNESDAY}, "blocked"),
        ({"opted_out": True}, "opted_out"),
        ({"email": None, "postal": None}, "no_contact"),
        ({"contacts": (Contact(day(-4), "email"),)}, "gap"),
        ({"contacts": (Contact(day(0), "email"),)}, "gap"),
        ({"today": date(2026, 11, 21)}, "calendar"),
    ],
)
def test_a_gate_of_the_customer(change: dict[str, Any], gate: str) -> None:
    world = replace(World(WEDNESDAY, (Item(1, day(-6), 10_000),)), **change)
    outcome = planned(world)
    assert not outcome.notices
    assert gates_of(outcome) == {1: gate}


def test_five_days_are_gap_enough() -> None:
    world = World(WEDNESDAY, (Item(1, day(-6), 1_500),), contacts=(Contact(day(-5), "email"),))
    assert steps_of(planned(world)) == {1: "reminder_1"}


def test_a_registered_letter_may_follow_the_e_mail_of_the_same_day() -> None:
    world = World(
        WEDNESDAY,
        (Item(1, day(-45), 10_000),),
        (done(1, "reminder_3", -12),),
        (Contact(day(0), "email"), Contact(day(-12), "email")),
    )
    assert steps_of(planned(world)) == {1: "formal_notice"}


def test_without_an_e_mail_address_a_letter_leaves() -> None:
    world = World(WEDNESDAY, (Item(1, day(-6), 10_000),), email=None)
    (notice,) = planned(world).notices
    assert notice[0] == "letter"


def test_the_channels_of_one_step_leave_together() -> None:
    world = World(WEDNESDAY, (Item(1, day(-30), 10_000),), (done(1, "reminder_1", -20),))
    assert {notice[0] for notice in planned(world).notices} == {"email", "letter"}


def test_one_message_at_the_highest_step_and_every_item_at_its_own() -> None:
    world = World(
        WEDNESDAY,
        (Item(1, day(-6), 10_000), Item(2, day(-16), 20_000), Item(3, day(7), 5_000)),
        (done(2, "reminder_1", -10),),
    )
    (notice,) = planned(world).notices
    assert notice[2] == "reminder_2"
    assert dict(notice[-1]) == {1: "reminder_1", 2: "reminder_2", 3: "pre_reminder"}


def test_currencies_stand_apart() -> None:
    world = World(
        WEDNESDAY,
        (Item(1, day(-6), 10_000), Item(2, day(-6), 20_000, currency="USD"),
         Item(3, None, -15_000)),
    )  # fmt: skip
    outcome = planned(world)
    assert gates_of(outcome) == {1: "covered_by_credit"}
    assert {(notice[1], notice[4]) for notice in outcome.notices} == {("USD", 20_000)}


@pytest.mark.parametrize(
    ("amounts", "credits", "gates", "total", "netted"),
    [
        ([10_000], [-10_000], {1: "covered_by_credit"}, None, 0),
        ([10_000], [-4_000], {}, 6_000, 4_000),
        ([10_000], [-9_000], {1: "below_minimum"}, None, 0),
        # equal to the second: covers the second, though the first is older
        ([10_000, 7_000], [-7_000], {2: "covered_by_credit"}, 10_000, 0),
        ([10_000, 7_000], [-12_000], {1: "covered_by_credit"}, 5_000, 2_000),
        ([10_000, 7_000], [-7_000, -4_000], {2: "covered_by_credit"}, 6_000, 4_000),
        ([10_000, 7_000], [-20_000], {1: "covered_by_credit", 2: "covered_by_credit"}, None, 0),
        ([1_499], [], {1: "below_minimum"}, None, 0),
        ([1_500], [], {}, 1_500, 0),
    ],
)
def test_credits_are_laid_on_what_is_claimed(
    amounts: list[int], credits: list[int], gates: dict[int, str], total: int | None, netted: int
) -> None:
    items = [Item(n, day(-30 + n), amount) for n, amount in enumerate(amounts, start=1)]
    notes = [Item(n, None, amount) for n, amount in enumerate(credits, start=50)]
    outcome = planned(World(WEDNESDAY, (*items, *notes)))
    assert gates_of(outcome) == gates
    assert [(one[4], one[5]) for one in outcome.notices] == (
        [] if total is None else [(total, netted)]
    )


def test_nothing_is_claimed_from_a_customer_who_owes_nothing_net() -> None:
    """Even where the scenario does not net: credits listed or ignored."""
    scenario = replace(standard(), credits=Credits.IGNORE)
    outcome = planned(World(WEDNESDAY, (Item(1, day(-6), 100), Item(2, None, -100))), scenario)
    assert gates_of(outcome) == {1: "net_balance"}


@pytest.mark.parametrize("credits", [Credits.LIST, Credits.IGNORE])
def test_credits_listed_or_ignored_do_not_lower_the_total(credits: Credits) -> None:
    scenario = replace(standard(), credits=credits)
    world = World(WEDNESDAY, (Item(1, day(-6), 10_000), Item(2, None, -2_000)))
    assert {notice[4] for notice in planned(world, scenario).notices} == {10_000}


def test_an_untrusted_due_date_stops_the_formal_notice_only() -> None:
    item = Item(1, day(-60), 10_000, source="legal_default")
    assert steps_of(planned(World(WEDNESDAY, (item,)))) == {1: "reminder_1"}
    once = World(WEDNESDAY, (item,), (done(1, "reminder_1", -20),))
    assert steps_of(planned(once)) == {1: "reminder_3"}
    thrice = World(WEDNESDAY, (item,), (done(1, "reminder_3", -20),))
    assert gates_of(planned(thrice)) == {1: "due_date_untrusted"}


def test_a_limitation_depends_on_the_debtor() -> None:
    item = Item(1, date(2023, 1, 10), 10_000)
    assert gates_of(planned(World(WEDNESDAY, (item,), debtor="consumer"))) == {1: "limitation"}
    assert not gates_of(planned(World(WEDNESDAY, (item,), debtor="public")))
    old = replace(item, due=date(2021, 12, 31))
    assert gates_of(planned(World(WEDNESDAY, (old,), debtor="public"))) == {1: "limitation"}


@pytest.mark.parametrize(
    ("paid_on", "history", "kept", "thanked"),
    [
        (-1, [("reminder_1", -10)], False, True),
        (0, [("reminder_1", -10)], False, False),
        (-10, [("reminder_1", -20)], False, True),
        (-11, [("reminder_1", -20)], False, False),
        (-1, [("pre_reminder", -20)], False, False),
        (-1, [("call", -20)], False, False),
        (-1, [], True, True),
        (-2, [("reminder_1", -10), ("thanks", -1)], False, False),
    ],
)
def test_thanks_the_working_day_after_payment(
    paid_on: int, history: list[tuple[str, int]], kept: bool, thanked: bool
) -> None:
    world = World(
        WEDNESDAY,
        done=tuple(done(1, code, shift) for code, shift in history),
        paid=(Paid(1, day(paid_on), kept),),
    )
    assert steps_of(planned(world)) == ({1: "thanks"} if thanked else {})


def test_a_reminder_of_the_day_comes_before_thanks() -> None:
    world = World(
        WEDNESDAY, (Item(2, day(-6), 10_000),), (done(1, "reminder_1", -10),),
        paid=(Paid(1, day(-1)),),
    )  # fmt: skip
    outcome = planned(world)
    assert steps_of(outcome) == {2: "reminder_1"}
    assert gates_of(outcome) == {1: "gap"}


def test_people_with_one_address_are_one_person() -> None:
    """The gap counts by person: a message to one customer of a shared address counts for all."""
    one = World(WEDNESDAY, (Item(1, day(-6), 10_000),), contacts=(Contact(day(-2), "email"),))
    other = World(WEDNESDAY, (Item(2, day(-6), 10_000),))
    found = outcomes(planner.plan(reference.as_facts({1: one, 2: other}, standard())))
    assert gates_of(found["C001"]) == {1: "gap"}
    assert gates_of(found["C002"]) == {2: "gap"}


def test_no_facts_make_an_empty_plan() -> None:
    empty = planner.plan(reference.as_facts({1: World(WEDNESDAY)}, standard()))
    assert empty.notices.is_empty()
    assert empty.withheld.is_empty()
