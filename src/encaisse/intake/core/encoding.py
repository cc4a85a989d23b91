"""Which encoding a text file has, and the same text as UTF-8.

The order of trials is the one that French accounting files need: byte order mark, strict UTF-8,
then CP1252 when a byte stands in 0x80-0x9F, else ISO 8859-15 (they differ on the euro sign).
General detectors take Latin-1 for Central European and are not used.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from encaisse.kernel.problems import Problem, error, warning

_CHUNK = 1 << 22
_C1_BYTES = re.compile(rb"[\x80-\x9f]")
_CP1252_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_KNOWN = frozenset(
    [
        "ascii",
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "iso-8859-1",
        "iso-8859-15",
        "latin-1",
        "cp850",
        "cp858",
        "cp437",
        "mac-roman",
        "macroman",
    ]
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text as UTF-8 without byte order mark, the encoding it came in, and what was wrong."""

    utf8: bytes
    encoding: str  # a name Python knows: "ascii", "utf-8", "utf-8-sig", "cp1252"…
    problems: tuple[Problem, ...] = ()


def to_utf8(content: bytes, encoding: str | None = None) -> Decoded:
    """Decode whatever the bytes are; `encoding` (of a saved mapping) takes the place of sniffing.

    Never raises: characters that the encoding does not know become U+FFFD with a problem.
    """
    if encoding is not None:
        return _as_told(content, encoding)
    found = sniff(content)
    if found == "ascii":
        return Decoded(content, found)
    if found in {"utf-8", "utf-8-sig"}:
        body = content[3:] if found == "utf-8-sig" else content
        return Decoded(*_checked_utf8(body, found))
    problems: tuple[Problem, ...] = ()
    if found == "cp1252" and (hole := _CP1252_HOLES.search(content)):
        problems = (warning(line_of(content, hole.start()), "undecodable_bytes", encoding=found),)
    return Decoded(b"".join(_recoded(content, found)), found, problems)


def sniff(content: bytes) -> str:
    """The encoding by content alone: the name Python gives it."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if blind := _utf16_without_mark(content):
        return blind
    if content.isascii():
        return "ascii"
    if _first_break(content) is None or _mostly_utf8(content[:_CHUNK]):
        return "utf-8"
    return "cp1252" if _C1_BYTES.search(content) else "iso-8859-15"


def line_of(content: bytes, position: int) -> int:
    """The line, from 1, of a byte position (records may end by CR alone)."""
    ends = content.count(b"\n", 0, position)
    return 1 + (ends or content.count(b"\r", 0, position))


def _utf16_without_mark(content: bytes) -> str | None:
    head = content[:1000]
    pairs = len(head) // 2
    if pairs < 8:
        return None
    if head[1::2].count(0) > pairs * 0.9 and head[0::2].count(0) == 0:
        return "utf-16-le"
    if head[0::2].count(0) > pairs * 0.9 and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _first_break(content: bytes) -> int | None:
    """Where strict UTF-8 breaks; a last character cut off is no break."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    pending = 0
    for start in range(0, len(content), _CHUNK):
        try:
            decoder.decode(content[start : start + _CHUNK])
        except UnicodeDecodeError as broken:
            return start - pending + broken.start
        pending = len(decoder.getstate()[0])
    return None


def _mostly_utf8(head: bytes) -> bool:
    """A UTF-8 file into which a few foreign bytes were pasted, rather than a Latin one."""
    in_sequences = sum(len(found) for found in _UTF8_SEQUENCE.findall(head))
    return in_sequences > 0.8 * len(_HIGH_BYTES.findall(head)) > 8


def _checked_utf8(body: bytes, name: str) -> tuple[bytes, str, tuple[Problem, ...]]:
    broken = _first_break(body)
    if broken is None:
        cut = _cut_at_the_end(body)
        if not cut:
            return body, name, ()
        problem = error(line_of(body, len(body)), "truncated_character", encoding=name)
        return body[:-cut], name, (problem,)
    problem = warning(line_of(body, broken), "mixed_encoding", encoding=name)
    return body.decode("utf-8", "replace").encode(), name, (problem,)


def _cut_at_the_end(body: bytes) -> int:
    """How many bytes of an unfinished character stand at the very end."""
    tail = body[-3:]
    for back in range(1, len(tail) + 1):
        byte = tail[-back]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if needed > back else 0
        if byte < 0x80:
            return 0
    return 0


def _recoded(content: bytes, encoding: str) -> Iterator[bytes]:
    """The content as UTF-8 by pieces, so that no text of the whole file is held beside it."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for start in range(0, len(content), _CHUNK):
        yield decoder.decode(content[start : start + _CHUNK]).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _as_told(content: bytes, encoding: str) -> Decoded:
    name = encoding.strip().lower().replace("_", "-")
    if name not in _KNOWN:
        return Decoded(b"", encoding, (error(None, "unknown_encoding", encoding=encoding),))
    if name == "utf-8" and content.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    text = b"".join(_recoded(content, name))
    lost = text.find("\ufffd".encode())
    if lost < 0:
        return Decoded(text, name)
    return Decoded(text, name, (error(line_of(text, lost), "undecodable_bytes", encoding=name),))
