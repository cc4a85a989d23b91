"""Promises, disputes, tasks and notes on a real database, each step run twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from encaisse.followup import queries, services
from encaisse.followup.models import Dispute, Promise, PromiseState, Task
from encaisse.followup.services import PromisedPart, TaskFacts
from encaisse.ledger.models import Author, Customer, ItemKind, OpenItem, Origin
from encaisse.ledger.services.allocations import Settlement, allocate
from encaisse.teams.actor import Actor, Refused, system
from encaisse.teams.models import Company

TODAY = date(2026, 11, 22)  # a Sunday
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def birch(acme: Company) -> Customer:
    return Customer.objects.create(company=acme, code="BIRCH", name="Birch & Fils")


def item(customer: Customer, number: str, amount: int) -> OpenItem:
    return OpenItem.objects.create(
        company=customer.company, customer=customer, number=number, currency="EUR",
        kind=ItemKind.INVOICE if amount > 0 else ItemKind.PAYMENT,
        issue_date=date(2026, 10, 1), due_date=date(2026, 10, 31), due_date_source="file",
        amount=amount, origin=Origin.LIST,
    )  # fmt: skip


def pay(customer: Customer, target: OpenItem, amount: int, actor: Actor) -> None:
    receipt = item(customer, f"P{amount}", -amount)
    allocate(
        [Settlement(target.pk, receipt.pk, amount, actor.today)], company=customer.company,
        author=Author.PERSON, today=actor.today, actor=actor,
    )  # fmt: skip


def later(actor: Actor, days: int) -> Actor:
    return replace(actor, at=actor.at + timedelta(days=days))


def promise(birch: Customer, actor: Actor, *parts: PromisedPart) -> Promise:
    return services.record_promise(
        birch, parts, promised=FRIDAY, company=birch.company, actor=actor
    )


def review(company: Company, actor: Actor) -> dict[str, int]:
    return services.review_promises(company, today=actor.today, actor=actor)


def test_a_promise_is_awaited_two_working_days_and_then_broken(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    made = promise(birch, actor, PromisedPart(item(birch, "F1", 10_000)))
    assert made.awaited_until == date(2026, 12, 1)
    assert review(acme, later(actor, 9)) == {"kept": 0, "broken": 0}
    assert review(acme, later(actor, 10)) == {"kept": 0, "broken": 1}
    assert review(acme, later(actor, 10)) == {"kept": 0, "broken": 0}
    assert [task.kind for task in queries.open_tasks(acme)] == ["promise_broken"]


def test_a_promise_is_kept_when_what_was_promised_is_settled(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    invoice = item(birch, "F1", 10_000)
    made = promise(birch, actor, PromisedPart(invoice, 4_000))
    pay(birch, invoice, 3_999, actor)
    assert review(acme, actor) == {"kept": 0, "broken": 0}
    pay(birch, invoice, 1, actor)
    assert review(acme, actor) == {"kept": 1, "broken": 0}
    made.refresh_from_db()
    assert made.state == PromiseState.KEPT


def test_a_new_promise_takes_the_place_of_the_earlier_one(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    invoice = item(birch, "F1", 10_000)
    first = promise(birch, actor, PromisedPart(invoice))
    second = promise(birch, actor, PromisedPart(invoice))
    assert [one.pk for one in queries.promises_awaited(acme, TODAY)] == [second.pk]
    first.refresh_from_db()
    assert first.state == PromiseState.WITHDRAWN


@pytest.mark.parametrize(
    ("amount", "day", "code"),
    [
        (10_001, FRIDAY, "promise_beyond_open"),
        (0, FRIDAY, "promise_beyond_open"),
        (100, date(2026, 11, 21), "promise_in_the_past"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused(
    acme: Company, birch: Customer, actor: Actor, amount: int, day: date, code: str
) -> None:
    parts = [PromisedPart(item(birch, "F1", 10_000), amount)]
    with pytest.raises(Refused) as refusal:
        services.record_promise(birch, parts, promised=day, company=acme, actor=actor)
    assert refusal.value.code == code
    assert not Promise.objects.exists()


def test_a_promise_names_items_of_its_customer(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    cedar = Customer.objects.create(company=acme, code="CEDAR", name="Cedar")
    with pytest.raises(Refused, match="promise_of_another"):
        promise(birch, actor, PromisedPart(item(cedar, "F1", 100)))
    with pytest.raises(Refused, match="promise_without_items"):
        promise(birch, actor)


def test_a_dispute_stands_once_until_it_is_closed(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    invoice = item(birch, "F1", 10_000)
    opened = services.open_dispute(invoice, reason="price", company=acme, actor=actor)
    again = services.open_dispute(invoice, reason="price", amount=500, company=acme, actor=actor)
    assert (opened.pk, again.amount) == (again.pk, 500)
    services.close_dispute(again, outcome="credit note", company=acme, actor=actor)
    assert not queries.open_disputes(acme).exists()
    with pytest.raises(Refused, match="dispute_closed"):
        services.close_dispute(again, outcome="twice", company=acme, actor=actor)
    services.open_dispute(invoice, reason="quality", company=acme, actor=actor)
    assert Dispute.objects.count() == 2


def test_an_open_task_stands_once(acme: Company, birch: Customer, actor: Actor) -> None:
    facts = TaskFacts("no_contact", "BIRCH", birch, {"numbers": "F1"})
    first = services.open_task(facts, company=acme, today=TODAY, actor=actor)
    grown = replace(facts, facts={"numbers": "F1, F2"})
    assert services.open_task(grown, company=acme, today=TODAY, actor=actor).pk == first.pk
    services.finish_task(first, outcome="called", company=acme, actor=actor)
    with pytest.raises(Refused, match="task_done"):
        services.finish_task(first, outcome="called", company=acme, actor=actor)
    assert services.open_task(facts, company=acme, today=TODAY, actor=actor).pk != first.pk
    assert Task.objects.count() == 2


def test_notes_are_kept_newest_first(acme: Company, birch: Customer, actor: Actor) -> None:
    services.write_note(birch, " pays on the 10th ", company=acme, actor=actor)
    services.write_note(birch, "new buyer", company=acme, actor=later(actor, 1))
    assert [note.text for note in queries.notes(acme, birch)] == ["new buyer", "pays on the 10th"]
    with pytest.raises(Refused, match="note_empty"):
        services.write_note(birch, "  ", company=acme, actor=actor)


def test_a_stranger_may_record_nothing(acme: Company, birch: Customer, actor: Actor) -> None:
    stranger = Actor("charlie", system(actor.at).permissions, actor.at, organization_id=-1)
    with pytest.raises(Refused, match="not_allowed"):
        services.open_dispute(item(birch, "F1", 1), reason="x", company=acme, actor=stranger)
