"""What people decide holds against the machine, adds up, and can be taken back."""

from __future__ import annotations

import pytest

from encaisse.cash.models import BankLine, Match, PayerIban
from encaisse.cash.queries import lines
from encaisse.cash.queries.checks import checks
from encaisse.cash.services import people
from encaisse.cash.tests.conftest import MILL_IBAN, TODAY, World, owed, told
from encaisse.ledger.models import Allocation, Author, Customer, OpenItem
from encaisse.ledger.queries.checks import checks as ledger_checks
from encaisse.teams.actor import Refused, Unknown

pytestmark = pytest.mark.django_db
STRANGER_IBAN = "FR1420041010050500013M02606"


def _line(world: World) -> BankLine:
    found = lines.line(f"B{BankLine.objects.get().pk}", company=world.company)
    assert isinstance(found, BankLine)
    return found


def _item(number: str) -> OpenItem:
    return OpenItem.objects.get(number=number)


def _is_sound(world: World) -> None:
    found = [*checks(world.company), *ledger_checks(world.company, TODAY)]
    assert [one for one in found if not one.ok] == []


def test_a_person_applies_and_takes_back(world: World) -> None:
    world.owes(owed("FA1", 10_000), owed("FA2", 5_000), owed("AV1", -1_000))
    world.banks(told(12_000, "quelque chose", counterparty_iban=STRANGER_IBAN))
    line = _line(world)
    wanted = [(_item("FA1"), None), (_item("FA2"), 2_000), (_item("AV1"), None)]
    written = people.apply_line(line, wanted, **world.by)
    assert sum(one.amount for one in written) == 12_000
    assert world.open()["FA2"] == 3_000
    assert sum(world.open().values()) == 2_000
    assert PayerIban.objects.get().is_confirmed
    paid = [one for one in written if one.credit.kind == "payment"]
    people.unapply(paid[0].pk, words="erreur", **world.by)
    with pytest.raises(Refused, match="already_reversed"):
        people.unapply(paid[0].pk, **world.by)
    assert set(Allocation.objects.values_list("author", flat=True)) == {Author.PERSON.value}
    # The money stays on account; the rest of it can be applied again.
    again = people.apply_line(_line(world), [(_item("FA2"), None)], **world.by)
    assert sum(one.amount for one in again) == 3_000
    assert world.match().matches == ()
    _is_sound(world)


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({"FA1": 11_000}, "more_than_open_on_item"),
        ({"FA1": 9_000, "FA2": 4_000}, "more_than_line"),
        ({"FA1": 1_000, "FB1": 1_000}, "items_of_several_groups"),
        ({"AV1": None}, "credit_notes_beyond_debits"),
    ],
)
def test_refusals(world: World, amounts: dict[str, int | None], code: str) -> None:
    world.owes(
        owed("FA1", 10_000), owed("FA2", 5_000), owed("AV1", -1_000), owed("FB1", 5_000, "BAKER")
    )
    world.banks(told(12_000))
    wanted = [(_item(number), amount) for number, amount in amounts.items()]
    with pytest.raises(Refused, match=code):
        people.apply_line(_line(world), wanted, **world.by)
    assert (Allocation.objects.count(), BankLine.objects.get().state) == (0, "open")


def test_a_proposal_is_accepted(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    world.banks(told(6_000, "FA2026-0001", counterparty_iban=STRANGER_IBAN))
    assert world.decisions(world.match()) == ["proposed"]
    written = people.accept_proposal(_line(world), **world.by)
    assert [(one.amount, one.author) for one in written] == [(6_000, "person")]
    assert world.open() == {"FA2026-0001": 4_000}
    with pytest.raises(Refused, match="no_proposal"):
        people.accept_proposal(_line(world), **world.by)
    _is_sound(world)


def test_a_rejected_proposal_is_not_made_again(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000), owed("FA2026-0002", 4_000))
    world.banks(told(6_000, "FA2026-0001"))
    world.match()
    people.reject_proposal(_line(world), words="autre dossier", **world.by)
    run = world.match()
    assert world.decisions(run) == ["left"]
    assert "rejected_by_a_person" in [one.code for one in run.matches[0].reasons]
    _is_sound(world)


def test_money_on_account_and_money_set_aside(world: World) -> None:
    world.banks(told(6_000, "inconnu"))
    item = people.assign_customer(_line(world), Customer.objects.get(code="MILL"), **world.by)
    assert (item.amount, item.balance.open) == (-6_000, -6_000)
    world.banks(told(77, "intérêts"))
    other = BankLine.objects.get(amount=77)
    for _ in range(2):
        people.set_aside(other, **world.by)
    assert world.match().matches == ()
    with pytest.raises(Refused, match="line_is_used"):
        people.set_aside(BankLine.objects.get(amount=6_000), **world.by)
    _is_sound(world)


def test_money_that_left_is_not_applied(world: World) -> None:
    world.owes(owed("FA1", 10_000))
    world.banks(told(-500, "achat"))
    with pytest.raises(Refused, match="line_is_not_money_in"):
        people.apply_line(_line(world), [(_item("FA1"), None)], **world.by)


def test_a_person_s_match_is_undone_by_a_person_only(world: World) -> None:
    world.owes(owed("FA1", 10_000))
    world.banks(told(10_000, "x", end_to_end_id="E1"))
    people.apply_line(_line(world), [(_item("FA1"), None)], **world.by)
    world.banks(told(-10_000, "rejet", end_to_end_id="E1", is_return=True, booking_date=TODAY))
    assert world.decisions(world.match()) == ["proposed"]
    back = BankLine.objects.get(amount=-10_000)
    people.accept_proposal(back, **world.by)
    assert world.open() == {"FA1": 10_000}
    assert BankLine.objects.get(amount=-10_000).state == "returned"
    _is_sound(world)


def test_why_tells_every_decision(world: World) -> None:
    world.owes(owed("FA2026-0001", 10_000))
    world.banks(told(10_000, "FA2026-0001", counterparty_iban=MILL_IBAN))
    world.match()
    told_why = lines.why(f"B{BankLine.objects.get().pk}", company=world.company)
    assert told_why is not None
    assert told_why["verdict"] == "applied"
    assert [one["rule"] for one in told_why["steps"]] == ["payer_by_iban", "references_exact"]
    assert lines.why("MILL", company=world.company) is None
    with pytest.raises(Unknown, match="unknown_line"):
        lines.line("B999999", company=world.company)
    assert Match.objects.count() == 1
