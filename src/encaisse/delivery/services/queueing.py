"""Make messages and put them in the queue. Nothing leaves here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from encaisse.archive import services as archive
from encaisse.audit import services as audit
from encaisse.delivery.adapters.typesetting.typesetter import set_letter, set_statement
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
from encaisse.delivery.core.mail_html import mail_html
from encaisse.delivery.core.mail_text import mail_text
from encaisse.delivery.core.pages import Page, cover_page, letter_page
from encaisse.delivery.core.records import Notice, Purpose, Statement
from encaisse.delivery.models import Direction, Message, Status
from encaisse.delivery.queries.parties import sender_of
from encaisse.delivery.queries.statements import statement_of
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission
from encaisse.teams.settings import setting

EMAIL = "email"
LETTERS = ("letter", "registered_letter")
PDF = "application/pdf"
MAIL = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where a message goes and what it stands for.

    `key` tells apart what one customer gets on one day (step, currency, channel): the same key
    on the same day is the same message, queued once. `items`: [{item, number, step,
    open_amount}] as in `Message`. `follows` is the Message-ID of the message before it.
    """

    customer: Customer
    channel: str
    key: str
    step: str
    scenario: str = ""
    items: tuple[dict[str, Any], ...] = ()
    follows: str = ""
    is_held: bool = False


@transaction.atomic
def queue_message(
    notice: Notice,
    outgoing: Outgoing,
    *,
    company: Company,
    actor: Actor,
    statement: Statement | None = None,
) -> Message:
    """Queue a notice as an e-mail with the account statement attached, or as a letter.

    `statement` replaces the one the ledger gives for that day; thanks carry none.
    The same day, customer and key give the message that stands already, unless it was
    cancelled. Refused: `bad_address`, `no_address`, `no_channel`.
    """
    actor.require(Permission.DELIVERY_SEND, company)
    named = notice if notice.reference else replace(notice, reference=_reference(notice))
    page = letter_page(named)
    draft = _draft(outgoing, page, named, company=company, actor=actor)
    if standing := _standing(draft):
        return standing
    if outgoing.channel == EMAIL:
        attached = _attached(named, outgoing.customer, statement, company=company)
        content = _mail(draft, page, outgoing.follows, attached, actor=actor)
        return _queue(draft, content, MAIL, actor=actor)
    return _queue(draft, set_letter(named), PDF, actor=actor)


@transaction.atomic
def queue_statement(
    statement: Statement, outgoing: Outgoing, *, company: Company, actor: Actor
) -> Message:
    """Queue an account statement by itself, with covering words. Refused as `queue_message`."""
    actor.require(Permission.DELIVERY_SEND, company)
    page = cover_page(statement)
    day = statement.as_of
    notice = Notice(
        Purpose.STATEMENT, day, statement.reference, statement.creditor, statement.addressee, ()
    )
    draft = _draft(outgoing, page, notice, company=company, actor=actor)
    if standing := _standing(draft):
        return standing
    if outgoing.channel == EMAIL:
        content = _mail(draft, page, "", _statement_file(statement), actor=actor)
        return _queue(draft, content, MAIL, actor=actor)
    return _queue(draft, set_statement(statement), PDF, actor=actor)


def preview(notice: Notice) -> tuple[str, str, str]:
    """Subject, text and HTML exactly as `queue_message` would send them today."""
    named = notice if notice.reference else replace(notice, reference=_reference(notice))
    page = letter_page(named)
    return page["subject"], mail_text(page), mail_html(page)


def preview_letter(notice: Notice) -> bytes:
    """The PDF exactly as `queue_message` would send it today."""
    return set_letter(notice if notice.reference else replace(notice, reference=_reference(notice)))


def statement_pdf(statement: Statement) -> bytes:
    """An account statement to look at or to download; nothing is sent or kept."""
    return set_statement(statement)


def _reference(notice: Notice) -> str:
    return document_reference(notice.purpose, notice.day.isoformat(), notice.addressee.code)


