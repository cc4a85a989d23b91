"""Find the reader of a file and let it read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from encaisse.intake.adapters import registry
from encaisse.intake.core import mapping as mappings
from encaisse.intake.core.bank import BankReading
from encaisse.intake.core.ledger import LedgerReading
from encaisse.kernel.problems import Severity

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """What the person says about a file, beyond its bytes."""

    kind: str = "auto"
    mapping: bytes = b""
    is_complete: bool = False
    without_letters: bool = False

    @property
    def fingerprint(self) -> str:
        """What makes the same bytes mean something else; empty for none of it."""
        words = [
            self.kind if self.kind != "auto" else "",
            "complete" if self.is_complete else "",
            "without_letters" if self.without_letters else "",
            hashlib.sha256(self.mapping).hexdigest()[:16] if self.mapping else "",
        ]
        return " ".join(word for word in words if word)


def read(
    name: str, content: bytes, options: Options, *, currency: str
) -> LedgerReading | BankReading:
    """What the file says, with all problems; never an exception for whatever the bytes may be."""
    mapping = mappings.NO_MAPPING
    if options.mapping:
        mapping, problems = mappings.parse(options.mapping)
        if any(one.severity is Severity.ERROR for one in problems):
            return LedgerReading("", options.kind, "", problems=problems)
    return registry.read(
        content,
        name,
        registry.Wish(
            kind=None if options.kind == "auto" else options.kind,
            mapping=mapping,
            without_letters=options.without_letters,
            currency=currency,
        ),
    )


_FIRST = ("customers", "ledger", "items")


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files in the order in which they are best taken: customers, ledgers by year, lists, banks.

    The order in which they were named does not matter.
    """
    return sorted(files, key=_place)


def _place(file: Path) -> tuple[int, str, str]:
    with file.open("rb") as opened:
        kind = registry.kind_of(opened.read(HEAD_BYTES), file.name)
    rank = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
    # The name of a FEC ends with its closing date; statements usually carry theirs.
    return rank, file.stem[-8:] if kind == "ledger" else "", file.name
