"""Matching on a real database: applied once, whatever is repeated, and never twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from encaisse.cash.models import BankLine, Match, PayerIban
from encaisse.cash.queries.checks import checks
from encaisse.cash.queries.documents import run_document
from encaisse.cash.tests.conftest import MILL_IBAN, PAID_ON, TODAY, World, owed, told
from encaisse.ledger.models import Allocation, OpenItem
from encaisse.ledger.queries.checks import checks as ledger_checks

pytestmark = pytest.mark.django_db


def _is_sound(world: World) -> None:
    found = [*checks(world.company), *ledger_checks(world.company, TODAY)]
    assert [one for one in found if not one.ok] == []


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


def test_a_trial_and_a_proposing_run_write_no_money(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    world.banks(told(10_000, "FA2026-0001"))
    assert world.decisions(world.match(is_trial=True)) == ["applied"]
    assert (BankLine.objects.get().state, Match.objects.count()) == ("open", 0)
    assert world.decisions(world.match(propose_only=True)) == ["proposed"]
    assert (BankLine.objects.get().state, Match.objects.count()) == ("open", 1)
    assert world.decisions(world.match()) == ["applied"]
    _is_sound(world)


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


def test_two_equal_receipts_are_not_joined_by_a_machine(world: World) -> None:
    day = date(2026, 10, 20)
    world.ledger(date(2026, 10, 31), _receipt("BQ1", 500, day), _receipt("BQ2", 500, day, "BAKER"))
    world.banks(told(500, "VIR", booking_date=day))
    run = world.match()
    assert run.joined == 0
    assert BankLine.objects.get().state == "open"


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
