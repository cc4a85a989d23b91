"""OFX as a stream of tags: one walk reads SGML, where leaves have no end tag, and XML alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from encaisse.intake.core.bank_text import squeeze

_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9._]*)\s*(/?)>"  # a tag
    r"((?:[^<]+|<(?!/?[A-Za-z][A-Za-z0-9._]*\s*/?>|!\[CDATA\[))*)"  # its text: < may stand in it
    r"(?:<!\[CDATA\[(.*?)\]\]>)?",
    re.DOTALL,
)
_CHARSET = re.compile(rb"CHARSET:\s*([\w-]+)", re.IGNORECASE)
_ENCODING = re.compile(rb"ENCODING(?::\s*|=[\"'])([\w-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w-]+)", re.IGNORECASE)
_NAMES = {
    "1252": "cp1252",
    "ISO-8859-1": "cp1252",
    "8859-1": "cp1252",
    "UTF-8": "utf-8",
    "UNICODE": "utf-8",
}
_AGGREGATES = frozenset(
    (
        *("OFX", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS", "STMTRS"),
        *("CCSTMTRS", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN", "LEDGERBAL"),
        "INVSTMTRS",
    )
)
"""What is never a leaf, even where a truncated file has lost its end tag."""


@dataclass(slots=True, eq=False)
class Block:
    """An aggregate: the texts of its leaves, and the aggregates inside it."""

    name: str
    line: int
    leaves: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def leaf(self, name: str) -> str:
        """The text of a leaf; empty when it is missing or empty."""
        return self.leaves.get(name, "")

    def block(self, name: str) -> Block | None:
        """The first aggregate of that name directly inside."""
        return next((one for one in self.blocks if one.name == name), None)

    def all(self, name: str) -> Iterator[Block]:
        """Every aggregate of that name, at any depth, in order."""
        waiting = list(reversed(self.blocks))
        while waiting:
            block = waiting.pop()
            if block.name == name:
                yield block
            else:
                waiting.extend(reversed(block.blocks))


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding: as declared, but UTF-8 where the bytes prove it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "ascii" if content.isascii() else "utf-8"
    except UnicodeDecodeError:
        pass
    head = content[:2000]
    found = _DECLARED.search(head) or _CHARSET.search(head) or _ENCODING.search(head)
    name = _NAMES.get(found[1].decode().upper() if found else "", "cp1252")
    if name == "utf-8":
        name = "cp1252"
    try:
        return content.decode(name), name
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


class TooDeep(Exception):
    """Aggregates are nested deeper than any OFX file would be."""


def parse(text: str, depth: int) -> tuple[Block, Block | None]:
    """The tree of a file, and the aggregate that is never closed, if any.

    End tags of leaves are optional; those of aggregates are not. In SGML an aggregate and an
    empty leaf look alike: a tag without text. It is an aggregate when its name has an end tag
    somewhere in the file, or is one of those that matter here.
    """
    closers = {found[2].upper() for found in _TAG.finditer(text) if found[1]} | _AGGREGATES
    root = Block("", 1)
    stack = [root]
    line, counted = 1, 0
    for found in _TAG.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        closing, name, empty, told, data = found.groups()
        name = name.upper()
        if closing:
            _close(stack, name)
            continue
        value = squeeze(html.unescape(told) if data is None else told + data)
        if empty or value or name not in closers:
            stack[-1].leaves.setdefault(name, value)
            continue
        if len(stack) > depth:
            raise TooDeep
        block = Block(name, line)
        stack[-1].blocks.append(block)
        stack.append(block)
    return root, stack[-1] if len(stack) > 1 else None


def _close(stack: list[Block], name: str) -> None:
    """Close the innermost aggregate of that name; an empty XML leaf was taken for one."""
    for place in range(len(stack) - 1, 0, -1):
        if stack[place].name == name:
            closed = stack[place]
            del stack[place:]
            if not closed.leaves and not closed.blocks:
                stack[-1].blocks.pop()
                stack[-1].leaves.setdefault(name, "")
            return
