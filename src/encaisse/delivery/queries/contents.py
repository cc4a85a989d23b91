"""What a kept message says, taken out of its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from encaisse.delivery.models import Message
from encaisse.delivery.queries.messages import content_of


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment, or a letter itself."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """The parts of a message: `html` is empty for a letter, whose PDF is its only file."""

    text: str
    html: str
    files: tuple[Part, ...]


def contents(message: Message) -> Contents:
    """What the message says. Reads the archived bytes, so that it is what left."""
    raw = content_of(message)
    if raw.startswith(b"%PDF"):
        return Contents("", "", (Part(f"{message.reference}.pdf", "application/pdf", raw),))
    mail = message_from_bytes(raw, policy=policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return Contents(
        str(text.get_content()) if text else "",
        str(html.get_content()) if html else "",
        tuple(
            Part(_safe(part.get_filename() or "document"), part.get_content_type(), _bytes(part))
            for part in mail.iter_attachments()
        ),
    )


def _bytes(part: object) -> bytes:
    content = cast("EmailMessage", part).get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _safe(name: str) -> str:
    return re.sub(r"[^\w.\- ]", "_", name)[:120]
