"""Letters as PDF: archivable, the address in the window, the same bytes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest

from encaisse.delivery.adapters.typesetting import typesetter
from encaisse.delivery.core.records import Creditor, Ledger, Purpose
from encaisse.delivery.tests import samples

MM = 72 / 25.4
A4_HEIGHT = 841.89
WINDOW_X, WINDOW_Y = (100, 205), (45, 80)
"""Where the window of a French DL envelope shows a sheet folded in three, mm from top left."""


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(content)).pages
    joined = "\n".join(page.extract_text() for page in pages)
    return joined.replace("\u202f", " ").replace("\u00a0", " ")


def places(content: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """Stretches of text with their left and baseline in mm from the top left."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        if text.strip():
            found.append((text.strip(), x / MM, (A4_HEIGHT - y) / MM))

    pypdf.PdfReader(BytesIO(content)).pages[page].extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.STATEMENT])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_is_set(purpose: Purpose, language: str) -> None:
    text = text_of(typesetter.set_letter(samples.notice(purpose, language=language)))
    for part in ("FA2026-0815", "Menuiserie Lefèvre & Fils", "FR40303265045", "Claire Moreau"):
        assert part in text
    assert ("1 sur 1" if language == "fr" else "1 of 1") in text or "2" in text


def test_the_address_lies_in_the_window_and_nothing_else_does() -> None:
    base = samples.notice(Purpose.REMINDER_1)
    lines = tuple(f"Ligne {number} de l’adresse" for number in range(1, 7))
    full = replace(base, addressee=replace(base.addressee, address=lines))
    inside = [
        text for text, x, y in places(typesetter.set_letter(full))
        if WINDOW_X[0] <= x <= WINDOW_X[1] and WINDOW_Y[0] <= y <= WINDOW_Y[1]
    ]  # fmt: skip
    assert len(inside) == 7
    assert inside[0] == "Menuiserie Lefèvre & Fils"
    assert all(text.startswith("Ligne") for text in inside[1:])


@pytest.mark.parametrize(
    "make",
    [
        lambda: typesetter.set_letter(samples.notice(Purpose.FORMAL_NOTICE)),
        lambda: typesetter.set_statement(samples.statement()),
    ],
)
def test_it_is_archivable_accessible_and_the_same_twice(make: Callable[[], bytes]) -> None:
    content = make()
    assert content == make()
    with pikepdf.open(BytesIO(content)) as pdf:
        meta = pdf.open_metadata()
        assert meta.pdfa_status == "3A"
        assert meta["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert pdf.Root.Lang == "fr-FR" or str(pdf.Root.Lang).startswith("fr")
        assert pdf.Root.MarkInfo.Marked
        assert "/OutputIntents" in pdf.Root


def test_a_long_list_repeats_its_head_and_counts_its_pages() -> None:
    line = samples.LINES[1]
    lines = tuple(
        replace(line, number=f"FA-{n:04d}", due_date=line.due_date - timedelta(days=n))
        for n in range(90)
    )
    content = typesetter.set_letter(samples.notice(Purpose.REMINDER_1, lines=lines))
    reader = pypdf.PdfReader(BytesIO(content))
    assert len(reader.pages) >= 3
    assert all("Échéance" in page.extract_text() for page in reader.pages[:2])
    text = text_of(content)
    assert all(f"FA-{n:04d}" in text for n in range(90))


def test_a_creditor_without_profile_still_writes() -> None:
    bare = replace(samples.notice(Purpose.REMINDER_1), creditor=Creditor("Acme"))
    assert "Acme" in text_of(typesetter.set_letter(bare))


def test_a_statement_shows_movements_ages_and_balance() -> None:
    text = text_of(typesetter.set_statement(samples.statement()))
    for part in ("Relevé de compte au 22 novembre 2026", "Facture FA2026-0815", "Règlement VIR 77",
                 "1 900,00 €", "31 à 60 j", "800,50 €", "À imputer", "-100,50 €"):  # fmt: skip
        assert part in text


def test_a_statement_in_the_customers_favour_and_in_two_currencies() -> None:
    buckets = dict.fromkeys(("not_due", "d1_30", "d31_60", "d61_90", "d90_plus"), 0)
    books = tuple(Ledger(code, 0, (), buckets, -500) for code in ("EUR", "USD"))
    base = samples.statement(language="en")
    owed = tuple(replace(book, opening=-500) for book in books)
    text = text_of(typesetter.set_statement(replace(base, ledgers=owed)))
    assert "Movements in USD" in text
    assert text.count("Balance in your favour") == 2
    assert "How to pay" not in text


def test_many_letters_come_in_their_order() -> None:
    base = samples.notice(Purpose.REMINDER_1)
    notices = [replace(base, reference=f"R-{n:03d}") for n in range(20)]
    for number, content in enumerate(typesetter.set_letters(notices)):
        assert f"R-{number:03d}" in text_of(content)


def test_a_code_too_long_for_the_standard_is_left_out() -> None:
    assert typesetter.qr_svg("x" * 331) is not None
    assert typesetter.qr_svg("x" * 400) is None
