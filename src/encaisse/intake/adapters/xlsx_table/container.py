"""The ZIP around a workbook, looked through before anything of it is believed or unpacked.

Sizes and dimensions that a file declares are claims. Every part is inflated here once, by pieces
and up to the limits; the sheets are searched for the cells they really hold.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from encaisse.intake.core.limits import Limits
from encaisse.kernel.problems import Problem, error

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE = 1 << 20
_SMALL = 1 << 20
"""Parts below this size may be packed as well as they like."""
_LOCAL_HEADER = 30
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,10})["']""")
_ROW = re.compile(rb"""\sr\s*=\s*["'](\d{1,10})["']""")
_BROKEN_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^<>]*\st=["']e["'])[^<>]*?\sr=["']([A-Z]{1,3})(\d{1,10})["']"""
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_MOST_BROKEN = 1_000


@dataclass
class Extent:
    """The cells one sheet really holds: last row and column, from 1, and its broken formulas."""

    row: int = 0
    column: int = 0
    broken: list[tuple[int, int]] = field(default_factory=list)  # row and column, from 1


@dataclass(frozen=True, slots=True)
class Container:
    """What the package is made of: extents by the sheets' names, the calendar it counts in."""

    extents: dict[str, Extent]
    since_1904: bool
    problem: Problem | None = None


class _TooMuch(Exception):
    """A limit was met while unpacking."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def inspect(content: bytes, limits: Limits) -> Container:
    """Look through a workbook; its `problem` says why it must not be opened."""
    if refused := _by_name(content):
        return Container({}, since_1904=False, problem=refused)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            return _inspected(content, parts, limits)
    except _TooMuch as met:
        return Container({}, since_1904=False, problem=met.problem)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError):
        return Container({}, since_1904=False, problem=error(None, "xlsx_damaged"))


def _by_name(content: bytes) -> Problem | None:
    """Formats that look alike and are not read, told by what they are."""
    if content.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        return error(None, "xlsx_encrypted" if locked else "xls_not_read")
    if not content.strip():
        return error(None, "empty_file")
    return None if content.startswith(b"PK") else error(None, "xlsx_damaged")


def _inspected(content: bytes, parts: list[zipfile.ZipInfo], limits: Limits) -> Container:
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise _TooMuch(error(None, "xlsb_not_read"))
    if "content.xml" in names and "mimetype" in names:
        raise _TooMuch(error(None, "ods_not_read"))
    if "xl/workbook.xml" not in names:
        raise _TooMuch(error(None, "archive_not_read"))
    if any(part.flag_bits & 1 for part in parts):
        raise _TooMuch(error(None, "xlsx_encrypted"))
    sheets = [name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    if len(sheets) > limits.sheets or len(parts) > 50 * limits.sheets:
        raise _TooMuch(error(None, "too_many_sheets", sheets=len(sheets), most=limits.sheets))
    extents: dict[str, Extent] = {}
    texts: dict[str, bytes] = {}
    left = limits.unpacked_bytes
    for part in parts:
        pieces = _inflated(content, part, limits, left)
        if part.filename in sheets:
            extents[part.filename], size = _searched(pieces, limits)
        else:
            kept = part.filename in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
            size, text = 0, []
            for piece in pieces:
                size += len(piece)
                if kept:
                    text.append(piece)
            texts[part.filename] = b"".join(text)
        left -= size
    workbook = texts.get("xl/workbook.xml", b"")
    paths = _paths(workbook, texts.get("xl/_rels/workbook.xml.rels", b""))
    by_name = {name: extents[path] for name, path in paths.items() if path in extents}
    since_1904 = re.search(rb"""date1904\s*=\s*["'](?:1|true)""", workbook) is not None
    return Container(by_name, since_1904)


def _inflated(content: bytes, part: zipfile.ZipInfo, limits: Limits, left: int) -> Iterator[bytes]:
    """The part by pieces, whatever size it declares, until a limit is met."""
    at = part.header_offset
    names = int.from_bytes(content[at + 26 : at + 28], "little")
    extra = int.from_bytes(content[at + 28 : at + 30], "little")
    start = at + _LOCAL_HEADER + names + extra
    packed = memoryview(content)[start : start + part.compress_size]
    most = max(_SMALL, limits.unpacked_ratio * len(packed))
    size = 0
    for piece in _pieces(packed, part.compress_type):
        size += len(piece)
        if size > left or size > most:
            raise _TooMuch(error(None, "zip_bomb", part=part.filename, most=min(left, most)))
        yield piece


def _pieces(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(f"ZIP method {method}")
    inflater = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    while not inflater.eof:
        piece = inflater.decompress(rest, _PIECE)
        rest = inflater.unconsumed_tail
        if piece:
            yield piece
        elif not rest:
            raise zlib.error("the part stops early")


def _searched(pieces: Iterator[bytes], limits: Limits) -> tuple[Extent, int]:
    """The extent of a sheet by the places its cells name, and its size."""
    extent = Extent()
    size, open_tag = 0, b""
    for piece in pieces:
        size += len(piece)
        text = open_tag + piece
        end = text.rfind(b">") + 1
        text, open_tag = text[:end], text[end:][-_PIECE:]
        _widen(extent, text)
        if extent.row * extent.column > limits.cells or extent.row > limits.rows:
            raise _TooMuch(
                error(extent.row, "sheet_too_large", rows=extent.row, columns=extent.column)
            )
    return extent, size


def _widen(extent: Extent, text: bytes) -> None:
    cells = _CELL.findall(text)
    rows = [int(row) for row in {row for _, row in cells} | set(_ROW.findall(text))]
    columns = [_number(letters) for letters in {letters for letters, _ in cells}]
    extent.row = max(extent.row, *rows, 0)
    extent.column = max(extent.column, *columns, 0)
    if len(extent.broken) < _MOST_BROKEN:
        extent.broken += [(int(row), _number(letters)) for letters, row in
                          _BROKEN_CELL.findall(text)]  # fmt: skip


def _number(letters: bytes) -> int:
    """``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _paths(workbook: bytes, relations: bytes) -> dict[str, str]:
    """The part of each sheet by the sheet's name."""
    targets = {}
    for tag in _RELATION.findall(relations):
        told = dict(_ATTRIBUTE.findall(tag))
        target = told.get(b"Target", b"").decode("utf-8", "replace")
        targets[told.get(b"Id", b"")] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    paths = {}
    for tag in _SHEET.findall(workbook):
        told = dict(_ATTRIBUTE.findall(tag))
        name = html.unescape(told.get(b"name", b"").decode("utf-8", "replace"))
        relation = next((value for key, value in told.items() if key.endswith(b":id")), b"")
        paths[name] = targets.get(relation, "")
    return paths
