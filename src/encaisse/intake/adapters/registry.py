"""Every format that comes in, in the order in which it is tried.

A format is added by its folder and a line here. `recognise` looks at the first 64 kB; the first
that says yes reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from encaisse.intake.adapters.bai2 import reader as bai2
from encaisse.intake.adapters.camt import reader as camt
from encaisse.intake.adapters.cfonb120 import reader as cfonb120
from encaisse.intake.adapters.csv_table import reader as csv_table
from encaisse.intake.adapters.fec import reader as fec
from encaisse.intake.adapters.mt940 import reader as mt940
from encaisse.intake.adapters.ofx import reader as ofx
from encaisse.intake.adapters.xlsx_table import reader as xlsx_table
from encaisse.intake.core import recognition
from encaisse.intake.core.bank import BankReading
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.mapping import NO_MAPPING, ColumnMapping
from encaisse.intake.core.recognition import HEAD_BYTES, Recognised
from encaisse.kernel.problems import Problem, error

Reading = LedgerReading | BankReading


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person says about a file; `kind` None means: recognise it."""

    kind: str | None = None
    mapping: ColumnMapping = NO_MAPPING
    without_letters: bool = False
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how it is known and how it is read."""

    name: str
    kind: str  # bank, ledger, table
    recognise: Callable[[bytes], bool]
    read: Callable[[bytes, Wish], Reading]


def _csv(content: bytes, wish: Wish) -> Reading:
    kind = wish.kind if wish.kind in _TABLES else None
    return csv_table.read(content, mapping=wish.mapping, kind=kind, currency=wish.currency)


def _xlsx(content: bytes, wish: Wish) -> Reading:
    kind = wish.kind if wish.kind in _TABLES else None
    return xlsx_table.read(content, mapping=wish.mapping, kind=kind, currency=wish.currency)


def _fec(content: bytes, wish: Wish) -> Reading:
    return fec.read(content, currency=wish.currency, without_letters=wish.without_letters)


_TABLES = ("items", "customers")
_NOT_YET = ("remittance", "einvoice")
_FEC = Format("fec", "ledger", fec.recognise, _fec)
_XLSX = Format("xlsx", "table", xlsx_table.recognise, _xlsx)
_CSV = Format("csv", "table", csv_table.recognise, _csv)
FORMATS = (
    _FEC,
    Format("camt", "bank", camt.recognise, lambda content, _: camt.read(content)),
    Format("ofx", "bank", ofx.recognise, lambda content, _: ofx.read(content)),
    Format("cfonb120", "bank", cfonb120.recognise, lambda content, _: cfonb120.read(content)),
    Format("bai2", "bank", bai2.recognise, lambda content, _: bai2.read(content)),
    Format("mt940", "bank", mt940.recognise, lambda content, _: mt940.read(content)),
    _XLSX,
    _CSV,
)
_FEC_NAME = re.compile(r"\d{9}FEC\d{8}", re.IGNORECASE)


def read(content: bytes, name: str, wish: Wish) -> Reading:
    """What the file says, by the first format that knows it."""
    found = _format_of(content[:HEAD_BYTES], name, wish)
    if isinstance(found, Problem):
        return LedgerReading("", wish.kind or "", "", problems=(found,))
    return found.read(content, wish)


def recognise(content: bytes, name: str) -> Recognised | Problem:
    """What the file is, without reading it; `kind` is "items" or "customers" for a table."""
    found = recognition.recognise(content, name, FORMATS)
    if isinstance(found, Recognised) and found.format == "csv":
        kind = csv_table.kind_of(content[:HEAD_BYTES]) or found.kind
        return Recognised(found.format, kind, found.encoding)
    return found


def kind_of(head: bytes, name: str) -> str:
    """ "customers", "items", "ledger" or "bank" by the first bytes; empty when unknown."""
    found = recognise(head, name)
    return "" if isinstance(found, Problem) else found.kind


def _format_of(head: bytes, name: str, wish: Wish) -> Format | Problem:
    """The format that reads: what the person said, as far as the content bears it."""
    if wish.kind in _NOT_YET:
        return error(None, "kind_not_read", kind=wish.kind)
    found = recognition.recognise(head, name, FORMATS)
    if isinstance(found, Problem):
        return _as_told(head, name, wish, found)
    known = next(one for one in FORMATS if one.name == found.format)
    if wish.kind in _TABLES or (wish.kind is None and wish.mapping is not NO_MAPPING):
        return known if known.kind == "table" else _CSV
    if wish.kind is not None and wish.kind != known.kind:
        return error(None, "other_kind", kind=wish.kind, format=known.name, found=known.kind)
    return known


def _as_told(head: bytes, name: str, wish: Wish, unknown: Problem) -> Format | Problem:
    """A file that nothing recognises goes to the reader that can say best what it lacks."""
    if unknown.code != "unknown_format":
        return unknown
    if wish.kind == "ledger" or (wish.kind is None and _FEC_NAME.search(name)):
        return _FEC
    if wish.kind == "bank":
        return unknown
    if wish.kind in _TABLES or wish.mapping is not NO_MAPPING or csv_table.looks_like_one(head):
        return _CSV
    return unknown
