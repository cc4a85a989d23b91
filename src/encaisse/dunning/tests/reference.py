"""The rules once more, for one customer, plainly and slowly: what the columns must agree with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from encaisse.dunning.core import facts as columns
from encaisse.dunning.core.scenario import Anchor, Credits, Scenario, Step


@dataclass(frozen=True)
class Item:
    item: int
    due: date | None
    amount: int
    currency: str = "EUR"
    source: str = "file"
    disputed: bool = False
    promised_until: date | None = None
    payment_plan: bool = False
    in_transit: bool = False
    delivery_failed: bool = False
    blocked_until: date | None = None
    issued: date | None = None

    @property
    def number(self) -> str:
        return f"F{self.item:03d}"


@dataclass(frozen=True)
class Done:
    item: int
    step: str
    level: int
    day: date
    delivered: bool = True


@dataclass(frozen=True)
class Contact:
    day: date
    channel: str


@dataclass(frozen=True)
class Paid:
    item: int
    on: date
    kept: bool = False


@dataclass(frozen=True)
class World:
    """One customer on one day."""

    today: date
    items: tuple[Item, ...] = ()
    done: tuple[Done, ...] = ()
    contacts: tuple[Contact, ...] = ()
    paid: tuple[Paid, ...] = ()
    email: str | None = "a@example.org"
    postal: str | None = "1 rue Haute"
    opted_out: bool = False
    blocked_until: date | None = None
    insolvent: bool = False
    debtor: str = "business"


@dataclass
class Outcome:
    """Notices as (channel, currency, step, release, total, credit, items); withheld as pairs."""

    notices: set[tuple[Any, ...]] = field(default_factory=set)
    withheld: set[tuple[int, str, str]] = field(default_factory=set)


def is_weekday(day: date, country: str) -> bool:
    return day.weekday() < 5


def decide(world: World, scenario: Scenario) -> Outcome:
    """The day of one customer."""
    outcome = Outcome()
    due: dict[int, Step] = {}
    for item in world.items:
        step = _step_due(item, world, scenario)
        if step is None:
            continue
        gate = _item_gate(item, step, world, scenario)
        if gate:
            outcome.withheld.add((item.item, step.code, gate))
        else:
            due[item.item] = step
    credit = _lay_credits([one for one in world.items if one.item in due], world, scenario)
    for item in world.items:
        if item.item in due:
            gate = _amount_gate(item, credit[item.item], world, scenario)
            if gate:
                outcome.withheld.add((item.item, due.pop(item.item).code, gate))
    used = {contact.channel for contact in world.contacts if contact.day == world.today}
    rows = _reach(due, used, world, scenario, outcome)
    used |= {channel for channel, _ in rows}
    thanks = {
        paid.item: step for paid in world.paid if (step := _thanks_due(paid, world, scenario))
    }
    if world.insolvent or _active(world.blocked_until, world.today):
        gate = "insolvency" if world.insolvent else "blocked"
        outcome.withheld |= {(item, step.code, gate) for item, step in thanks.items()}
        thanks = {}
    rows += _reach(thanks, used, world, scenario, outcome)
    _group(rows, due | thanks, credit, world, scenario, outcome)
    return outcome


def _step_due(item: Item, world: World, scenario: Scenario) -> Step | None:
    if item.amount <= 0 or item.due is None:
        return None
    done = [one for one in world.done if one.item == item.item]
    if any(not one.delivered for one in done) or any(one.day >= world.today for one in done):
        return None
    chasing = list(scenario.chasing)
    codes = [step.code for step in chasing]
    last = max((codes.index(one.step) for one in done if one.step in codes), default=-1)
    candidates = []
    for place, step in enumerate(chasing):
        if place <= last or not _started(step, item, done, world.today):
            continue
        if step.clock.days < 0 and item.due <= world.today:
            continue
        if not done and not (step.clock.days < 0 or step.code == "reminder_1"):
            continue
        reminded = any(one.step in ("reminder_1", "reminder_2", "reminder_3") for one in done)
        if step.level >= 4 and not reminded:
            continue
        candidates.append(step)
    if not candidates:
        return None
    if item.source == "legal_default" and candidates[-1].level >= 4:
        mild = [step for step in candidates if step.level < 4]
        return mild[-1] if mild else candidates[-1]
    return candidates[-1]


def _started(step: Step, item: Item, done: list[Done], today: date) -> bool:
    if step.clock.anchor is Anchor.STEP:
        days = [one.day for one in done if one.step == step.clock.step]
        return bool(days) and max(days) + timedelta(days=step.clock.days) <= today
    assert item.due
    return item.due + timedelta(days=step.clock.days) <= today


def _active(until: date | None, today: date) -> bool:
    return until is not None and until >= today


def _item_gate(item: Item, step: Step, world: World, scenario: Scenario) -> str | None:
    today = world.today
    assert item.due
    origin = min(item.due, item.issued or item.due)
    checks = {
        "insolvency": world.insolvent,
        "blocked": _active(item.blocked_until, today) or _active(world.blocked_until, today),
        "disputed": item.disputed,
        "payment_plan": item.payment_plan,
        "promised": _active(item.promised_until, today),
        "in_transit": item.in_transit,
        "limitation": origin.replace(year=origin.year + 5) < today,
        "delivery_failed": item.delivery_failed,
        "due_date_untrusted": item.source == "legal_default" and step.level >= 4,
        "below_minimum": item.amount < scenario.minimum_item * 100,
    }
    return next((gate for gate, closed in checks.items() if closed), None)


def _lay_credits(claimed: list[Item], world: World, scenario: Scenario) -> dict[int, int]:
    laid = {item.item: 0 for item in claimed}
    if scenario.credits is not Credits.NET:
        return laid
    claimed = sorted(claimed, key=lambda one: (one.due, one.number))
    pool: dict[str, int] = {}
    for note in sorted(world.items, key=lambda one: one.number):
        if note.amount >= 0:
            continue
        for item in claimed:
            same = item.currency == note.currency and item.amount == -note.amount
            if same and not laid[item.item]:
                laid[item.item] = item.amount
                break
        else:
            pool[note.currency] = pool.get(note.currency, 0) - note.amount
    for item in claimed:
        part = min(pool.get(item.currency, 0), item.amount - laid[item.item])
        laid[item.item] += part
        pool[item.currency] = pool.get(item.currency, 0) - part
    return laid


def _amount_gate(item: Item, credit: int, world: World, scenario: Scenario) -> str | None:
    net = sum(one.amount for one in world.items if one.currency == item.currency)
    if credit >= item.amount:
        return "covered_by_credit"
    if net <= 0:
        return "net_balance"
    return "below_minimum" if net < scenario.minimum_customer * 100 else None


def _reach(
    due: dict[int, Step], used: set[str], world: World, scenario: Scenario, outcome: Outcome
) -> list[tuple[str, int]]:
    rows = []
    for item, step in due.items():
        channels = _channels(step, world)
        gate = _contact_gate(step, channels, used, world, scenario)
        if gate:
            outcome.withheld.add((item, step.code, gate))
        else:
            rows += [(channel, item) for channel in channels]
    return rows


def _channels(step: Step, world: World) -> list[str]:
    chosen = step.channels if world.email or not step.without_email else step.without_email
    address = {"email": world.email, "letter": world.postal, "registered_letter": world.postal}
    return [str(one) for one in chosen if address.get(one, "work")]


def _contact_gate(
    step: Step, channels: list[str], used: set[str], world: World, scenario: Scenario
) -> str | None:
    before = [one.day for one in world.contacts if one.day < world.today]
    too_soon = bool(before) and (world.today - max(before)).days < scenario.gap_days
    if not step.is_work:
        if world.opted_out:
            return "opted_out"
        if not channels:
            return "no_contact"
        if too_soon or used & set(channels):
            return "gap"
    return None if is_weekday(world.today, "FR") else "calendar"


def _thanks_due(paid: Paid, world: World, scenario: Scenario) -> Step | None:
    step = scenario.thanks
    done = [one for one in world.done if one.item == paid.item]
    if step is None or any(one.step == "thanks" or not one.delivered for one in done):
        return None
    if any(one.day >= world.today for one in done):
        return None
    # A call and a hand-over are tasks of ours: the customer was not written to.
    reminded = any(one.step not in {"call", "handover"} and one.level >= 1 for one in done)
    after = (world.today - paid.on).days
    return step if (reminded or paid.kept) and 1 <= after <= 10 else None


def _group(
    rows: list[tuple[str, int]],
    steps: dict[int, Step],
    credit: dict[int, int],
    world: World,
    scenario: Scenario,
    outcome: Outcome,
) -> None:
    known = {item.item: item for item in world.items}
    paid = {one.item: Item(one.item, None, 0) for one in world.paid}
    groups: dict[tuple[str, str], list[int]] = {}
    for channel, item in rows:
        currency = (known.get(item) or paid[item]).currency
        groups.setdefault((channel, currency), []).append(item)
    order = [step.code for step in scenario.steps]
    for (channel, currency), members in groups.items():
        top = max((steps[one] for one in members), key=lambda step: order.index(step.code))
        netted = sum(credit.get(one, 0) for one in members)
        total = sum(known[one].amount for one in members if one in known) - netted
        items = tuple(sorted((one, steps[one].code) for one in members))
        outcome.notices.add((channel, currency, top.code, top.release.value, total, netted, items))


def as_facts(worlds: dict[int, World], scenario: Scenario) -> columns.Facts:
    """Many customers' worlds of one day as the columns of the planner."""
    today = next(iter(worlds.values())).today
    return columns.Facts(
        today=today,
        scenarios={scenario.name: scenario},
        is_working=is_weekday,
        items=_frame(columns.ITEMS, [row for key, w in worlds.items() for row in _items(key, w)]),
        customers=_frame(columns.CUSTOMERS, [_customer(k, w, scenario) for k, w in worlds.items()]),
        steps=_frame(columns.STEPS, [row for w in worlds.values() for row in _steps(w)]),
        contacts=_frame(
            columns.CONTACTS,
            [
                {"customer": key, "address": world.email if one.channel == "email" else None,
                 "channel": one.channel, "day": one.day}
                for key, world in worlds.items()
                for one in world.contacts
            ],
        ),
        settled=_frame(
            columns.SETTLED,
            [
                {"item": one.item, "customer": key, "number": f"F{one.item:03d}",
                 "currency": "EUR", "due_date": one.on, "settled_on": one.on,
                 "promise_kept": one.kept}
                for key, world in worlds.items()
                for one in world.paid
            ],
        ),
    )  # fmt: skip


