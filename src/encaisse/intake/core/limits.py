"""How much a reader accepts, so that no file can exhaust the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one file. A reader that meets one stops with a problem, never a crash."""

    bytes: int = 1 << 30
    rows: int = 5_000_000
    columns: int = 200
    field_characters: int = 32_768
    xml_depth: int = 64
    unpacked_bytes: int = 2 << 30
    unpacked_ratio: int = 200
    sheets: int = 100
    cells: int = 20_000_000  # of one sheet, from its first corner to its last
    problems: int = 1_000


DEFAULT = Limits()
