"""Headers in French and English, in any spelling, and the mapping that overrides them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.intake.core.headers import VOCABULARY, plain, recognise
from encaisse.intake.core.mapping import parse, strftime

CONTRACT = {
    "customer": "client customer",
    "name": "nom name",
    "number": "numero number invoice",
    "issue_date": "date",
    "due_date": "echeance due_date",
    "amount": "montant amount",
    "open_amount": "solde open_amount",
    "currency": "devise currency",
    "paid_date": "date_reglement paid_date",
    "order_number": "commande order",
    "email": "email",
    "siren": "siren",
    "iban": "iban",
    "parent": "groupe parent",
    "segment": "segment",
    "phone": "telephone phone",
    "address": "adresse address",
    "language": "langue language",
    "terms": "conditions terms",
}


@pytest.mark.parametrize(
    ("ours", "header"), [(ours, word) for ours, words in CONTRACT.items() for word in words.split()]
)
def test_every_header_of_the_contract_is_known(ours: str, header: str) -> None:
    assert ours in recognise([header.upper(), "x"]).columns


def test_no_header_means_two_things() -> None:
    words = [word for words in VOCABULARY.values() for word in words.split()]
    assert len(words) == len(set(words))
    assert all(word == plain(word) for word in words)


def test_accents_case_and_punctuation_do_not_matter() -> None:
    found = recognise(["N° de Facture ", "CODE CLIENT", "Date d'échéance", "Montant TTC (€)"])
    assert dict(found.columns) == {"number": 0, "customer": 1, "due_date": 2, "amount": 3}
    assert found.problems == ()


def test_what_is_owed_is_the_open_amount() -> None:
    found = recognise(["Code", "Réf. de la pièce", "Net à payer (EUR)", "Montant dû", "Réglé le"])
    assert dict(found.columns) == {
        "customer": 0, "number": 1, "amount": 2, "open_amount": 3, "paid_date": 4,
    }  # fmt: skip
    assert recognise(["MONTANT DU", "RESTE DU"]).columns["open_amount"] == 1


def test_client_is_the_name_beside_a_code() -> None:
    found = recognise(["Client", "Code client", "Facture", "Montant"])
    assert dict(found.columns) == {"name": 0, "customer": 1, "number": 2, "amount": 3}


def test_tells_which_column_is_missing() -> None:
    found = recognise(["Client", "Échéance", "Montant"], line=3)
    assert [(p.line, p.code, p.facts["column"]) for p in found.problems] == [
        (3, "missing_column", "number")
    ]


def test_a_double_header_is_an_error() -> None:
    found = recognise(["client", "numero", "montant", "Montant"])
    assert [p.code for p in found.problems] == ["duplicate_header", "columns_ignored"]


def test_the_mapping_goes_first() -> None:
    told = {"customer": "Compte tiers", "amount": "Débit"}
    found = recognise(["Compte Tiers", "Pièce", "debit", "montant"], theirs=told)
    assert found.columns["customer"] == 0
    assert found.columns["amount"] == 2


def test_a_mapping_is_read() -> None:
    mapping, problems = parse(
        b"kind: items\ncolumns: {client: Tiers, solde: Reste}\ndate_format: jj/mm/aaaa\n"
        b'decimal: ","\ndelimiter: tab\nencoding: cp850\n'
    )
    assert problems == ()
    assert dict(mapping.columns) == {"customer": "Tiers", "open_amount": "Reste"}
    assert (mapping.date_format, mapping.decimal) == ("%d/%m/%Y", ",")
    assert (mapping.delimiter, mapping.encoding) == ("\t", "cp850")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a: [", "mapping_not_yaml"),
        (b"- a", "mapping_not_yaml"),
        (b"\xff\xfe\x00", "mapping_not_yaml"),
        (b"kinds: items", "mapping_unknown_key"),
        (b"kind: bank", "mapping_bad_value"),
        (b"kind: [items]", "mapping_bad_value"),
        (b"columns: {colour: x}", "mapping_unknown_column"),
        (b"columns: [x]", "mapping_bad_value"),
        (b"columns: {client: [x]}", "mapping_bad_value"),
        (b"date_format: hh:mm", "mapping_bad_value"),
        (b"delimiter: x", "mapping_bad_value"),
        (b"delimiter: [1]", "mapping_bad_value"),
        (b"encoding: 7", "mapping_bad_value"),
        (b"x" * 70_000, "mapping_too_large"),
        (b"!!python/object:os.system {}", "mapping_not_yaml"),
    ],
)
def test_a_broken_mapping_is_told(text: bytes, code: str) -> None:
    assert [problem.code for problem in parse(text)[1]] == [code]


@pytest.mark.parametrize(
    "key", ["kind", "columns", "date_format", "decimal", "delimiter", "encoding"]
)
def test_an_alias_bomb_stays_small(key: str) -> None:
    levels = [b"a0: &a0 [lol, lol]"]
    levels += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]".encode() for at in range(1, 12)]
    _, problems = parse(b"\n".join([*levels, f"{key}: *a11".encode()]))
    assert {problem.code for problem in problems} == {"mapping_unknown_key", "mapping_bad_value"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("dd/mm/yyyy", "%d/%m/%Y"), ("JJ.MM.AA", "%d.%m.%y"), ("m/d/yyyy", "%m/%d/%Y"),
     ("yyyymmdd", "%Y%m%d"), ("%d-%m-%y", "%d-%m-%y"), ("mm/yyyy", None), ("%H", None)],
)  # fmt: skip
def test_date_formats_in_every_notation(pattern: str, expected: str | None) -> None:
    assert strftime(pattern) == expected


@given(st.binary(max_size=200))
def test_no_mapping_raises(content: bytes) -> None:
    parse(content)
