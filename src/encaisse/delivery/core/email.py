"""An e-mail as bytes: the same facts give the same bytes, whenever and wherever it is made.

Text and HTML say the same (`multipart/alternative`); documents are attached. The Message-ID is
computed from what the message is about, so that a second attempt carries the same one and a
mail system can tell that it is no second message.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
"""Every server takes seven bits; lines stay short enough for any."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class BadAddress(ValueError):
    """Not an address that mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document to attach: its name, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """Everything an e-mail is made of. `sent_at` is an aware moment.

    `follows` is the Message-ID of the message this one continues, so that mail programs show
    reminders as one conversation.
    """

    message_id: str
    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    language: str
    reply_to: str = ""
    follows: str = ""
    attachments: tuple[Attachment, ...] = ()


def message_id(company: str, customer: str, day: str, key: str, *, domain: str) -> str:
    """``<hash@domain>`` from what the message is: company, customer, civil day and purpose."""
    about = f"{company}\0{customer}\0{day}\0{key}"
    return f"<{hashlib.sha256(about.encode('utf-8')).hexdigest()[:40]}@{domain}>"


def document_reference(purpose: str, day: str, customer: str) -> str:
    """What a document of ours is called: ``RE2-20261122-C00042``. Stands on it, and names files."""
    initials = {"pre_reminder": "AV", "formal_notice": "MD", "thanks": "ME", "statement": "RC"}
    mark = initials.get(purpose) or f"RE{purpose[-1] if purpose[-1:].isdigit() else ''}"
    return f"{mark}-{day.replace('-', '')}-{customer}"[:60]


def clean_address(address: str) -> str:
    """The address with its domain in ASCII; BadAddress when no mail could reach it.

    A local part beyond ASCII needs SMTPUTF8, which few servers take: it is refused here, where a
    person can still do something about it.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadAddress(address) from error
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if not at or dotted or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise BadAddress(address)
    return f"{local}@{ascii_domain}"


def domain_of(address: str) -> str:
    """The domain our Message-IDs are made under; a reserved one without a sender's address."""
    try:
        return clean_address(address).rpartition("@")[2]
    except BadAddress:
        return "encaisse.invalid"


def compose(email: Email) -> bytes:
    """The message in Internet format. BadAddress for an address that cannot work."""
    body = EmailMessage(policy=POLICY)
    body.set_content(email.text, charset="utf-8", cte="quoted-printable")
    body.add_alternative(email.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in email.attachments:
        kind, _, form = attachment.media_type.partition("/")
        body.add_attachment(
            attachment.content, maintype=kind, subtype=form, filename=_one_line(attachment.name)
        )
    _fix_boundaries(body, email.message_id)
    return "".join(_headers(email)).encode("ascii") + body.as_bytes()


def _headers(email: Email) -> Iterator[str]:
    """The outer headers, folded.

    They are written here because `EmailMessage` loses blanks between encoded words when it folds
    (a subject like ``1 234,56 € – Moreau`` arrives changed), and drops Content-Language.
    """
    yield f"Date: {format_datetime(email.sent_at)}\r\n"
    yield _mailbox("From", email.sender_name, email.sender)
    yield _mailbox("To", email.recipient_name, email.recipient)
    if email.reply_to and email.reply_to != email.sender:
        yield _mailbox("Reply-To", "", email.reply_to)
    yield f"Subject: {_encoded(email.subject, 'Subject')}\r\n"
    yield f"Message-ID: {email.message_id}\r\n"
    if email.follows:
        yield f"In-Reply-To: {email.follows}\r\n"
        yield f"References: {email.follows}\r\n"
    yield f"Content-Language: {email.language}\r\n"
    # Holiday replies and ticket systems must not answer a machine (RFC 3834). It is no list:
    # List-Id would let mail programs file a demand for payment under newsletters.
    yield "Auto-Submitted: auto-generated\r\n"
    yield "X-Auto-Response-Suppress: OOF, AutoReply\r\n"


def _fix_boundaries(message: EmailMessage, seed: str) -> None:
    """Boundaries out of the Message-ID instead of chance."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        mark = hashlib.sha256(f"{seed}{number}".encode()).hexdigest()[:32]
        part.set_boundary(f"=_{mark}")


def _mailbox(field: str, name: str, address: str) -> str:
    clean, shown = clean_address(address), _one_line(name)
    if not shown:
        return f"{field}: {clean}\r\n"
    if shown.isascii():
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'{field}: "{quoted}"\r\n <{clean}>\r\n'
    return f"{field}: {_encoded(shown, field)}\r\n <{clean}>\r\n"


def _encoded(text: str, field: str) -> str:
    """A header's text: as it is when ASCII, else one run of encoded words (RFC 2047)."""
    line = _one_line(text)
    charset = "us-ascii" if line.isascii() and "=?" not in line else "utf-8"
    return Header(line, charset, header_name=field).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    """No line break ever reaches a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
