"""Lists that keep their order and place in the URL, however long they are.

Pages follow a key (``?after=…``), not an offset: page 10,000 costs what page 1 costs, and a row
that arrives meanwhile shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list: a column's name in the URL, the field behind it, the direction."""

    name: str
    column: str
    descending: bool

    @classmethod
    def read(cls, query: QueryDict, columns: Mapping[str, str], default: str) -> Sort:
        """The order asked for with ``?sort=name`` or ``?sort=-name``; the default for any other."""
        asked = query.get("sort", default)
        if asked.removeprefix("-") not in columns:
            asked = default
        name = asked.removeprefix("-")
        return cls(name, columns[name], asked.startswith("-"))

    @property
    def asked(self) -> str:
        """As the URL says it."""
        return f"-{self.name}" if self.descending else self.name


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the keys of its neighbours; an empty key means there is none."""

    rows: Sequence[Any]
    previous: str
    next: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def keyed(rows: QuerySet[Any, Any], sort: Sort, query: QueryDict, size: int = PAGE_SIZE) -> Page:
    """The page of a queryset after or before the key in the URL, in the order of `sort`.

    Rows are model instances or dictionaries with `sort.column` and ``pk`` (or ``id``). The column
    must not be null.
    """
    backwards = "before" in query
    key = _unpack(query.get("before") or query.get("after") or "")
    descending = sort.descending != backwards
    sign = "-" if descending else ""
    ordered = rows.order_by(f"{sign}{sort.column}", f"{sign}pk")
    if key:
        ordered = ordered.filter(_beyond(sort.column, key, descending=descending))
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    first, last = (_key(found[0], sort), _key(found[-1], sort)) if found else ("", "")
    has_previous = more if backwards else bool(key)
    has_next = bool(key) if backwards else more
    return Page(found, first if has_previous else "", last if has_next else "")


def _beyond(column: str, key: tuple[Any, Any], *, descending: bool) -> Q:
    """Rows past the key. The first condition alone bounds the index; the second breaks ties."""
    value, identity = key
    side = "lt" if descending else "gt"
    bound = Q(**{f"{column}__{side}e": value})
    return bound & (Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{side}": identity}))


def _key(row: Any, sort: Sort) -> str:
    if isinstance(row, Mapping):
        value, identity = row[sort.column], row.get("pk", row.get("id"))
    else:
        value, identity = row, row.pk
        for part in sort.column.split("__"):
            value = getattr(value, part)
    packed = json.dumps([value.isoformat() if isinstance(value, date) else value, identity])
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _unpack(key: str) -> tuple[Any, Any] | None:
    """The value and identity in a key; None for an empty or broken one, which shows page one."""
    if not key:
        return None
    try:
        value, identity = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (binascii.Error, ValueError, TypeError):
        return None
    scalar = isinstance(value, str | int) and isinstance(identity, int)
    return (value, identity) if scalar and "\x00" not in str(value) else None
