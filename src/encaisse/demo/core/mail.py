"""Letters as .eml files."""

from __future__ import annotations

from datetime import datetime, time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from encaisse.demo.core.records import Letter, World

PARIS = ZoneInfo("Europe/Paris")


def name(letter: Letter) -> str:
    """File name: the letter's key."""
    return f"{letter.key}.eml"


def write(world: World, letter: Letter) -> bytes:
    """The message as it lies in the mailbox."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{letter.sender_name}" <{letter.sender}>'
    message["To"] = world.company.email
    message["Date"] = format_datetime(datetime.combine(letter.day, time(9, 41), PARIS))
    message["Message-ID"] = f"<{letter.key}@{letter.sender.partition('@')[2]}>"
    message["Subject"] = letter.subject
    message.set_content(letter.body, cte="quoted-printable")
    if letter.attachment is not None:
        filename, text = letter.attachment
        message.add_attachment(text, subtype="csv", filename=filename)
        message.set_boundary(f"=={letter.key}==")
    return message.as_bytes()
