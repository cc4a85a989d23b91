"""A cell that a spreadsheet would run as a formula, made plain text before it is exported."""

from __future__ import annotations

import re

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d .,\u00a0\u202f]*")


def neutral(cell: str) -> str:
    """The cell as an exporter may write it into CSV or XLSX.

    Text that a spreadsheet takes for a formula gets a leading apostrophe (OWASP: CSV injection);
    numbers with their sign, and everything else, stay as they are. Applied twice it changes
    nothing more.
    """
    if cell.lstrip(" ").startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
