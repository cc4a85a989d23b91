"""Set pages with Typst into PDF/A-3, without the network and with our own fonts.

The same page gives the same bytes: the date in the file is the document's own.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import resources
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from encaisse.delivery.core.pages import Page, letter_page, statement_page
from encaisse.delivery.core.records import Notice, Statement
from encaisse.delivery.core.wording import Wording

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
"""Archivable (ISO 19005-3, level A) and readable by a screen reader (ISO 14289-1)."""

_own = threading.local()

HIGHEST_VERSION = 13
"""EPC069-12 allows QR codes up to version 13, error correction M."""


def set_letter(notice: Notice, wording: Wording | None = None) -> bytes:
    """The PDF of a letter."""
    return _set("letter", letter_page(notice, wording))


def set_statement(statement: Statement) -> bytes:
    """The PDF of an account statement."""
    return _set("statement", statement_page(statement))


def qr_svg(payload: str) -> str | None:
    """An EPC code as SVG; None when the text is too long for the standard."""
    try:
        # Any mask is readable; scoring all eight takes most of the time, and the text of a
        # transfer is irregular enough not to need it.
        code = segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8", mask=4)
    except segno.DataOverflowError:
        return None
    if isinstance(code.version, int) and code.version > HIGHEST_VERSION:
        return None
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True)
    return drawn.getvalue().decode("utf-8")


def _set(form: str, page: Page) -> bytes:
    inputs: dict[str, str] = {"page": json.dumps(page, ensure_ascii=False)}
    payload = (page.get("payment") or {}).get("code")
    if payload and (drawn := qr_svg(payload)):
        inputs["code"] = drawn
    year, month, day = page["day"]
    noon = int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())
    made: Any = _compiler(form).compile(
        format="pdf", sys_inputs=inputs, pdf_standards=[*STANDARDS], timestamp=noon
    )
    return bytes(made)


def set_letters(notices: Iterable[Notice]) -> Iterator[bytes]:
    """The PDFs of many letters, in their order, on as many cores as there are."""
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:  # Typst works outside the interpreter's lock
        for batch in _batches(notices, workers * 8):
            yield from pool.map(set_letter, batch)


def _batches(notices: Iterable[Notice], size: int) -> Iterator[list[Notice]]:
    rest = iter(notices)
    while batch := list(islice(rest, size)):
        yield batch


def _compiler(form: str) -> typst.Compiler:
    """A compiler of this thread's own: one is never used by two at once."""
    kept: dict[str, typst.Compiler] = _own.__dict__.setdefault("compilers", {})
    if form not in kept:
        kept[form] = _new_compiler(form)
    return kept[form]


def _new_compiler(form: str) -> typst.Compiler:
    here = Path(__file__).parent
    return typst.Compiler(
        here / f"{form}.typ", root=here, font_paths=[_fonts()], ignore_system_fonts=True
    )


def _fonts() -> Path:
    """Inter, which the frontend's build puts beside the pages' own fonts."""
    return Path(str(resources.files("encaisse.web") / "static" / "dist" / "fonts"))
