"""What can be wrong with something from outside: a code, where, and the facts of the sentence.

The sentences themselves, in French and English, stand in each room's ``problems.toml``
(see `encaisse.kernel.catalogue`), so that the same problem reads the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """An error refuses the whole file; a warning is taken in and shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one place of a file.

    `line` counts from 1 as a text editor does; for XML it is the line of the element, for a
    format without lines the number of the record; None when the file as a whole is meant.
    `code` names an entry of the catalogue; `facts` fill its sentence.
    """

    line: int | None
    code: str
    severity: Severity = Severity.ERROR
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def error(line: int | None, code: str, **facts: object) -> Problem:
    """A problem that refuses the file."""
    return Problem(line, code, Severity.ERROR, _as_text(facts))


def warning(line: int | None, code: str, **facts: object) -> Problem:
    """A problem that is shown, and refuses nothing."""
    return Problem(line, code, Severity.WARNING, _as_text(facts))


def _as_text(facts: Mapping[str, object]) -> Mapping[str, str]:
    return {name: str(value) for name, value in facts.items()}
