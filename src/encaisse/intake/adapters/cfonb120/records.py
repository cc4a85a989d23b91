"""Cut a CFONB120 file into records of 120 characters, and read the fields of one record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from encaisse.intake.core.bank_text import banking_date, century, exact_date, minor_units, squeeze
from encaisse.intake.core.findings import Findings
from encaisse.kernel.money import Money, decimals

LENGTH = 120
_PIVOT = 60
_SHORTEST = 48  # trailing blanks may be cut off, the dates may not
_BREAK = re.compile(r"\r\n|\r|\n")
_OVERPUNCH = {
    **{mark: (digit, 1) for digit, mark in enumerate("{ABCDEFGHI")},
    **{mark: (digit, -1) for digit, mark in enumerate("}JKLMNOPQR")},
    "É": (0, 1),  # where { and } stand in the French variant of ISO 646
    "È": (0, -1),
}


class Record(NamedTuple):
    """One record, filled up to 120 characters, and where it stands."""

    line: int
    text: str

    @property
    def code(self) -> str:
        """01 opening balance, 04 movement, 05 complement, 07 closing balance."""
        return self.text[:2]

    @property
    def account(self) -> tuple[str, str, str]:
        """Bank, branch and number as written."""
        return self.text[2:7], self.text[11:16], self.text[21:32]

    @property
    def currency(self) -> str:
        """The ISO code, upper case; empty when the bank leaves it blank."""
        return self.text[16:19].strip().upper()

    def field(self, first: int, last: int) -> str:
        """The characters from the first to the last place (counted from 1), blanks squeezed."""
        return squeeze(self.text[first - 1 : last])


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8 only where it is valid and says more than ASCII would."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"
    return text, "ascii" if content.isascii() else "utf-8"


def cut(text: str, findings: Findings) -> Iterator[Record]:
    """The records of a file, with or without line breaks; blank ones are passed over."""
    text = text.rstrip("\x1a\x00 \r\n")
    if not _BREAK.search(text):
        for start in range(0, len(text), LENGTH):
            yield from _whole(start // LENGTH + 1, text[start : start + LENGTH], findings)
        return
    for number, line in enumerate(_BREAK.split(text), start=1):
        rest = line.rstrip("\x1a\x00 ")
        for start in range(0, len(rest), LENGTH):
            yield from _whole(number, rest[start : start + LENGTH], findings)


def _whole(line: int, piece: str, findings: Findings) -> Iterator[Record]:
    if not piece.strip():
        return
    if len(piece) < _SHORTEST:
        findings.error(line, "record_truncated", length=len(piece), expected=LENGTH)
        return
    yield Record(line, piece.ljust(LENGTH))


def amount(written: str, currency: str, places: str) -> Money | None:
    """A signed amount whose last digit is overpunched: ``0000000000322J`` is -32.21."""
    digits, last = written[:-1], written[-1:].upper()
    if last not in _OVERPUNCH or not (digits.isascii() and digits.isdigit()):
        return None
    digit, sign = _OVERPUNCH[last]
    found = _scaled(f"{digits}{digit}", currency, places)
    return None if found is None else Money(sign * found, currency)


def unsigned(written: str, currency: str, places: str) -> Money | None:
    """An amount without a sign, as MMO and FEE carry it."""
    if not (written.isascii() and written.isdigit()):
        return None
    found = _scaled(written, currency, places)
    return None if found is None else Money(found, currency)


def _scaled(digits: str, currency: str, places: str) -> int | None:
    shift = int(places) if places.isascii() and places.isdigit() else decimals(currency)
    whole, part = digits[: len(digits) - shift], digits[len(digits) - shift :]
    found = minor_units(f"{whole}.{part}", currency)
    return found[0] if found else None


def day(written: str) -> date | None:
    """A date DDMMYY that exists; years from 60 on are of the 1900s."""
    parts = _parts(written)
    return exact_date(*parts) if parts else None


def value_day(written: str) -> tuple[date, bool] | None:
    """A value date DDMMYY, and whether it exists (30 February is the last day of the month)."""
    parts = _parts(written)
    return banking_date(*parts) if parts else None


def _parts(written: str) -> tuple[int, int, int] | None:
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    return century(int(written[4:6]), _PIVOT), int(written[2:4]), int(written[:2])
