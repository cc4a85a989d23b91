"""Files find their reader by content, or are refused by their name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.registry import FORMATS, Wish, kind_of, read, recognise
from encaisse.intake.core.mapping import ColumnMapping
from encaisse.intake.core.recognition import Recognised
from encaisse.kernel.catalogue import entries, hint, sentence
from encaisse.kernel.problems import Problem

ADAPTERS = Path(__file__).parents[1]
ROOT = Path(__file__).parents[5]
FIXTURES = Path(os.environ.get("ENCAISSE_FIXTURES", ROOT.parent / "shared" / "fixtures"))
ROUNDS = 3_000 if os.environ.get("ENCAISSE_SOAK") else 60
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def told(content: bytes, name: str = "file", wish: Wish | None = None) -> list[str]:
    """The codes of the problems that reading the file meets."""
    return [problem.code for problem in read(content, name, wish or Wish()).problems]


def test_every_format_reads_its_own_samples() -> None:
    folders = {"csv": "csv_table", "xlsx": "xlsx_table"}
    for known in FORMATS:
        samples = ADAPTERS / folders.get(known.name, known.name) / "samples"
        for sample in sorted(samples.glob("*")):
            found = recognise(sample.read_bytes(), "anything.dat")
            assert isinstance(found, Recognised), sample
            assert found.format == known.name, sample


def test_tables_are_told_apart_by_their_headers() -> None:
    found = recognise("client;numéro;échéance\n".encode("cp1252"), "x")
    assert found == Recognised("csv", "items", "iso-8859-15")
    assert kind_of(b"customer,email\n", "x") == "customers"
    assert kind_of(b"nothing", "x") == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b"\0" * 100, "empty_file"),
        (b"%PDF-1.7\n", "pdf_not_read"),
        (b"\x1f\x8b\x08", "archive_not_read"),
        (b"\x89PNG\r\n", "image_not_read"),
        (OLD_EXCEL + b"\0" * 600, "xls_not_read"),
        (bytes(range(256)) * 8, "binary_file"),
        (b"Dear all,\nplease find nothing enclosed.\n", "unknown_format"),
        (b'{"a": 1}', "unknown_format"),
        (b"<?xml version='1.0'?><!-- x --><rsm:CrossIndustryInvoice/>", "einvoice_not_read"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><ubl:Invoice xmlns:ubl='x'/>", "einvoice_not_read"),
        (b"<comptabilite/>", "fec_xml_not_read"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>",
         "payment_order_not_read"),
        (b"<!DOCTYPE html><HTML><body>Session expired</body></HTML>", "web_page_not_read"),
        (b"<order/>", "xml_not_known"),
        (b"Date;Libelle;Credit\n1;2;3\n4;5;6\n", "headers_not_recognised"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_by_its_name(content: bytes, code: str) -> None:
    assert told(content) == [code]
    assert code in entries()


def test_the_refusal_lists_what_is_known() -> None:
    found = recognise(b"Dear all", "letter.txt")
    assert isinstance(found, Problem)
    assert "letter.txt" in sentence(found.code, found.facts, "fr")
    assert "CAMT" in hint(found.code, found.facts, "en")


def test_a_wish_is_followed_as_far_as_the_content_bears_it() -> None:
    items = b"client;numero;montant\nA;1;2\n"
    assert told(items, wish=Wish(kind="items")) == []
    assert told(items, wish=Wish(kind="bank")) == ["other_kind"]
    assert told(items, wish=Wish(kind="einvoice")) == ["kind_not_read"]
    assert told(b"a\n1\n", wish=Wish(kind="ledger")) == ["fec_header_missing"]
    assert told(b"a\n1\n", name="123456782FEC20251231.txt") == ["fec_header_missing"]
    mapping = ColumnMapping(columns={"customer": "Konto", "number": "Beleg", "amount": "Betrag"})
    reading = read(b"Konto;Beleg;Betrag\nA;1;2\n", "x", Wish(mapping=mapping))
    assert (reading.format, reading.problems) == ("csv", ())


@pytest.mark.parametrize(
    ("folder", "pattern", "name"),
    [("fec", "*.TXT", "fec"), ("camt/genkgo", "*.xml", "camt"), ("bai2/moov", "*.txt", "bai2"),
     ("ofx/ofxparse", "*.ofx", "ofx"), ("mt940/wolph", "**/*.sta", "mt940"),
     ("cfonb/silarhi/tests", "**/*.txt", "cfonb120"), ("ledger", "**/*.csv", "csv")],
)  # fmt: skip
def test_public_files_are_recognised(folder: str, pattern: str, name: str) -> None:
    if not (FIXTURES / folder).exists():
        pytest.skip(f"the public fixtures are not at {FIXTURES}")
    for path in sorted((FIXTURES / folder).glob(pattern)):
        if path.name == "invalid_statement.sta":  # a sentence of plain text
            continue
        found = recognise(path.read_bytes(), path.name)
        assert isinstance(found, Recognised), path
        assert found.format == name, path


def test_public_invoices_are_refused_by_name() -> None:
    if not (FIXTURES / "einvoice").exists():
        pytest.skip(f"the public fixtures are not at {FIXTURES}")
    codes = {
        path.name: told(path.read_bytes(), path.name)[0]
        for path in (FIXTURES / "einvoice").rglob("*.xml")
    }
    wanted = {"einvoice_not_read", "einvoice_status_not_read", "xml_not_known"}
    assert set(codes.values()) == wanted
    assert all(
        name.startswith("order-x") for name, code in codes.items() if code == "xml_not_known"
    )


@given(st.binary(max_size=200))
@settings(max_examples=ROUNDS, deadline=None)
def test_no_bytes_raise(noise: bytes) -> None:
    for kind in (None, "items", "ledger", "bank"):
        reading = read(noise, "noise", Wish(kind=kind))
        assert all(problem.code in entries() for problem in reading.problems)
