"""The saved mapping of a table (``--mapping FILE``): which column is which, and how cells read.

YAML: ``kind`` (items, customers), ``columns`` {ours: theirs}, ``date_format`` (``dd/mm/yyyy`` or
``%d/%m/%Y``), ``decimal`` (``,`` or ``.``), ``delimiter``, ``encoding``. All may be left out.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import yaml

from encaisse.intake.core.headers import canonical
from encaisse.kernel.problems import Problem, error

KEYS = ("kind", "columns", "date_format", "decimal", "delimiter", "encoding")
DELIMITERS = (";", ",", "\t", "|")
_MOST_BYTES = 65_536
_TABS = {"tab": "\t", "\\t": "\t", "tabulation": "\t"}
_PARTS = (
    (r"y{4}|a{4}", "%Y"), (r"y{2}|a{2}", "%y"), (r"d{1,2}|j{1,2}", "%d"), (r"m{1,2}", "%m"),
)  # fmt: skip
_STRFTIME = re.compile(r"%[dmYy]")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How one kind of table is read. None means: recognise it."""

    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    date_format: str | None = None  # strftime: "%d/%m/%Y"
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


NO_MAPPING = ColumnMapping()


def parse(content: bytes) -> tuple[ColumnMapping, tuple[Problem, ...]]:
    """Read a mapping file. With an error among the problems the mapping must not be used."""
    if len(content) > _MOST_BYTES:
        return NO_MAPPING, (error(None, "mapping_too_large", bytes=len(content)),)
    try:
        loaded = yaml.safe_load(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return NO_MAPPING, (error(None, "mapping_not_yaml", reason="UTF-8"),)
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        mark = getattr(broken, "problem_mark", None)
        reason = " ".join(str(getattr(broken, "problem", None) or "YAML").split())
        line = mark.line + 1 if mark is not None else None
        return NO_MAPPING, (error(line, "mapping_not_yaml", reason=reason),)
    if not isinstance(loaded, dict):
        return NO_MAPPING, (error(None, "mapping_not_yaml", reason="{kind, columns, …}"),)
    return _checked({str(key): value for key, value in loaded.items()})


def strftime(pattern: str) -> str | None:
    """``jj/mm/aaaa``, ``dd.mm.yy`` or ``%d/%m/%Y`` as strftime; None when it names no day."""
    found = pattern.strip()
    if "%" not in found:
        for ours, theirs in _PARTS:
            found = re.sub(f"(?i)(?<!%)(?:{ours})", theirs, found, count=1)
    names = sorted(_STRFTIME.findall(found))
    rest = _STRFTIME.sub("", found)
    if names in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]) and not re.search(r"[%\w]", rest):
        return found
    return None


def _checked(loaded: Mapping[str, object]) -> tuple[ColumnMapping, tuple[Problem, ...]]:
    problems = [error(None, "mapping_unknown_key", key=key) for key in loaded if key not in KEYS]
    columns, wrong = _columns(loaded.get("columns"))
    problems += wrong

    def choice(key: str, allowed: tuple[str, ...]) -> str | None:
        value = loaded.get(key)
        if value is None or value in allowed:
            return str(value) if value is not None else None
        problems.append(error(None, "mapping_bad_value", key=key, value=_shown(value)))
        return None

    kind = choice("kind", ("items", "customers"))
    decimal = choice("decimal", (",", "."))
    delimiter = loaded.get("delimiter")
    if isinstance(delimiter, str):
        delimiter = _TABS.get(delimiter.lower(), delimiter)
    if delimiter is not None and delimiter not in DELIMITERS:
        problems.append(error(None, "mapping_bad_value", key="delimiter", value=_shown(delimiter)))
    date_format = loaded.get("date_format")
    pattern = strftime(date_format) if isinstance(date_format, str) else None
    if date_format is not None and pattern is None:
        problems.append(
            error(None, "mapping_bad_value", key="date_format", value=_shown(date_format))
        )
    encoding = loaded.get("encoding")
    if encoding is not None and not isinstance(encoding, str):
        problems.append(error(None, "mapping_bad_value", key="encoding", value=_shown(encoding)))
    if problems:
        return NO_MAPPING, tuple(problems)
    told = str(encoding) if encoding is not None else None
    cut = str(delimiter) if delimiter is not None else None
    return ColumnMapping(kind, MappingProxyType(columns), pattern, decimal, cut, told), ()


def _shown(value: object) -> str:
    """A value for a message, cut short: YAML aliases can make one that is endless in full."""
    return value[:80] if isinstance(value, str) else reprlib.repr(value)


def _columns(loaded: object) -> tuple[dict[str, str], list[Problem]]:
    if loaded is None:
        return {}, []
    if not isinstance(loaded, dict):
        return {}, [error(None, "mapping_bad_value", key="columns", value=_shown(loaded))]
    columns: dict[str, str] = {}
    problems: list[Problem] = []
    for ours, theirs in loaded.items():
        name = canonical(str(ours))
        if name is None:
            problems.append(error(None, "mapping_unknown_column", column=ours))
        elif not isinstance(theirs, (str, int)):
            problems.append(
                error(None, "mapping_bad_value", key=f"columns.{name}", value=_shown(theirs))
            )
        else:
            columns[name] = str(theirs)
    return columns, problems
