"""The invented manufacturer: Orvalume, lighting for buildings, shops and streets."""

from __future__ import annotations

from encaisse.demo.core import numbers
from encaisse.demo.core.records import BankAccount, Company

MAIN, SECOND = "main", "second"


def orvalume() -> Company:
    """The company with its two bank accounts: statements as CAMT and as CFONB120."""
    return Company(
        code="ORVALUME",
        name="Orvalume Éclairage SAS",
        siren="000417824",
        address=("14 rue de la Filature", "42300 Roanne"),
        email="comptabilite-clients@orvalume.example",
        banks=(
            BankAccount(
                MAIN,
                numbers.french_iban("99904", "01870", "00045172689"),
                "512100",
                "Banque des Deux Rives 72689",
                "camt",
            ),
            BankAccount(
                SECOND,
                numbers.french_iban("99917", "00342", "00088305147"),
                "512200",
                "Crédit du Forez 05147",
                "cfonb",
            ),
        ),
    )


OPENING = {MAIN: 85_000_000, SECOND: 12_000_000}
"""Cents on each bank account when the simulation begins."""
