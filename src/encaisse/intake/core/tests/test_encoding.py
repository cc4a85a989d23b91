"""Encodings recognised as French accounting files need it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.intake.core.cells import neutral
from encaisse.intake.core.encoding import line_of, to_utf8
from encaisse.intake.core.lines import with_even_ends

FRENCH = "Société Générale;N° 12;échéance\nFrêne & Cœur;12 €;é\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"),
     ("iso-8859-15", "iso-8859-15"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le")],
)  # fmt: skip
def test_every_encoding_comes_back(written: str, found: str) -> None:
    decoded = to_utf8(FRENCH.encode(written))
    assert (decoded.encoding, decoded.utf8.decode(), decoded.problems) == (found, FRENCH, ())


def test_ascii_stays_as_it_is() -> None:
    assert to_utf8(b"abc").encoding == "ascii"


def test_a_character_cut_at_the_end_is_an_error() -> None:
    decoded = to_utf8("é\né".encode()[:-1])
    assert (decoded.encoding, decoded.utf8) == ("utf-8", "é\n".encode())
    assert [(p.line, p.code) for p in decoded.problems] == [(2, "truncated_character")]


def test_a_few_foreign_bytes_do_not_spoil_a_utf8_file() -> None:
    decoded = to_utf8("é\n".encode() * 50 + b"\xe9\n")
    assert decoded.encoding == "utf-8"
    assert [(p.line, p.code) for p in decoded.problems] == [(51, "mixed_encoding")]


def test_a_break_at_a_chunk_border_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("encaisse.intake.core.encoding._CHUNK", 3)
    assert to_utf8("aéé€".encode()).encoding == "utf-8"
    assert to_utf8("aéé".encode() + b"\xe9a").encoding == "iso-8859-15"


def test_the_mapping_tells_the_encoding() -> None:
    assert to_utf8(b"\x82", "cp850").utf8.decode() == "é"
    assert to_utf8(b"x", "rot13").problems[0].code == "unknown_encoding"
    assert to_utf8(b"\xe9", "utf-8").problems[0].code == "undecodable_bytes"


def test_line_ends_become_one() -> None:
    assert with_even_ends(b"a\r\nb\rc\n") == b"a\nb c\n"
    assert with_even_ends(b"a\rb\r") == b"a\nb\n"


@given(st.binary(max_size=300))
def test_any_bytes_become_utf8(content: bytes) -> None:
    to_utf8(content).utf8.decode("utf-8")
    assert line_of(content, len(content)) >= 1


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("+cmd|x", "'+cmd|x"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
     ("\t=1", "'\t=1"), (" =1", "' =1"), ("-12.50", "-12.50"), ("+33 1 02", "+33 1 02"),
     ("Birch", "Birch"), ("", "")],
)  # fmt: skip
def test_formulas_are_neutralised_on_export(cell: str, safe: str) -> None:
    assert neutral(cell) == safe
    assert neutral(neutral(cell)) == safe
