"""Every format that comes in, in the order in which it is tried.

A format is added by its folder and a line here. `recognise` looks at the first 64 kB; the first
that says yes reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from encaisse.intake.adapters.camt import reader as camt
from encaisse.intake.adapters.cfonb120 import reader as cfonb120
from encaisse.intake.adapters.csv_table import reader as csv_table
from encaisse.intake.adapters.fec import reader as fec
from encaisse.intake.adapters.mt940 import reader as mt940
from encaisse.intake.core.bank import BankReading
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.mapping import NO_MAPPING, ColumnMapping
from encaisse.kernel.problems import error

HEAD_BYTES = 1 << 16
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


def _table(content: bytes, wish: Wish) -> Reading:
    kind = wish.kind if wish.kind in {"items", "customers"} else None
    return csv_table.read(content, mapping=wish.mapping, kind=kind, currency=wish.currency)


def _fec(content: bytes, wish: Wish) -> Reading:
    return fec.read(content, currency=wish.currency, without_letters=wish.without_letters)


FORMATS = (
    Format("fec", "ledger", fec.recognise, _fec),
    Format("camt", "bank", camt.recognise, lambda content, _: camt.read(content)),
    Format("cfonb120", "bank", cfonb120.recognise, lambda content, _: cfonb120.read(content)),
    Format("mt940", "bank", mt940.recognise, lambda content, _: mt940.read(content)),
    Format("csv", "table", csv_table.recognise, _table),
)
_TABLES = ("items", "customers")


def read(content: bytes, name: str, wish: Wish) -> Reading:
    """What the file says, by the first format that knows it."""
    if not content.strip():
        return _refused(wish, "empty_file", name)
    found = _format_of(content[:HEAD_BYTES], wish)
    if found is None:
        return _refused(wish, "unknown_format", name)
    return found.read(content, wish)


def kind_of(head: bytes, name: str) -> str:
    """"customers", "items", "ledger" or "bank" by the first bytes; empty when unknown."""
    found = _format_of(head, Wish())
    if found is None:
        return ""
    return csv_table.kind_of(head) or "" if found.kind == "table" else found.kind


def _format_of(head: bytes, wish: Wish) -> Format | None:
    if wish.kind in _TABLES or wish.mapping is not NO_MAPPING:
        tables = [one for one in FORMATS if one.kind == "table"]
        return next((one for one in tables if one.recognise(head)), tables[0])
    return next((one for one in FORMATS if one.recognise(head)), None)


def _refused(wish: Wish, code: str, name: str) -> LedgerReading:
    return LedgerReading("", wish.kind or "", "", problems=(error(None, code, name=name),))
