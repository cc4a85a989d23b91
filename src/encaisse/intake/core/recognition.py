"""What a file is, by its content: the formats that are read, and those refused by their name.

Which formats are read is told by whoever asks (`adapters.registry`); here stands how to ask, and
what to say about a file that none of them knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from encaisse.intake.core.encoding import sniff, to_utf8
from encaisse.kernel.problems import Problem, error

HEAD_BYTES = 1 << 16
_MARKUP_BYTES = 8_192
_MOST_CONTROLS = 0.05
_SIGNATURES = (
    (b"%PDF", "pdf_not_read"),
    (b"\x1f\x8b", "archive_not_read"),
    (b"7z\xbc\xaf\x27\x1c", "archive_not_read"),
    (b"Rar!", "archive_not_read"),
    (b"BZh", "archive_not_read"),
    (b"\xfd7zXZ", "archive_not_read"),
    (b"\x89PNG", "image_not_read"),
    (b"\xff\xd8\xff", "image_not_read"),
    (b"GIF8", "image_not_read"),
    (b"II*\0", "image_not_read"),
    (b"MM\0*", "image_not_read"),
)
_ROOTS = {
    "CrossIndustryInvoice": "einvoice_not_read",
    "CrossIndustryDocument": "einvoice_not_read",
    "Invoice": "einvoice_not_read",
    "CreditNote": "einvoice_not_read",
    "CrossDomainAcknowledgementAndResponse": "einvoice_status_not_read",
    "comptabilite": "fec_xml_not_read",
    "html": "web_page_not_read",
}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ASIDE = re.compile(
    r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE
)
_PAYMENT_ORDER = re.compile(r"pain\.00[1278]\.\d{3}\.\d\d")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f"))


class Known(Protocol):
    """A format that is read: its name, what it brings, and whether a head is one of it."""

    @property
    def name(self) -> str:
        """Such as "fec", "camt", "csv"."""

    @property
    def kind(self) -> str:
        """Such as "ledger", "bank", "table"."""

    def recognise(self, head: bytes, /) -> bool:
        """Whether the first bytes of a file are of this format."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is, and how its text is encoded (empty for what is no text)."""

    format: str
    kind: str
    encoding: str


def recognise(content: bytes, name: str, formats: Sequence[Known]) -> Recognised | Problem:
    """Which of the formats a file is, by its first bytes; else why none of them.

    `content` may be the whole file or its beginning; `name` is shown, and believed in nothing.
    """
    head = content[:HEAD_BYTES]
    if not head.strip(b"\0\x1a \t\r\n\xef\xbb\xbf"):
        return error(None, "empty_file", name=name)
    if code := _signature(head):
        return error(None, code, name=name)
    for known in formats:
        if known.recognise(head):
            encoding = "" if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else sniff(head)
            return Recognised(known.name, known.kind, encoding)
    return not_known(head, name)


def not_known(head: bytes, name: str) -> Problem:
    """What to say about a file that no format recognises."""
    if code := _signature(head):
        return error(None, code, name=name)
    if _is_binary(head):
        return error(None, "binary_file", name=name)
    text = to_utf8(head).utf8.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return error(None, "unknown_format", name=name)
    order = _PAYMENT_ORDER.search(text[:_MARKUP_BYTES])
    if order:
        return error(None, "payment_order_not_read", name=name, format=order.group())
    root = root_of(text)
    return error(None, _ROOTS.get(root, "xml_not_known"), name=name, root=root)


def root_of(text: str) -> str:
    """The local name of the root element of XML or HTML text; empty when there is none."""
    found = _ROOT.search(_ASIDE.sub("", text[:_MARKUP_BYTES]))
    if found is None:
        return ""
    return "html" if found.group(1).lower() == "html" else found.group(1)


def _signature(head: bytes) -> str:
    return next((code for mark, code in _SIGNATURES if head.startswith(mark)), "")


def _is_binary(head: bytes) -> bool:
    """Bytes that no text has, more than a damaged text would."""
    if sniff(head).startswith("utf-16"):
        return False
    start = head[:4096]
    return len(start) - len(start.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(start)
