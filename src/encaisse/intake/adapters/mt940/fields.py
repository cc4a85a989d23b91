"""Cut an MT940 file into messages and fields, whatever stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAGS = frozenset(
    (
        "20",
        "21",
        "25",
        "25P",
        "28",
        "28C",
        "13",
        "13D",
        "34F",
        "60F",
        "60M",
        "61",
        "86",
        "62F",
        "62M",
        "64",
        "65",
        "90C",
        "90D",
        "NS",
    )
)
_FIELD = re.compile(r":(\d\d[A-Z]?|NS):")
_END = re.compile(r"-(?:\}.*|[A-Z]{3})?")
WIDTH = 65
_CONTROL = "".join(map(chr, (*range(9), *range(10, 32)))) + "\ufeff"


@dataclass(slots=True)
class Field:
    """One tagged field: the first line behind the tag, and the lines that continue it."""

    tag: str
    line: int
    lines: list[str]

    @property
    def first(self) -> str:
        """Its first line, stripped."""
        return self.lines[0].strip()

    def glued(self) -> str:
        """All lines as one, as they were before they were cut at any width."""
        return "".join(self.lines)

    def joined(self, width: int = WIDTH) -> str:
        """All lines as one; a line that fills the width goes on without a blank."""
        text = ""
        for line in self.lines:
            full = len(line) >= width
            text += line if full else line + " "
        return text


@dataclass(slots=True)
class Message:
    """The fields of one message, in order."""

    fields: list[Field] = field(default_factory=list)

    def get(self, *tags: str) -> Field | None:
        """The first field with one of these tags."""
        return next((one for one in self.fields if one.tag in tags), None)

    def last(self, *tags: str) -> Field | None:
        """The last field with one of these tags."""
        return next((one for one in reversed(self.fields) if one.tag in tags), None)

    @property
    def line(self) -> int:
        """Where it starts."""
        return self.fields[0].line


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8 where it is valid, else Windows-1252, else Latin-1."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, "ascii" if content.isascii() else encoding.removesuffix("-sig")
    return content.decode("latin-1"), "latin-1"


def messages(text: str) -> Iterator[Message]:
    """Every message: from `:20:` (or whatever field comes first) to `-` or the next `:20:`.

    Envelopes, bank headers and blank lines outside the fields are passed over. A line that
    looks like a field but has no tag of MT940 (``:26:37``, half a time of day) continues the one
    before it.
    """
    message = Message()
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        line = raw.strip(_CONTROL)
        tag = _FIELD.match(line)
        if tag and tag[1] in TAGS:
            if tag[1] == "20" and message.fields:
                yield message
                message = Message()
            message.fields.append(Field(tag[1], number, [line[tag.end() :]]))
        elif message.fields and _END.fullmatch(line.rstrip()):
            yield message
            message = Message()
        elif message.fields and not line.startswith("{1:"):
            message.fields[-1].lines.append(line)
    if message.fields:
        yield message
