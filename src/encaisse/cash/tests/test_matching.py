"""Matching on a real database: applied once, whatever is repeated, and never twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from encaisse.cash.core.statements import Movement, Statement
from encaisse.cash.models import BankLine, Match, PayerIban
from encaisse.cash.queries.checks import checks
from encaisse.cash.queries.documents import run_document
from encaisse.cash.services.matching import run_match
from encaisse.cash.services.statements import Booked, book_statements
from encaisse.cash.tests.conftest import BANK, MILL_IBAN, PAID_ON, TODAY, World, owed, told
from encaisse.database.row_security import act_for, acting_for
from encaisse.followup.models import Dispute
from encaisse.kernel.moment import PARIS
from encaisse.ledger.models import Allocation, OpenItem
from encaisse.ledger.queries.checks import checks as ledger_checks
from encaisse.teams.actor import system
from encaisse.teams.models import Company
from encaisse.teams.services import CompanyFacts, create_company

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=PARIS)


def _is_sound(world: World) -> None:
    found = [*checks(world.company), *ledger_checks(world.company, TODAY)]
    assert [one for one in found if not one.ok] == []


@pytest.mark.django_db
def test_the_same_statement_twice_and_an_overlapping_one_add_nothing(world: World) -> None:
    same = told(500, "CARTE")
    first = world.banks(same, same, told(700, "A"))
    again = world.banks(same, same, told(700, "A"))
    overlapping = world.banks(told(700, "A"), told(900, "B"))
    assert [(one.lines, one.known) for one in (first, again, overlapping)] == [
        (3, 0), (0, 3), (1, 1),
    ]  # fmt: skip
    assert sorted(BankLine.objects.values_list("amount", "occurrence")) == [
        (500, 1), (500, 2), (700, 1), (900, 1),
    ]  # fmt: skip
    _is_sound(world)


@pytest.mark.django_db
def test_a_run_applies_once_and_a_second_run_changes_nothing(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 4_000), owed("AV2026-1", -1_000))
    world.banks(told(13_000, "FA2026-0001 FA2026-0002 AV2026-1", bank_reference="R1"))
    run = world.match()
    assert world.decisions(run) == ["applied"]
    assert world.open() == {}
    document = run_document(run)["lines"][0]
    assert document["reference"] == "R1"
    assert document["residual"] == {"amount": "0.00", "treatment": "none"}
    assert sorted(one["amount"] for one in document["allocations"]) == [
        "-10.00", "100.00", "40.00",
    ]  # fmt: skip
    assert "AV20261" in document["reasons"][0]["text"]
    before = (Allocation.objects.count(), Match.objects.count())
    assert not world.match().matches
    assert (Allocation.objects.count(), Match.objects.count()) == before
    assert {one.date for one in Allocation.objects.all()} == {PAID_ON}
    _is_sound(world)


@pytest.mark.django_db
def test_proposals_are_repeated_but_kept_once(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 10_000))
    world.banks(told(10_000, "loyer", counterparty_iban=MILL_IBAN), told(-500, "frais"))
    for _ in range(2):
        run = world.match()
        assert world.decisions(run) == ["proposed", "left"]
        assert Match.objects.count() == 2
    line = run_document(run)["lines"][0]
    assert line["customer"] == "MILL"
    assert line["runner_up"]["allocations"]
    _is_sound(world)


@pytest.mark.django_db
def test_a_trial_and_a_proposing_run_write_no_money(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    world.banks(told(10_000, "FA2026-0001"))
    assert world.decisions(world.match(is_trial=True)) == ["applied"]
    assert (BankLine.objects.get().state, Match.objects.count()) == ("open", 0)
    assert world.decisions(world.match(propose_only=True)) == ["proposed"]
    assert (BankLine.objects.get().state, Match.objects.count()) == ("open", 1)
    assert world.decisions(world.match()) == ["applied"]
    _is_sound(world)


@pytest.mark.django_db
def test_references_teach_an_iban_that_counts_from_the_second_time(world: World) -> None:
    iban = "FR1420041010050500013M02606"
    world.owes(*(owed(f"FA2026-000{at}", 1_000 * at, "BAKER") for at in range(1, 4)))
    for at in (1, 2):
        world.banks(told(1_000 * at, f"FA2026-000{at}", counterparty_iban=iban))
        world.match()
    learned = PayerIban.objects.get()
    assert (learned.times, learned.is_confirmed) == (2, False)
    world.banks(told(3_000, "virement", counterparty_iban=iban))
    assert world.decisions(world.match()) == ["applied"]


@pytest.mark.django_db
def test_a_returned_debit_reopens_its_invoice(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000, due_date=date(2026, 10, 7)))
    world.banks(
        told(10_000, "FA2026-0001", end_to_end_id="E2E-1"),
        told(-10_000, "IMPAYE", end_to_end_id="E2E-1", is_return=True,
             booking_date=PAID_ON + timedelta(days=4)),
    )  # fmt: skip
    assert world.decisions(world.match()) == ["applied", "applied"]
    assert world.open() == {"FA2026-0001": 10_000}
    assert OpenItem.objects.get(number="FA2026-0001").due_date == date(2026, 10, 7)
    assert not world.match().matches
    again = told(10_000, "FA2026-0001", booking_date=PAID_ON + timedelta(days=8))
    world.banks(again)
    assert world.decisions(world.match()) == ["applied"]
    assert world.open() == {}
    _is_sound(world)


def _receipt(key: str, amount: int, day: date, customer: str = "MILL") -> dict[str, object]:
    return owed(
        key, -amount, customer, kind="payment", issue_date=day, due_date=day, treasury="512000"
    )


@pytest.mark.django_db
def test_money_told_by_ledger_and_bank_counts_once(world: World) -> None:
    day = date(2026, 10, 20)
    world.ledger(
        date(2026, 10, 31),
        owed("FA2026-0001", 10_000), owed("FA2026-0002", 7_000),
        _receipt("BQ1", 10_000, day),
    )  # fmt: skip
    world.banks(
        told(10_000, "VIR", booking_date=day + timedelta(days=2)),
        told(7_000, "FA2026-0002", booking_date=day),
    )
    run = world.match()
    # The receipt settles by its amount; the line that the ledger does not know waits.
    assert sorted(world.decisions(run)) == ["applied", "proposed"]
    assert run.joined == 1
    held = next(one for one in run.matches if one.decision == "proposed")
    assert [one.code for one in held.reasons] == ["references_exact", "ledger_period"]
    assert world.open() == {"FA2026-0002": 7_000}
    world.match()
    assert sorted(BankLine.objects.values_list("state", flat=True)) == ["joined", "open"]
    _is_sound(world)


@pytest.mark.django_db
def test_two_equal_receipts_are_not_joined_by_a_machine(world: World) -> None:
    day = date(2026, 10, 20)
    world.ledger(date(2026, 10, 31), _receipt("BQ1", 500, day), _receipt("BQ2", 500, day, "BAKER"))
    world.banks(told(500, "VIR", booking_date=day))
    run = world.match()
    assert run.joined == 0
    assert BankLine.objects.get().state == "open"


@pytest.mark.django_db
def test_the_ledger_catches_up_with_the_bank(world: World) -> None:
    invoice = owed("FA2026-0001", 10_000)
    world.ledger(date(2026, 10, 31), invoice)
    world.banks(told(10_000, "FA2026-0001", booking_date=PAID_ON))
    assert world.decisions(world.match()) == ["applied"]
    assert world.open() == {}
    # The next export still shows the invoice open: ours stays.
    world.ledger(date(2026, 11, 9), invoice)
    assert world.open() == {}
    # Then it brings the receipt, not lettered yet: the same money.
    world.ledger(date(2026, 11, 15), invoice, _receipt("BQ9", 10_000, PAID_ON))
    assert world.open() == {}
    assert not world.match().matches
    _is_sound(world)


@pytest.mark.django_db
def test_the_company_may_let_the_bank_journal_speak(world: World) -> None:
    day = date(2026, 10, 25)
    world.company.settings = {"ledger_rules": "bank_journal_date"}
    world.company.save()
    world.ledger(
        date(2026, 10, 31), owed("FA2026-0001", 10_000),
        _receipt("BQ1", 300, date(2026, 10, 15)), treasury_until={"512000": date(2026, 10, 15)},
    )  # fmt: skip
    world.banks(told(10_000, "FA2026-0001", booking_date=day))
    run = world.match()
    assert "applied" in world.decisions(run)
    assert "FA2026-0001" not in world.open()


@pytest.mark.django_db
def test_a_second_payment_of_one_number_is_a_suspect_in_every_run(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 10_000))
    twice = told(10_000, "FA2026-0001", counterparty_iban=MILL_IBAN)
    world.banks(twice, twice)
    assert world.decisions(world.match()) == ["applied", "proposed"]
    for _ in range(2):
        run = world.match()
        assert world.decisions(run) == ["proposed"]
        assert "reference_settled" in [one.code for one in run.matches[0].reasons]
        assert Match.objects.count() == 2


def _notify(world: World, *movements: Movement) -> Booked:
    notice = Statement(BANK, "EUR", movements, is_notification=True)
    return book_statements([notice], source_file="notice", **world.by)


@pytest.mark.django_db
def test_a_notification_is_money_only_without_statements(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 4_000))
    first = _notify(world, told(10_000, "FA2026-0001"))
    assert (first.lines, first.notified) == (1, 0)
    world.match()
    _notify(world, told(4_000, "détail FA2026-0002"))
    # The statement books them as one batch: what waits is set aside, what is applied is doubted.
    world.banks(told(14_000, "FA2026-0001 FA2026-0002"))
    run = world.match()
    assert world.decisions(run) == ["proposed"]
    assert "notified_before" in [one.code for one in run.matches[0].reasons]
    later = _notify(world, told(4_000, "encore"))
    assert (later.lines, later.notified) == (0, 1)
    assert sorted(BankLine.objects.values_list("state", flat=True)) == ["applied", "aside", "open"]


@pytest.mark.django_db
def test_a_statement_confirms_what_a_notification_told(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    _notify(world, told(10_000, "FA2026-0001"))
    for _ in range(2):
        world.banks(told(10_000, "FA2026-0001"))
        assert BankLine.objects.get().state == "open"
    assert world.decisions(world.match()) == ["applied"]


@pytest.mark.django_db
def test_a_disputed_item_waits_for_a_person(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    item = OpenItem.objects.get(number="FA2026-0001")
    Dispute.objects.create(
        company=world.company, item=item, reason="price", amount=10_000, opened_on=TODAY,
        opened_by="alice",
    )  # fmt: skip
    world.banks(told(10_000, "FA2026-0001"))
    for _ in range(2):
        assert world.decisions(world.match()) == ["proposed"]


@pytest.mark.django_db
def test_nobody_of_another_organization_sees_the_lines(world: World, other: Company) -> None:
    world.banks(told(500, "x"))
    world.match()
    with acting_for(other.organization_id):
        assert (BankLine.objects.count(), Match.objects.count()) == (0, 0)
        assert run_match(other, today=TODAY, actor=world.actor).matches == ()
    assert BankLine.objects.count() == 1


@pytest.mark.django_db
def test_a_limit_keeps_large_sums_for_people(world: World) -> None:
    world.company.settings = {"match_limit": 9_999}
    world.company.save()
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 9_000))
    world.banks(told(10_000, "FA2026-0001"), told(9_000, "FA2026-0002"))
    assert world.decisions(world.match()) == ["proposed", "applied"]


def test_two_runs_at_once_apply_once(django_db_setup: None, django_db_blocker: Any) -> None:
    """Committed for real, in a company of its own that no other test can see."""
    actor = system(NOON)
    with django_db_blocker.unblock():
        facts = CompanyFacts(code=f"RACE-{uuid.uuid4().hex[:8]}", name="Course SA")
        company = create_company(facts, actor=actor)
        act_for([company.organization_id])
        world = World(company, actor)
        world.owes(*(owed(f"FA2026-{at:04d}", 1_000 + at) for at in range(40)))
        world.banks(*(told(1_000 + at, f"FA2026-{at:04d}") for at in range(40)))

        def run() -> int:
            act_for([company.organization_id])
            try:
                return run_match(company, today=TODAY, actor=actor).counts["applied"]
            finally:
                connection.close()

        try:
            with ThreadPoolExecutor(3) as pool:
                applied = [one.result() for one in [pool.submit(run) for _ in range(3)]]
            assert sorted(applied) == [0, 0, 40]
            assert world.open() == {}
            _is_sound(world)
        finally:
            act_for(())
            connection.close()
