"""Messages on a real database: queued once, handed over once, every end of it told."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from encaisse.delivery.core.records import Purpose
from encaisse.delivery.models import Attempt, Message, Status
from encaisse.delivery.queries import checks
from encaisse.delivery.queries import messages as queries
from encaisse.delivery.services import decisions, handover, queueing
from encaisse.delivery.services.queueing import Outgoing
from encaisse.delivery.tests import samples
from encaisse.delivery.tests.samples import TODAY
from encaisse.followup.models import Task
from encaisse.ledger.models import Customer, ItemKind, OpenItem, Origin
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import GRANTS, Role


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def birch(acme: Company, home: Path) -> Customer:
    return Customer.objects.create(company=acme, code="C00042", name="Birch & Fils")


def outgoing(customer: Customer, key: str = "reminder_1/EUR", channel: str = "email") -> Outgoing:
    items = ({"item": 1, "number": "FA2026-0815", "step": "reminder_1", "open_amount": 120_000},)
    return Outgoing(customer, channel, key, "reminder_1", "standard", items)


def queue(customer: Customer, actor: Actor, key: str = "reminder_1/EUR") -> Message:
    return queueing.queue_message(
        samples.notice(Purpose.REMINDER_1), outgoing(customer, key),
        company=customer.company, actor=actor, statement=samples.statement(),
    )  # fmt: skip


def run(company: Company, actor: Actor) -> handover.HandOver:
    return handover.hand_over(company, today=TODAY, actor=actor)


def files(home: Path) -> list[Path]:
    return sorted((home / "outbox" / "ACME").glob("*.eml"))


def test_a_message_is_queued_once_a_day_and_key(birch: Customer, actor: Actor) -> None:
    first, again = queue(birch, actor), queue(birch, actor)
    assert first.pk == again.pk
    assert queue(birch, actor, "reminder_1/USD").pk != first.pk
    assert Message.objects.count() == 2


def test_what_leaves_is_what_was_archived(
    acme: Company, birch: Customer, actor: Actor, home: Path
) -> None:
    message = queue(birch, actor)
    assert run(acme, actor).sent == [message.pk]
    (file,) = files(home)
    assert file.read_bytes() == queries.content_of(message)
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert read["Message-ID"] == message.message_id
    assert [part.get_filename() for part in read.iter_attachments()] == ["RC-20261122-C00042.pdf"]
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert [one.outcome for one in queries.attempts_of(message)] == ["accepted"]


def test_a_second_run_sends_nothing(
    acme: Company, birch: Customer, actor: Actor, home: Path
) -> None:
    queue(birch, actor)
    run(acme, actor)
    again = run(acme, actor)
    assert (again.sent, again.interrupted) == ([], [])
    assert len(files(home)) == 1


def test_an_interrupted_message_is_never_sent_by_itself(
    acme: Company, birch: Customer, actor: Actor, home: Path
) -> None:
    message = queue(birch, actor)
    Message.objects.filter(pk=message.pk).update(status=Status.SENDING)
    report = run(acme, actor)
    assert (report.interrupted, report.sent) == ([message.pk], [])
    assert run(acme, actor).interrupted == []
    message.refresh_from_db()
    assert message.status == Status.UNCERTAIN
    assert files(home) == []
    task = Task.objects.get(kind="message_uncertain", done_on=None)
    assert task.customer == birch
    assert task.facts["subject"] == message.subject


@pytest.mark.parametrize(("was_sent", "status"), [(True, "sent"), (False, "queued")])
def test_a_person_decides_what_is_uncertain(
    acme: Company, birch: Customer, actor: Actor, was_sent: bool, status: str
) -> None:
    message = queue(birch, actor)
    Message.objects.filter(pk=message.pk).update(status=Status.SENDING)
    run(acme, actor)
    decided = decisions.decide_uncertain(message, was_sent=was_sent, company=acme, actor=actor)
    assert decided.status == status
    assert not Task.objects.filter(done_on=None).exists()
    with pytest.raises(Refused, match="not_uncertain"):
        decisions.decide_uncertain(message, was_sent=was_sent, company=acme, actor=actor)


def test_a_server_that_is_away_leaves_everything_queued(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    acme.settings = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "compta@moreau.example"}
    acme.save()
    for number in range(5):
        queue(birch, actor, f"k{number}")
    report = run(acme, actor)
    assert len(report.deferred) == handover.DOWN_IN_A_ROW  # the rest is not even tried
    assert Message.objects.filter(status=Status.QUEUED).count() == 5
    assert run(acme, actor).interrupted == []


def test_a_message_deferred_too_often_has_failed(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    acme.settings = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "compta@moreau.example"}
    acme.save()
    message = queue(birch, actor)
    Message.objects.update(attempts=handover.MOST_ATTEMPTS - 1)
    assert run(acme, actor).failed == [message.pk]


def test_held_and_cancelled_messages_stay(acme: Company, birch: Customer, actor: Actor) -> None:
    queueing.queue_message(
        samples.notice(Purpose.REMINDER_1), replace(outgoing(birch), is_held=True),
        company=acme, actor=actor,
    )  # fmt: skip
    cancelled = queue(birch, actor, "other")
    decisions.cancel_message(cancelled, company=acme, actor=actor)
    assert run(acme, actor).sent == []
    assert decisions.release_held(acme, actor=actor) == 1
    assert len(run(acme, actor).sent) == 1
    with pytest.raises(Refused, match="not_cancellable"):
        decisions.cancel_message(Message.objects.get(status="sent"), company=acme, actor=actor)


def test_a_bounce_is_told_once(acme: Company, birch: Customer, actor: Actor) -> None:
    message = queue(birch, actor)
    run(acme, actor)
    for _ in range(2):
        bounced = decisions.record_bounce(message, detail="550", company=acme, actor=actor)
        assert bounced.status == Status.BOUNCED
    assert Attempt.objects.filter(outcome="bounced").count() == 1


def test_letters_go_to_their_folder(
    acme: Company, birch: Customer, actor: Actor, home: Path
) -> None:
    message = queueing.queue_message(
        samples.notice(Purpose.FORMAL_NOTICE),
        outgoing(birch, "formal_notice/EUR", "registered_letter"), company=acme, actor=actor,
    )  # fmt: skip
    assert run(acme, actor).sent == [message.pk]
    (letter,) = (home / "outbox" / "ACME" / "letters").iterdir()
    assert letter.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("channel", "address", "postal", "code"),
    [
        ("email", "nobody", ("1 rue X",), "bad_address"),
        ("email", "élodie@lefevre.example", ("1 rue X",), "bad_address"),
        ("letter", "", (), "no_address"),
        ("sms", "", ("1 rue X",), "no_channel"),
    ],
)
def test_what_cannot_arrive_is_refused(
    acme: Company, birch: Customer, actor: Actor,
    channel: str, address: str, postal: tuple[str, ...], code: str,
) -> None:  # fmt: skip
    base = samples.notice(Purpose.REMINDER_1)
    bad = replace(base, addressee=replace(base.addressee, email=address, address=postal))
    with pytest.raises(Refused, match=code):
        queueing.queue_message(bad, outgoing(birch, channel=channel), company=acme, actor=actor)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://127.0.0.1:9", "acme@localhost.localdomain"),
        ("smtps://ar%40acme.example:pw@mail.example", "ar@acme.example"),
        ("smtp://relay:pw@mail.example:587", "acme@mail.example"),
    ],
)
def test_without_a_sender_the_mail_server_suggests_one(
    acme: Company, birch: Customer, actor: Actor, url: str, sender: str
) -> None:
    acme.settings = {"smtp_url": url}

    message = queueing.queue_message(
        samples.notice(Purpose.REMINDER_1), outgoing(birch), company=acme, actor=actor
    )

    assert message.sender == sender


def test_who_may_not_send_sends_nothing(acme: Company, birch: Customer, actor: Actor) -> None:
    reader = replace(actor, permissions=GRANTS[Role.READER], organization_id=acme.organization_id)
    message = queue(birch, actor)
    for act in (
        lambda: queue(birch, reader, "x"),
        lambda: run(acme, reader),
        lambda: decisions.cancel_message(message, company=acme, actor=reader),
        lambda: decisions.decide_uncertain(message, was_sent=True, company=acme, actor=reader),
        lambda: decisions.release_held(acme, actor=reader),
        lambda: decisions.record_bounce(message, detail="", company=acme, actor=reader),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            act()


def test_the_document_of_a_message(acme: Company, birch: Customer, actor: Actor) -> None:
    message = queue(birch, actor)
    (found,) = queries.messages(acme, customer=birch, start=TODAY, end=TODAY)
    document = queries.as_document(found)
    assert document["items"] == [
        {"number": "FA2026-0815", "step": "reminder_1", "open_amount": "1200.00"}
    ]
    assert document["total"] == "1900.00"
    assert document["customer"] == "C00042"
    assert document["status"] == "queued"
    assert queries.message_of(str(message.pk), company=acme) == message
    for unknown in ("0", "x", "9" * 30):
        with pytest.raises(Refused, match="unknown_message"):
            queries.message_of(unknown, company=acme)


def test_the_doctor_finds_what_a_run_left_behind(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    message = queue(birch, actor)

    def wrong() -> list[str]:
        return [check.code for check in checks.checks(acme) if not check.ok]

    assert wrong() == []
    Message.objects.filter(pk=message.pk).update(status=Status.SENDING)
    assert wrong() == ["no_message_left_in_hand_over"]
    run(acme, actor)
    assert wrong() == []
    Task.objects.update(done_on=TODAY)
    assert wrong() == ["uncertain_message_has_its_task"]
    Message.objects.filter(pk=message.pk).update(status=Status.SENT, sha256="0" * 64)
    assert wrong() == ["sent_message_was_accepted", "message_is_archived"]


def test_what_changed_while_it_waited_does_not_leave(
    acme: Company, birch: Customer, actor: Actor, home: Path
) -> None:
    item = OpenItem.objects.create(
        company=acme, customer=birch, number="F1", kind=ItemKind.INVOICE, currency="EUR",
        issue_date=TODAY, due_date=TODAY, due_date_source="file", amount=5_000,
        origin=Origin.LIST,
    )  # fmt: skip
    notice = samples.notice(Purpose.REMINDER_1)
    rows = ({"item": item.pk, "number": "F1", "step": "reminder_1", "open_amount": 9_000},)
    way = replace(outgoing(birch), items=rows)
    message = queueing.queue_message(notice, way, company=acme, actor=actor)
    report = run(acme, actor)
    assert (report.outdated, report.sent, files(home)) == ([message.pk], [], [])
    rows[0]["open_amount"] = 5_000
    fresh = queueing.queue_message(notice, way, company=acme, actor=actor)
    assert fresh.message_id != message.message_id
    assert run(acme, actor).sent == [fresh.pk]


def test_a_message_of_yesterday_does_not_leave(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    message = queue(birch, actor)
    tomorrow = replace(actor, at=actor.at + timedelta(days=1))
    report = handover.hand_over(acme, today=tomorrow.today, actor=tomorrow)
    assert (report.outdated, report.sent) == ([message.pk], [])


def test_a_message_whose_bytes_are_gone_fails_and_the_others_leave(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    lost, good = queue(birch, actor, "a"), queue(birch, actor, "b")
    Message.objects.filter(pk=lost.pk).update(sha256="0" * 64)
    report = run(acme, actor)
    assert (report.failed, report.sent) == ([lost.pk], [good.pk])
