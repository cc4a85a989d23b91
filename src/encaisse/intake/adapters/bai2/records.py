"""Cut a BAI2 file into logical records: ended by a slash, continued by 88, wrapped as banks do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from encaisse.intake.core.findings import Findings

CODES = ("01", "02", "03", "16", "49", "88", "98", "99")
_LONGEST = 32_768  # characters of one physical record, wrapped lines included
_START = re.compile(r"\s*(01|02|03|16|49|88|98|99)\s*,")
_ODD_CONTINUATION = re.compile(r"\s*88\s*:")
_NEXT = re.compile(
    r"(?<=/)\s+(?=(?:01,[^,/]*,[^,/]*,\d{6},|02,[^,/]*,[^,/]*,\d,\d{6},|03,[^,/]+,[A-Z]{0,3},"
    r"|16,\d{3},\d*,|88,|49,[+-]?\d*,\d+/|98,[+-]?\d*,\d+,|99,[+-]?\d*,\d+,))"
)


@dataclass(slots=True)
class Record:
    """One logical record: its fields, and its raw text from the fields on for free text."""

    code: str
    line: int
    pieces: list[str] = field(default_factory=list)
    physical: int = 1

    def fields(self) -> list[str]:
        """All fields, those of continuations behind those of the record."""
        found: list[str] = []
        for piece in self.pieces:
            text = piece.rstrip().removesuffix("/").rstrip()
            found += [part.strip() for part in text.split(",")]
        return found


def records(text: str, findings: Findings) -> Iterator[Record]:
    """The logical records of a file, each with the continuations that belong to it.

    Several may stand on one line, and a line may be cut in two: what starts like no record
    continues the text before it.
    """
    current: Record | None = None
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        for piece in _NEXT.split(line.strip("\x1a\x00")):
            start = _START.match(piece)
            if start is not None and start[1] != "88":
                if current is not None:
                    yield current
                current = Record(start[1], number, [piece[start.end() :]])
            elif not piece.strip():
                continue
            elif current is None:
                findings.error(number, "record_before_opening", record=piece.strip()[:20])
            elif start is not None:
                current.pieces.append(piece[start.end() :])
                current.physical += 1
            else:
                _wrap(current, piece, number, findings)
    if current is not None:
        yield current


def _wrap(record: Record, piece: str, number: int, findings: Findings) -> None:
    """A line without a record code: the rest of the line before, or 88 with a wrong mark."""
    odd = _ODD_CONTINUATION.match(piece)
    findings.warning(number, "line_without_record", text=piece.strip()[:40])
    if odd is not None:
        record.pieces.append(piece[odd.end() :])
        record.physical += 1
    elif len(record.pieces[-1]) > _LONGEST:
        findings.error(number, "bank_text_too_long", most=_LONGEST)
    else:
        record.pieces[-1] = f"{record.pieces[-1].rstrip()} {piece.strip()}"
