"""Numbers of the trade, against published examples and an independent library."""

import pytest
import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.fr.tva
import stdnum.iban
import stdnum.iso11649
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel import references as ref

DIGITS = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Société   GÉNÉRALE\nd'Équipement ", "societe generale d'equipement"),
        ("Œuvre Straße Ångström", "oeuvre strasse angstrom"),
        ("", ""),
    ],
)
def test_the_search_key(text: str, key: str) -> None:
    assert ref.search_key(text) == key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Facture n° FA-2026/0042, réf. Été", ("FACTURE", "N", "FA", "2026", "0042", "REF", "ETE")),
        ("INV-0123", ("INV", "0123")),
        ("---", ()),
    ],
)
def test_tokens_are_whole(text: str, found: tuple[str, ...]) -> None:
    assert ref.tokens(text) == found


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("FA-0042", "FA42"),
        ("fa 42", "FA42"),
        ("000123", "123"),
        ("FA2026-0042", "FA20260042"),
        ("FA 2026 0042", "FA20260042"),
        ("0", "0"),
        ("F000", "F0"),
        ("", ""),
    ],
)
def test_the_key_of_a_number(number: str, key: str) -> None:
    assert ref.number_key(number) == key


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text: str) -> None:
    assert ref.number_key(ref.number_key(text)) == ref.number_key(text)
    assert ref.search_key(ref.search_key(text)) == ref.search_key(text)


def test_the_creditor_reference_of_the_standard() -> None:
    assert ref.rf_make("FA20260042") == "RF83FA20260042"
    assert ref.rf_make("FA-2026/0042") == "RF83FA20260042"
    assert ref.rf_read("RF18 5390 0754 7034") == "539007547034"
    assert ref.rf_read("RF19539007547034") is None
    assert ref.rf_make("") is None
    assert ref.rf_make("X" * 22) is None


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21))
def test_every_reference_made_is_valid(body: str) -> None:
    made = ref.rf_make(body)
    assert made is not None
    assert stdnum.iso11649.is_valid(made)
    assert ref.rf_read(made) == body


@given(st.text("RF0123456789A", max_size=12))
def test_references_are_read_as_an_independent_library_reads_them(text: str) -> None:
    assert (ref.rf_read(text) is not None) == (stdnum.iso11649.is_valid(text) and len(text) > 4)


def test_a_french_bank_account() -> None:
    assert ref.rib_key("30006", "00001", "12345678901") == "89"
    assert ref.rib_to_iban("30006", "00001", "12345678901") == "FR7630006000011234567890189"
    assert ref.rib_to_iban("30006", "00001", "12345678901", "89") is not None
    assert ref.rib_to_iban("30006", "00001", "12345678901", "88") is None
    assert ref.rib_to_iban("3006", "00001", "12345678901") is None
    assert ref.rib_to_iban("30006", "00001", "1234-678901") is None
    assert ref.rib_key("20041", "01005", "0500013M026") == "06"


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("de89370400440532013000", "DE89370400440532013000"),
        ("BE68 5390 0754 7034", "BE68539007547034"),
        ("FR7630006000011234567890188", None),
        ("FR763000600001123456789018", None),
        ("", None),
        ("IBAN", None),
    ],
)
def test_an_iban_is_read(text: str, iban: str | None) -> None:
    assert ref.iban_read(text) == iban
    if iban:
        assert stdnum.iban.is_valid(iban, check_country=False)
        assert ref.iban_read(ref.iban_format(iban)) == iban


def test_an_iban_is_printed_in_fours() -> None:
    assert ref.iban_format("FR7630006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"


@given(DIGITS)
def test_siren_as_an_independent_library_reads_it(digits: str) -> None:
    assert (ref.siren_read(digits) is not None) == stdnum.fr.siren.is_valid(digits)


@given(DIGITS, st.text("0123456789", min_size=5, max_size=5))
def test_siret_by_luhn(siren: str, nic: str) -> None:
    if siren != ref.LA_POSTE and stdnum.fr.siren.is_valid(siren):
        assert (ref.siret_read(siren + nic) is not None) == stdnum.fr.siret.is_valid(siren + nic)


def test_establishments_of_la_poste() -> None:
    assert ref.siret_read("356 000 000 00048") == "35600000000048"
    assert ref.siret_read("35600000049837") == "35600000049837"
    assert ref.siret_read("35600000049838") is None


def test_french_vat() -> None:
    assert ref.french_vat("303 265 045") == "FR40303265045"
    assert ref.french_vat("303265046") is None
    assert ref.french_vat_read("FR 40 303 265 045") == "FR40303265045"
    assert ref.french_vat_read("FR41303265045") is None
    assert ref.french_vat_read("DE123456789") is None


@given(DIGITS)
def test_every_french_vat_number_made_is_valid(digits: str) -> None:
    made = ref.french_vat(digits)
    assert made is None or stdnum.fr.tva.is_valid(made)