def _draft(
    outgoing: Outgoing, page: Page, notice: Notice, *, company: Company, actor: Actor
) -> Message:
    """The message without its bytes."""
    sender, recipient = _ends(outgoing, notice, company)
    total = sum(section.total.minor for section in notice.sections[:1])
    return Message(
        company=company,
        customer=outgoing.customer,
        direction=Direction.OUT,
        channel=outgoing.channel,
        status=Status.HELD if outgoing.is_held else Status.QUEUED,
        day=notice.day,
        at=actor.at,
        sender=sender,
        recipient=recipient,
        subject=page["subject"][:400],
        scenario=outgoing.scenario,
        step=outgoing.step,
        language=page["lang"],
        currency=notice.sections[0].currency if notice.sections else company.currency,
        total=total,
        items=list(outgoing.items),
        is_claim=notice.purpose not in (Purpose.THANKS, Purpose.STATEMENT),
        reference=notice.reference,
        message_id=_message_id(outgoing, notice.day, company, domain_of(sender)),
        wording=page["version"],
        created_by=actor.name,
    )


def _message_id(outgoing: Outgoing, day: date, company: Company, domain: str) -> str:
    """The first Message-ID of this day and key that no cancelled message has used up."""
    for place in count(1):
        key = outgoing.key if place == 1 else f"{outgoing.key}#{place}"
        made = message_id(company.code, outgoing.customer.code, day.isoformat(), key, domain=domain)
        cancelled = Message.objects.filter(
            company=company, message_id=made, status=Status.CANCELLED
        )
        if not cancelled.exists():
            return made
    raise AssertionError("counting does not end")


def _ends(outgoing: Outgoing, notice: Notice, company: Company) -> tuple[str, str]:
    """Sender and recipient as they are kept; refused when the channel cannot reach anybody."""
    if outgoing.channel == EMAIL:
        sender = sender_of(company)
        try:
            recipient = clean_address(notice.addressee.email)
            # Without a server nothing leaves this machine: a reserved domain says so (RFC 2606).
            return clean_address(sender or "noreply@encaisse.invalid"), recipient
        except BadAddress as error:
            raise Refused("bad_address", address=error) from error
    if outgoing.channel not in LETTERS:
        raise Refused("no_channel", channel=outgoing.channel)
    if not notice.addressee.address:
        raise Refused("no_address", customer=outgoing.customer.code)
    return sender_of(company), "\n".join((notice.addressee.name, *notice.addressee.address))


def _standing(draft: Message) -> Message | None:
    return Message.objects.filter(company=draft.company, message_id=draft.message_id).first()


def _mail(
    draft: Message, page: Page, follows: str, attached: tuple[Attachment, ...], *, actor: Actor
) -> bytes:
    return compose(
        Email(
            message_id=draft.message_id,
            sender_name=page["sender"][0],
            sender=draft.sender,
            recipient_name=page["recipient"][0],
            recipient=draft.recipient,
            subject=page["subject"],
            text=mail_text(page),
            html=mail_html(page),
            sent_at=actor.at,
            language=page["lang"],
            reply_to=str(setting(draft.company, "reply_to")),
            follows=follows,
            attachments=attached,
        )
    )


def _attached(
    notice: Notice, customer: Customer, given: Statement | None, *, company: Company
) -> tuple[Attachment, ...]:
    if given is None and notice.purpose is Purpose.THANKS:
        return ()
    statement = given or statement_of(
        customer, notice.day, company=company, addressee=notice.addressee
    )
    return _statement_file(statement) if statement.ledgers else ()


def _statement_file(statement: Statement) -> tuple[Attachment, ...]:
    return (Attachment(f"{statement.reference}.pdf", PDF, set_statement(statement)),)


def _queue(draft: Message, content: bytes, media_type: str, *, actor: Actor) -> Message:
    suffix = ".eml" if media_type == MAIL else ".pdf"
    draft.sha256 = archive.store(
        content, media_type, name=f"{draft.reference}{suffix}", company=draft.company, actor=actor
    )
    draft.size = len(content)
    draft.save(force_insert=True)
    audit.record(
        "delivery.message_queued", actor=actor, company=draft.company,
        subject=draft.customer.code if draft.customer else "", message=draft.pk,
        channel=draft.channel, step=draft.step, sha256=draft.sha256, status=draft.status,
    )  # fmt: skip
    return draft
