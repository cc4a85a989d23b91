"""The cells of a sheet as text, as CSV would hold them: exact numbers, codes without ``.0``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_MICRO = Decimal("0.000001")


def text_of(cell: object) -> str:
    """A cell as text. A number keeps at most six decimals and never exactly three, so that its
    point cannot be taken for a thousands separator."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)


def date_text_of(cell: object, *, since_1904: bool) -> str:
    """A cell of a column of dates: a bare number is the day as spreadsheets count it."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and not since_1904:
        serial = int(cell)
        if serial in _SERIALS:
            return (_EPOCH + timedelta(days=serial)).isoformat()
    return text_of(cell)


def texts(row: Sequence[object]) -> list[str]:
    """All cells of a row as text."""
    return [text_of(cell) for cell in row]


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if value.is_integer():
        return str(int(value))
    exact = Decimal(repr(value))
    if abs(exact) >= 10**15:
        return format(exact, "f")
    text = format(exact.quantize(_MICRO), "f").rstrip("0").rstrip(".")
    whole, _, part = text.partition(".")
    if len(part) == 3:
        return f"{whole}.{part}0"
    return "0" if text == "-0" else text
