"""Plans drafted, approved and carried out on a real database; each step run twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from encaisse.cash.models import BankAccount, BankLine, Match, Verdict
from encaisse.database.row_security import act_for
from encaisse.delivery.models import Message, Status
from encaisse.dunning.models import ItemStep, Notice, NoticeState, Plan, StepState
from encaisse.dunning.queries import plans as plan_queries
from encaisse.dunning.queries import scenarios as scenario_queries
from encaisse.dunning.queries import why
from encaisse.dunning.queries.checks import checks
from encaisse.dunning.services import blocks, scenarios, sending
from encaisse.dunning.services import plans as planning
from encaisse.dunning.tests.company import TODAY, Desk
from encaisse.followup import services as followup
from encaisse.followup.models import Task
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company


@pytest.fixture
def desk(acme: Company, actor: Actor, settings: Any, tmp_path: Path) -> Desk:
    settings.HOME = tmp_path  # an outbox of its own: what left is never overwritten
    return Desk(acme, actor).on(TODAY)


def steps(number: str) -> list[str]:
    rows = ItemStep.objects.filter(notice__items__contains=[{"number": number}])
    return list(rows.order_by("day", "pk").values_list("step", flat=True))


def clean(desk: Desk) -> bool:
    return all(one.ok for one in checks(desk.company))


def test_planning_twice_gives_the_same_row(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    first, second = desk.plan(), desk.plan()
    assert first.plan == second.plan
    assert (Plan.objects.count(), Notice.objects.count()) == (1, 1)


def test_new_facts_replace_the_undecided_draft(desk: Desk) -> None:
    birch = desk.customer("BIRCH")
    desk.invoice(birch, "F1", 10_000, 6)
    first = desk.plan()
    desk.invoice(birch, "F2", 5_000, 6)
    second = desk.plan()
    assert first.plan != second.plan
    assert list(Plan.objects.all()) == [second.plan]
    assert [notice.total for notice in Notice.objects.all()] == [15_000]


def test_a_dry_run_writes_nothing_and_repeats_identically(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    desk.invoice(desk.customer("CEDAR", email="", address=""), "F2", 10_000, 6)
    documents = [
        plan_queries.of_content(drafted.content, drafted.facts, drafted.plan)
        for drafted in (desk.plan(dry_run=True), desk.plan(dry_run=True))
    ]
    assert documents[0] == documents[1]
    assert documents[0]["plan"] is None
    assert [one["gate"] for one in documents[0]["withheld"]] == ["no_contact"]
    assert [one["kind"] for one in documents[0]["tasks"]] == ["no_contact"]
    assert not Plan.objects.exists()
    assert not Task.objects.exists()


def test_the_stored_plan_reads_as_it_was_drafted(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    desk.invoice(desk.customer("CEDAR", email="", address=""), "F2", 10_000, 6)
    drafted = desk.plan()
    assert drafted.plan
    fresh = plan_queries.of_content(drafted.content, drafted.facts, drafted.plan)
    stored = plan_queries.stored(drafted.plan)
    assert stored["withheld"] == fresh["withheld"]
    for one in stored["notices"]:
        assert one.pop("state") == "planned"
        assert one.pop("notice").isdecimal()
        assert one.pop("outcome") == {}
    assert stored["notices"] == fresh["notices"]


def test_a_plan_leaves_only_approved_and_only_once(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    drafted = desk.plan()
    assert drafted.plan
    with pytest.raises(Refused, match="plan_not_approved"):
        sending.send_plan(drafted.plan, company=desk.company, today=TODAY, actor=desk.actor)
    assert desk.send(drafted).sent == 1
    assert desk.send(drafted).sent == 0
    (message,) = Message.objects.all()
    assert (message.status, message.step, message.total) == (Status.SENT, "reminder_1", 10_000)
    assert ItemStep.objects.get().state == StepState.DELIVERED
    assert desk.plan().content.notices.is_empty()
    assert clean(desk)


def test_what_was_paid_meanwhile_is_not_claimed(desk: Desk) -> None:
    birch = desk.customer("BIRCH")
    paid, part, kept = (desk.invoice(birch, f"F{n}", 10_000, 6) for n in (1, 2, 3))
    drafted = desk.plan()
    desk.pay(paid)
    desk.pay(part, 4_000)
    followup.open_dispute(kept, reason="price", company=desk.company, actor=desk.actor)
    report = desk.send(drafted)
    assert {(one["item"], one["gate"]) for one in report.withheld} == {
        ("F1", "settled"), ("F3", "disputed"),
    }  # fmt: skip
    (message,) = Message.objects.all()
    assert message.total == 6_000
    assert [item["number"] for item in message.items] == ["F2"]
    assert clean(desk)


def test_a_notice_with_nothing_left_is_withheld(desk: Desk) -> None:
    item = desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    drafted = desk.plan()
    desk.pay(item)
    assert desk.send(drafted).sent == 0
    assert Notice.objects.get().state == NoticeState.WITHHELD
    assert not Message.objects.exists()
    assert not ItemStep.objects.exists()


def test_the_day_sends_what_is_automatic_and_holds_the_rest(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    elm = desk.customer("ELM")
    desk.invoice(elm, "F2", 10_000, 60)
    desk.on(TODAY - timedelta(days=30)).day()
    report = desk.day()
    assert (report.planned, report.sending.sent, report.held) == (2, 1, {"held": 1})
    again = desk.day()
    assert (again.sending.sent, again.held) == (0, {"held": 1})
    assert steps("F2") == ["reminder_1"]
    sent = desk.send(desk.plan())
    assert sent.sent == 1
    assert steps("F2") == ["reminder_1", "formal_notice"]
    formal = Message.objects.get(step="formal_notice")
    assert formal.channel == "registered_letter"
    assert clean(desk)


def test_the_channels_of_one_step_are_one_step(desk: Desk) -> None:
    birch = desk.customer("BIRCH")
    desk.invoice(birch, "F1", 10_000, 30)
    desk.on(TODAY - timedelta(days=20)).day()
    assert desk.day().sending.sent == 2
    assert set(Message.objects.filter(day=TODAY).values_list("channel", flat=True)) == {
        "email", "letter",
    }  # fmt: skip
    step = ItemStep.objects.get(step="reminder_3")
    assert len(step.message_ids) == 2
    assert clean(desk)


def test_a_bounce_gives_the_step_back_and_opens_a_task(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    desk.day()
    Message.objects.update(status=Status.BOUNCED)
    later = desk.on(TODAY + timedelta(days=1))
    later.plan()
    assert ItemStep.objects.get().state == StepState.RETURNED
    assert Task.objects.get().kind == "message_returned"
    assert later.day().sending.sent == 1
    assert clean(desk)


def test_a_message_that_waits_stops_the_next_step(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    desk.day()
    Message.objects.update(status=Status.UNCERTAIN)
    ItemStep.objects.update(state=StepState.PENDING)
    assert desk.on(TODAY + timedelta(days=30)).plan().content.notices.is_empty()


@pytest.mark.parametrize(
    ("feed", "age", "stale"), [("ledger", 7, False), ("ledger", 8, True), ("list", 8, True),
                               ("bank", 2, False), ("bank", 5, True)],
)  # fmt: skip
def test_stale_data_holds_automatic_messages(desk: Desk, feed: str, age: int, stale: bool) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    desk.heard(feed, TODAY - timedelta(days=age))
    report = desk.day()
    assert report.held == ({"stale_data": 1} if stale else {})
    assert report.sending.sent == (0 if stale else 1)
    if stale:
        drafted = desk.plan()
        with pytest.raises(Refused, match="stale_data"):
            desk.send(drafted)
        assert desk.send(drafted, accept_stale=True).sent == 1


def test_stale_data_holds_calls_too_and_says_so(desk: Desk) -> None:
    customer = desk.customer("BIRCH")
    desk.invoice(customer, "F1", 10_000, 15)
    assert desk.day().sending.sent == 1
    later = desk.on(TODAY + timedelta(days=8))
    later.heard("ledger", TODAY)
    assert later.day().held == {"stale_data": 1}


def test_nothing_leaves_outside_the_send_window(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    night = desk.on(TODAY, hour=21)
    report = night.day()
    assert (report.sending.sent, report.sending.withheld[0]["gate"]) == (0, "calendar")
    assert desk.day().sending.sent == 1


def test_a_failing_customer_never_stops_the_others(desk: Desk) -> None:
    """From a sender that is no address no e-mail can be written; letters leave all the same."""
    for code in ("BIRCH", "ELM", "OAK"):
        email = "elm@example.org" if code == "ELM" else ""
        desk.invoice(desk.customer(code, email=email), f"F-{code}", 10_000, 6)
    desk.company.settings = {"mail_from": "nobody in particular"}
    report = desk.day()
    assert report.sending.sent == 2
    assert [(one["customer"], one["code"]) for one in report.sending.failures] == [
        ("ELM", "bad_address")
    ]
    assert Notice.objects.get(customer__code="ELM").state == NoticeState.FAILED
    assert not ItemStep.objects.filter(notice__customer__code="ELM").exists()
    assert clean(desk)
    desk.company.settings = {}
    assert desk.day().sending.sent == 1


def test_an_address_that_is_none_is_no_contact(desk: Desk) -> None:
    desk.invoice(desk.customer("ELM", email="to be asked", address=""), "F1", 10_000, 6)
    assert desk.plan(dry_run=True).content.withheld["gate"].to_list() == ["no_contact"]


def test_a_customer_without_address_opens_a_task_once(desk: Desk) -> None:
    desk.invoice(desk.customer("ELM", email="", address=""), "F1", 10_000, 6)
    desk.day()
    desk.day()
    (task,) = Task.objects.all()
    assert (task.kind, task.facts) == ("no_contact", {"numbers": "F1"})


def test_a_call_is_a_task_and_no_contact(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 21)
    desk.on(TODAY - timedelta(days=9)).day()
    report = desk.day()
    assert (report.sending.sent, report.sending.tasks) == (0, 1)
    assert Task.objects.get(kind="call").facts["numbers"] == "F1"
    assert steps("F1") == ["reminder_1", "call"]
    assert clean(desk)


def test_blocks_hold_until_their_day_or_until_lifted(desk: Desk) -> None:
    birch = desk.customer("BIRCH")
    item = desk.invoice(birch, "F1", 10_000, 6)
    both: dict[str, Any] = {"company": desk.company, "actor": desk.actor}
    for subject in (birch, item):
        blocks.block(subject, until=TODAY, reason="fair", **both)
        assert set(desk.plan(dry_run=True).content.withheld["gate"]) == {"blocked"}
        tomorrow = desk.on(TODAY + timedelta(days=1))
        assert tomorrow.plan(dry_run=True).content.notices.height == 1
        assert blocks.unblock(subject, **both) == 1
        with pytest.raises(Refused, match="not_blocked"):
            blocks.unblock(subject, **both)
    assert desk.plan(dry_run=True).content.notices.height == 1
    with pytest.raises(Refused, match="block_ends_in_the_past"):
        blocks.block(birch, until=TODAY - timedelta(days=1), reason="late", **both)
    blocks.record_insolvency(birch, reason="judgment", **both)
    assert set(desk.plan(dry_run=True).content.withheld["gate"]) == {"insolvency"}


def test_a_promise_holds_and_thanks_follow_when_it_is_kept(desk: Desk) -> None:
    item = desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    followup.record_promise(
        item.customer, [followup.PromisedPart(item)], promised=date(2026, 11, 20),
        company=desk.company, actor=desk.actor,
    )  # fmt: skip
    assert set(desk.plan(dry_run=True).content.withheld["gate"]) == {"promised"}
    friday = desk.on(date(2026, 11, 20))
    friday.pay(item)
    assert friday.day().sending.sent == 0
    monday = desk.on(date(2026, 11, 23))
    assert monday.day().sending.sent == 1
    assert Message.objects.get().step == "thanks"
    assert monday.day().sending.sent == 0
    assert clean(desk)


def test_the_formal_notice_tells_interest_and_indemnity(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 1_000_000, 60)
    desk.on(TODAY - timedelta(days=30)).day()
    drafted = desk.plan()
    (notice,) = drafted.content.notices.to_dicts()
    # 60 days at 12.40 %, from 2026-09-19: 10 000 x 0.124 x 60 / 365
    assert (notice["interest"], notice["indemnity"], notice["total"]) == (20_384, 4_000, 1_000_000)


def test_another_company_sees_nothing(desk: Desk, other: Company) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 6)
    stranger = Desk(other, desk.actor, TODAY)
    assert stranger.plan(dry_run=True).content.notices.is_empty()


def test_money_that_waits_for_a_person_stops_the_reminder(desk: Desk) -> None:
    """A bank line probably pays F1: until somebody decides, F1 is not claimed."""
    birch = desk.customer("BIRCH")
    paid = desk.invoice(birch, "F1", 10_000, 6)
    desk.invoice(birch, "F2", 20_000, 6)
    bank = BankAccount.objects.create(company=desk.company, identifier="FR76", currency="EUR")
    line = BankLine.objects.create(
        company=desk.company, bank_account=bank, key="k", occurrence=1, currency="EUR",
        booking_date=TODAY, amount=10_000,
    )  # fmt: skip
    match = {
        "company": desk.company, "bank_line": line, "confidence": 0.5, "treatment": "none",
        "model": "rules-1", "decided_by": "system", "decided_on": TODAY,
    }  # fmt: skip
    Match.objects.create(verdict=Verdict.PROPOSED, shares=[[paid.pk, 10_000]], **match)
    content = desk.plan(dry_run=True).content
    assert content.withheld.select("number", "gate").rows() == [("F1", "in_transit")]
    assert content.notices["total"].to_list() == [20_000]
    Match.objects.create(verdict=Verdict.REJECTED, shares=[[paid.pk, 10_000]], **match)
    assert desk.plan(dry_run=True).content.withheld.is_empty()


def test_a_disputed_item_tells_why_even_when_nothing_is_due(desk: Desk) -> None:
    item = desk.invoice(desk.customer("BIRCH"), "F1", 10_000, 1)
    followup.open_dispute(item, reason="price", company=desk.company, actor=desk.actor)
    for subject in (item, item.customer):
        found = why.reasons(subject, company=desk.company, today=TODAY)
        assert found["verdict"] == "nothing_due"
        assert "disputed" in [one["rule"] for one in found["steps"] if one["outcome"] == "closed"]
    desk.pay(item)
    assert why.reasons(item, company=desk.company, today=TODAY)["verdict"] == "settled"


def test_assigning_a_scenario_changes_the_steps(desk: Desk) -> None:
    both: dict[str, Any] = {"company": desk.company, "actor": desk.actor}
    birch = desk.customer("BIRCH")
    desk.invoice(birch, "F1", 10_000, 2)
    text = scenario_queries.shipped_text().replace("days: 5,", "days: 1,")
    strict = text.replace("scenario: standard", "scenario: strict")
    assert scenarios.import_scenario(strict, **both)
    assert scenarios.import_scenario(strict, **both) is None
    assert desk.plan(dry_run=True).content.notices.is_empty()
    scenarios.assign(birch, "strict", **both)
    (notice,) = desk.plan(dry_run=True).content.notices.to_dicts()
    assert (notice["scenario"], notice["step"]) == ("strict", "reminder_1")
    with pytest.raises(Refused, match="unknown_scenario"):
        scenarios.assign(birch, "none", **both)
    with pytest.raises(scenarios.ScenarioRefused) as refusal:
        scenarios.import_scenario(strict.replace("gap_days: 5", "gap_days: x"), **both)
    assert refusal.value.lines()[0].startswith("7: ")


def test_company_settings_win_over_the_file(desk: Desk) -> None:
    desk.invoice(desk.customer("BIRCH"), "F1", 1_600, 6)
    assert desk.plan(dry_run=True).content.notices.height == 1
    desk.company.settings = {"minimum_balance": 2_000}
    assert set(desk.plan(dry_run=True).content.withheld["gate"]) == {"below_minimum"}


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_step_once(desk: Desk) -> None:
    """Both carry out the same approved plan from connections of their own."""
    for number in range(12):
        desk.invoice(desk.customer(f"C{number:02}"), f"F{number}", 10_000, 6)
    drafted = desk.plan()
    assert drafted.plan
    plan = planning.approve_plan(drafted.plan, company=desk.company, actor=desk.actor)

    def send() -> int:
        try:
            act_for([desk.company.organization_id])
            return sending.send_plan(
                Plan.objects.get(pk=plan.pk), company=desk.company, today=TODAY, actor=desk.actor
            ).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = [one.result() for one in (pool.submit(send), pool.submit(send))]
    assert sum(sent) == 12
    assert Message.objects.count() == 12
    assert ItemStep.objects.count() == 12
    assert clean(desk)
