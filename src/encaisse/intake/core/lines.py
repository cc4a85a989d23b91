"""Text as lines: record ends in one spelling, and what no text may contain."""

from __future__ import annotations

from encaisse.intake.core.encoding import line_of
from encaisse.intake.core.limits import Limits
from encaisse.kernel.problems import Problem, error


def with_even_ends(utf8: bytes) -> bytes:
    """The text with LF as its only record end.

    CR LF becomes LF. A lone CR ends a record only in a file that has no LF at all; elsewhere it
    is a stray one inside a field and becomes a blank, so that line numbers stay an editor's.
    """
    if b"\r" not in utf8:
        return utf8
    text = utf8.replace(b"\r\n", b"\n")
    if b"\r" not in text:
        return text
    return text.replace(b"\r", b" " if b"\n" in text else b"\n")


def not_text(content: bytes, utf8: bytes, limits: Limits) -> Problem | None:
    """Why a file is no readable text at all: empty, too large, or with NUL bytes."""
    if len(content) > limits.bytes:
        return error(None, "file_too_large", bytes=len(content), most=limits.bytes)
    if not utf8.strip():
        return error(None, "empty_file")
    nul = utf8.find(b"\0")
    if nul >= 0:
        return error(line_of(utf8, nul), "nul_byte")
    return None


def head_lines(utf8: bytes, count: int, most_bytes: int = 1 << 18) -> list[str]:
    """The first lines, without their ends, of which only `most_bytes` are looked at."""
    head = utf8[:most_bytes].decode("utf-8", "ignore").split("\n")
    if len(head) > 1 and len(utf8) > most_bytes:
        head.pop()
    return head[:count]
