"""200 days of a small company with random payments, disputes, promises, outages and bounces."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from encaisse.dunning.core import planner
from encaisse.dunning.core.scenario import LEVELS
from encaisse.dunning.tests import reference
from encaisse.dunning.tests.reference import Contact, Done, Item, Paid, World
from encaisse.dunning.tests.test_scenario_file import standard

START = date(2026, 1, 5)
DAYS = 200
CUSTOMERS = 12
RANK = {code: place for place, code in enumerate(LEVELS)}


@dataclass
class Company:
    """The state a ledger and an outbox would hold, and every message that left."""

    seed: int
    random: random.Random = field(init=False)
    worlds: dict[int, World] = field(default_factory=dict)
    sent: list[tuple[date, int, str, int, str]] = field(default_factory=list)
    open_on: dict[tuple[date, int], Item] = field(default_factory=dict)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a reproducible world, no secret
        self.worlds = {
            key: World(START, email=f"{key}@example.org", postal="1 rue Haute" if key % 3 else None)
            for key in range(1, CUSTOMERS + 1)
        }

    def live(self, today: date) -> None:
        """What customers and their accountants do in a day."""
        for key, world in self.worlds.items():
            items = [self.changed(one, today) for one in world.items]
            gone = tuple(one for one in items if self.random.random() < 0.02)
            paid = tuple(Paid(one.item, today) for one in gone if one.amount > 0)
            kept = [one for one in items if one not in gone]
            if self.random.random() < 0.15:
                kept.append(self.invoice(today))
            if self.random.random() < 0.01:
                self.numbers += 1
                kept.append(Item(self.numbers, None, -self.random.randrange(1_000, 30_000)))
            self.worlds[key] = replace(
                world, today=today, items=tuple(kept), paid=world.paid + paid
            )

    def invoice(self, today: date) -> Item:
        self.numbers += 1
        due = today + timedelta(days=self.random.randrange(-60, 45))
        return Item(self.numbers, due, self.random.randrange(1_000, 90_000))

    def changed(self, item: Item, today: date) -> Item:
        chance = self.random.random()
        if chance < 0.01:
            return replace(item, disputed=not item.disputed)
        if chance < 0.02:
            return replace(item, promised_until=today + timedelta(days=7))
        if chance < 0.03 and item.amount > 1_000:
            return replace(item, amount=item.amount - 500)
        return item

    def send(self, today: date) -> None:
        """Carry the plan out; a part of the messages comes back and gives the step back."""
        plan = planner.plan(reference.as_facts(self.worlds, standard()))
        lost = {key for key in self.worlds if self.random.random() < 0.05}
        for notice in plan.notices.to_dicts():
            key = notice["customer"]
            if key in lost:
                continue
            for row in notice["items"]:
                self.sent.append((today, key, notice["channel"], row["item"], row["step"]))
            self.remember(key, notice, today)

    def remember(self, key: int, notice: dict[str, object], today: date) -> None:
        world = self.worlds[key]
        rows: list[dict[str, object]] = notice["items"]  # type: ignore[assignment]
        done = {
            Done(int(str(row["item"])), str(row["step"]), LEVELS[str(row["step"])], today)
            for row in rows
        }
        contacts = world.contacts
        if notice["channel"] not in ("call", "task"):
            contacts = (*contacts, Contact(today, str(notice["channel"])))
        self.worlds[key] = replace(
            world, done=(*world.done, *(done - set(world.done))), contacts=contacts
        )


def test_every_rule_holds_over_two_hundred_days() -> None:
    company = Company(seed=1)
    outage: set[int] = set(range(60, 75)) | set(range(120, 124))
    for shift in range(DAYS):
        today = START + timedelta(days=shift)
        company.live(today)
        if shift in outage:
            continue
        before = {key: {one.item: one for one in w.items} for key, w in company.worlds.items()}
        count = len(company.sent)
        company.send(today)
        _claims_only_what_is_owed(company.sent[count:], before, today)
        if shift % 10 == 0:
            _nothing_left(company)
    assert len(company.sent) > 200
    _positions(company)
    _gaps(company)


def _claims_only_what_is_owed(
    sent: list[tuple[date, int, str, int, str]], open_items: dict[int, dict[int, Item]], today: date
) -> None:
    for _, key, _, number, step in sent:
        item = open_items[key].get(number)
        if step == "thanks":
            assert item is None
            continue
        assert item is not None
        assert item.amount > 0
        assert not item.disputed
        assert item.promised_until is None or item.promised_until < today
        assert today.weekday() < 5


def _nothing_left(company: Company) -> None:
    """Planning again right after sending plans nothing for those who were reached."""
    reached = {(day, key) for day, key, channel, *_ in company.sent if channel == "email"}
    plan = planner.plan(reference.as_facts(company.worlds, standard()))
    for notice in plan.notices.to_dicts():
        if notice["channel"] == "email":
            today = company.worlds[notice["customer"]].today
            assert (today, notice["customer"]) not in reached


def _positions(company: Company) -> None:
    """No step twice, two steps on no day, only upwards, nothing formal without a reminder."""
    by_item: dict[int, list[tuple[date, str]]] = {}
    for day, _, _, item, step in company.sent:
        if (day, step) not in by_item.setdefault(item, []):
            by_item[item].append((day, step))
    for steps in by_item.values():
        chasing = [(day, step) for day, step in steps if step != "thanks"]
        assert len({day for day, _ in steps}) == len(steps)
        assert len({step for _, step in steps}) == len(steps)
        ranks = [RANK[step] for _, step in chasing]
        assert ranks == sorted(ranks)
        codes = [step for _, step in chasing]
        if "formal_notice" in codes:
            reminders = [step for step in codes if step.startswith("reminder")]
            assert reminders
        if "handover" in codes:
            days = {step: day for day, step in chasing}
            assert (days["handover"] - days["formal_notice"]).days >= 10


def _gaps(company: Company) -> None:
    days: dict[int, set[date]] = {}
    for day, key, channel, _, _ in company.sent:
        if channel not in ("call", "task"):
            days.setdefault(key, set()).add(day)
    for contacts in days.values():
        ordered = sorted(contacts)
        for one, other in pairwise(ordered):
            assert (other - one).days >= 5


def test_an_outage_of_any_length_sends_one_step() -> None:
    due = date(2026, 1, 5)
    for days in (1, 10, 30, 100, 300):
        today = due + timedelta(days=5 + days)
        while today.weekday() > 4:
            today += timedelta(days=1)
        world = World(
            today, (Item(1, due, 10_000),), (Done(1, "reminder_1", 1, due + timedelta(days=5)),)
        )
        plan = planner.plan(reference.as_facts({1: world}, standard()))
        steps = {row["step"] for notice in plan.notices.to_dicts() for row in notice["items"]}
        assert len(steps) <= 1