def _frame(schema: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema))


def _items(customer: int, world: World) -> list[dict[str, Any]]:
    return [
        {
            "item": one.item, "customer": customer, "number": one.number,
            "currency": one.currency, "issue_date": one.issued, "due_date": one.due,
            "due_date_source": one.source, "amount": abs(one.amount),
            "open_amount": one.amount, "disputed": one.disputed,
            "promised_until": one.promised_until, "payment_plan": one.payment_plan,
            "in_transit": one.in_transit, "delivery_failed": one.delivery_failed,
            "blocked_until": one.blocked_until, "limitation_from": None,
        }
        for one in world.items
    ]  # fmt: skip


def _customer(key: int, world: World, scenario: Scenario) -> dict[str, Any]:
    return {
        "customer": key, "code": f"C{key:03d}", "language": "fr", "country": "FR",
        "debtor": world.debtor,
        "regime": "fr_b2b",
        "scenario": scenario.name, "email": world.email, "postal": world.postal, "phone": None,
        "portal": None, "opted_out": world.opted_out, "blocked_until": world.blocked_until,
        "insolvent": world.insolvent,
    }  # fmt: skip


def _steps(world: World) -> list[dict[str, Any]]:
    return [
        {"item": one.item, "step": one.step, "level": one.level, "day": one.day,
         "delivered": one.delivered, "is_contact": one.step not in ("call", "handover")}
        for one in world.done
    ]  # fmt: skip


def with_numbers(world: World, offset: int) -> World:
    """The same world with item ids moved, so that several fit into one frame."""
    return replace(
        world,
        items=tuple(replace(one, item=one.item + offset) for one in world.items),
        done=tuple(replace(one, item=one.item + offset) for one in world.done),
        paid=tuple(replace(one, item=one.item + offset) for one in world.paid),
    )
