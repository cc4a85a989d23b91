"""The payload of the QR code, against the standard's own layout."""

import pytest

from encaisse.delivery.core.epc import epc_payload
from encaisse.kernel.money import Money

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def test_the_example_with_a_structured_reference() -> None:
    payload = epc_payload(
        "SOCIETE EXEMPLE", IBAN, Money(123456, "EUR"), reference="RF83 FA20 2600 42"
    )
    assert payload == (
        "BCD\n002\n1\nSCT\n\nSOCIETE EXEMPLE\nFR7630006000011234567890189\nEUR1234.56\n\n"
        "RF83FA20260042"
    )


def test_another_reference_is_text_and_never_both() -> None:
    payload = epc_payload("S", IBAN, Money(100, "EUR"), reference="C00042", bic="AGRIFRPP")
    assert payload is not None
    assert payload.split("\n")[4:] == [
        "AGRIFRPP", "S", "FR7630006000011234567890189", "EUR1.00", "", "", "C00042",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "iban", "amount"),
    [
        ("S", IBAN, Money(0, "EUR")),
        ("S", IBAN, Money(-1, "EUR")),
        ("S", IBAN, Money(100_000_000_000, "EUR")),
        ("S", IBAN, Money(100, "USD")),
        ("S", "FR7630006000011234567890188", Money(100, "EUR")),
        (" ", IBAN, Money(100, "EUR")),
    ],
)
def test_what_the_standard_does_not_carry_has_no_code(name: str, iban: str, amount: Money) -> None:
    assert epc_payload(name, iban, amount) is None
