"""How fast letters are set: ``python -m encaisse.delivery.adapters.typesetting.bench [letters]``.

Each letter is another customer's second reminder: fifteen invoices, charges, QR code.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter, process_time

from encaisse.delivery.adapters.typesetting.typesetter import set_letters
from encaisse.delivery.core.records import (
    Addressee,
    Charge,
    Charges,
    Creditor,
    Line,
    Notice,
    Purpose,
    Section,
)
from encaisse.kernel import rates
from encaisse.kernel.interest import Claim, late_interest

TODAY = date(2026, 11, 22)
INVOICES = 15
CREDITOR = Creditor(
    name="Ateliers Moreau",
    legal_form="SAS",
    capital="250 000 €",
    siren="303265045",
    rcs="Lyon 303 265 045",
    vat_id="FR40303265045",
    address=("14 rue des Forges", "69007 Lyon"),
    city="Lyon",
    email="compta@moreau.example",
    phone="04 72 00 00 00",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPPXXX",
    signatory="Claire Moreau",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took; `cpu_seconds` is over all cores, whatever else the machine does."""

    letters: int
    megabytes: float
    seconds: float
    cpu_seconds: float
    peak_mb: float


def notices(count: int) -> Iterator[Notice]:
    """That many second reminders, no two alike."""
    rule = rates.shipped().regime(rates.FR_B2B)
    for customer in range(count):
        lines = tuple(_line(customer, number) for number in range(INVOICES))
        charges = tuple(
            Charge(
                line.number,
                late_interest(
                    Claim(line.open_amount, "EUR", line.due_date), rule, (), until=TODAY
                ).periods,
                4000,
            )
            for line in lines
        )
        yield Notice(
            purpose=Purpose.REMINDER_2,
            day=TODAY,
            reference=f"RE2-20261122-C{customer:05d}",
            creditor=CREDITOR,
            addressee=Addressee(
                code=f"C{customer:05d}",
                name=f"Client numéro {customer}",
                address=("12 rue de l’Église", "69003 Lyon"),
            ),
            sections=(Section("EUR", lines),),
            charges=Charges("EUR", TODAY, charges),
            earlier=(date(2026, 11, 2),),
        )


def measure(count: int) -> Measured:
    """Set that many letters and say what it took; the first compilation counts too."""
    start, cpu = perf_counter(), process_time()
    size = sum(len(content) for content in set_letters(notices(count)))
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(count, size / 1e6, seconds, process_time() - cpu, peak)


def _line(customer: int, number: int) -> Line:
    due = TODAY - timedelta(days=20 + 7 * number)
    amount = 10_000 + 1_237 * number + customer
    return Line(f"FA2026-{customer % 100:02d}{number:03d}", due - timedelta(days=30), due,
                (TODAY - due).days, amount)  # fmt: skip


def main(count: int = 1000) -> None:
    """Measure and tell."""
    found = measure(count)
    print(
        f"{found.letters} letters, {found.megabytes:.1f} MB: {found.seconds:.1f} s, "
        f"{found.seconds / found.letters * 1000:.1f} ms each, "
        f"{found.cpu_seconds / found.letters * 1000:.1f} ms of one core; "
        f"{found.peak_mb:.0f} MB at most"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
