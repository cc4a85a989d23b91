"""E-mails: the same bytes from the same facts, readable by any mail program."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.delivery.core.email import (
    Attachment,
    BadAddress,
    Email,
    clean_address,
    compose,
    document_reference,
    domain_of,
    message_id,
)

MAIL = Email(
    message_id="<abc@moreau.example>",
    sender_name="Ateliers Moreau – Comptabilité clients",
    sender="compta@moreau.example",
    recipient_name="Menuiserie Lefèvre, Fils & Cie",
    recipient="compta@lefevre.example",
    subject="Rappel : 2 factures échues, 1 234,56 € – Ateliers Moreau et un très long objet encore",
    text="Bonjour,\n\n.\nVotre échéance\n" + "x" * 2000 + "\n",
    html="<p>échéance</p>",
    sent_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    language="fr",
    attachments=(Attachment("relevé é.pdf", "application/pdf", bytes(range(256)) * 40),),
)


def read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=default)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert compose(MAIL) == compose(replace(MAIL))
    assert compose(MAIL) != compose(replace(MAIL, message_id="<abd@moreau.example>"))


def test_every_part_reads_back_as_it_was_written() -> None:
    message = read(compose(MAIL))
    assert message["Subject"] == MAIL.subject
    assert message["From"].addresses[0].display_name == MAIL.sender_name
    assert message["To"].addresses[0].display_name == MAIL.recipient_name
    assert message["To"].addresses[0].addr_spec == MAIL.recipient
    assert message["Date"].datetime == MAIL.sent_at
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html
    (attached,) = message.iter_attachments()
    assert isinstance(attached, EmailMessage)
    assert attached.get_filename() == "relevé é.pdf"
    assert attached.get_content() == MAIL.attachments[0].content
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] is None


def test_any_server_can_carry_it() -> None:
    content = compose(MAIL)
    content.decode("ascii")
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_reminder_continues_the_conversation() -> None:
    message = read(compose(replace(MAIL, follows="<earlier@moreau.example>")))
    assert message["In-Reply-To"] == message["References"] == "<earlier@moreau.example>"


@given(st.text(max_size=200))
def test_every_subject_arrives_as_it_was(subject: str) -> None:
    sent = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    assert read(compose(replace(MAIL, subject=subject)))["Subject"] == sent


@given(st.text(max_size=120), st.text(max_size=60))
def test_no_text_smuggles_a_header(subject: str, name: str) -> None:
    clean = subject.encode("utf-8", "ignore").decode()
    named = name.encode("utf-8", "ignore").decode()
    content = compose(replace(MAIL, subject=clean, recipient_name=named))
    head = content.partition(b"\r\n\r\n")[0]
    assert {line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"} == {
        b"Date", b"From", b"To", b"Subject", b"Message-ID", b"Content-Language",
        b"Auto-Submitted", b"X-Auto-Response-Suppress", b"MIME-Version", b"Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        (" Compta@Lefevre.Example ", "Compta@lefevre.example"),
        ("a.b+c@société.example", "a.b+c@xn--socit-esab.example"),
        ("x@sub.domain.co.uk", "x@sub.domain.co.uk"),
    ],
)
def test_addresses_that_work(address: str, clean: str) -> None:
    assert clean_address(address) == clean


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", "a@b..c", "é@b.example", "a b@c.example", "a@c.example\nBcc: x@y.example",
     ".a@c.example", "a..b@c.example", "a@-c.example", "a@b@c.example", "a@c.example, d@e.example",
     "x" * 65 + "@c.example"],
)  # fmt: skip
def test_addresses_that_do_not(address: str) -> None:
    with pytest.raises(BadAddress):
        clean_address(address)


def test_the_message_id_follows_from_what_the_message_is() -> None:
    one = message_id("ACME", "C1", "2026-11-22", "r1/EUR", domain="acme.example")
    assert one == message_id("ACME", "C1", "2026-11-22", "r1/EUR", domain="acme.example")
    assert one != message_id("ACME", "C1", "2026-11-23", "r1/EUR", domain="acme.example")
    assert one != message_id("ACME", "C", "12026-11-22", "r1/EUR", domain="acme.example")
    assert one.endswith("@acme.example>")
    assert domain_of("x@acme.example") == "acme.example"
    assert domain_of("") == "encaisse.invalid"


@pytest.mark.parametrize(
    ("purpose", "reference"),
    [
        ("reminder_2", "RE2-20261122-C1"),
        ("formal_notice", "MD-20261122-C1"),
        ("statement", "RC-20261122-C1"),
        ("other", "RE-20261122-C1"),
    ],
)
def test_what_documents_are_called(purpose: str, reference: str) -> None:
    assert document_reference(purpose, "2026-11-22", "C1") == reference
