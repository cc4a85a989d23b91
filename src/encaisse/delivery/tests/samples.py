"""One believable notice and statement that the tests vary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from encaisse.delivery.core.records import (
    Addressee,
    Charge,
    Charges,
    Creditor,
    Ledger,
    Line,
    Movement,
    Notice,
    Purpose,
    Section,
    Statement,
)
from encaisse.kernel import rates
from encaisse.kernel.interest import Claim, late_interest
from encaisse.kernel.money import Money

TODAY = date(2026, 11, 22)
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
    signatory_role="Responsable du recouvrement",
)
ADDRESSEE = Addressee(
    code="C00042",
    name="Menuiserie Lefèvre & Fils",
    address=("Service comptabilité", "12 rue de l’Église", "38000 Grenoble"),
    email="compta@lefevre.example",
    siren="552100554",
)
LINES = (
    Line("FA2026-0815", date(2026, 8, 1), date(2026, 9, 1), 82, 120_000, 150_000),
    Line("FA2026-0901", date(2026, 9, 1), date(2026, 10, 1), 52, 80_050),
    Line("AV2026-0031", date(2026, 10, 10), date(2026, 10, 10), 0, -10_050, kind="credit_note"),
)


def notice(purpose: Purpose, *, language: str = "fr", lines: tuple[Line, ...] = LINES) -> Notice:
    late = purpose in {Purpose.REMINDER_2, Purpose.REMINDER_3, Purpose.FORMAL_NOTICE}
    is_reminded = late or purpose is Purpose.THANKS
    return Notice(
        purpose=purpose,
        day=TODAY,
        reference="RE1-20261122-C00042",
        creditor=CREDITOR,
        addressee=replace(ADDRESSEE, language=language),
        sections=(Section("EUR", lines),),
        charges=charges(is_claimed=purpose is Purpose.FORMAL_NOTICE) if late else None,
        deadline=TODAY + timedelta(days=10) if purpose is Purpose.FORMAL_NOTICE else None,
        payment_reference="RF83FA20260042",
        earlier=(date(2026, 10, 5), date(2026, 10, 20)) if is_reminded else (),
        paid=Money(200_050, "EUR") if purpose is Purpose.THANKS else None,
    )


def charges(*, is_claimed: bool) -> Charges:
    rule = rates.shipped().regime("fr_b2b")
    found = [
        Charge(
            line.number,
            late_interest(
                Claim(line.open_amount, "EUR", line.due_date), rule, [], until=TODAY
            ).periods,
            4000,
        )
        for line in LINES[:2]
    ]
    return Charges("EUR", TODAY, tuple(found), is_claimed)


def statement(*, language: str = "fr") -> Statement:
    movements = (
        Movement(date(2026, 8, 1), "invoice", "FA2026-0815", date(2026, 9, 1), debit=150_000),
        Movement(date(2026, 9, 1), "invoice", "FA2026-0901", date(2026, 10, 1), debit=80_050),
        Movement(date(2026, 10, 2), "payment", "VIR 77", credit=30_000),
        Movement(date(2026, 10, 10), "credit_note", "AV2026-0031", credit=10_050),
    )
    buckets = {"not_due": 0, "d1_30": 0, "d31_60": 80_050, "d61_90": 120_000, "d90_plus": 0}
    return Statement(
        as_of=TODAY,
        since=date(2026, 8, 1),
        reference="RC-20261122-C00042",
        creditor=CREDITOR,
        addressee=replace(ADDRESSEE, language=language),
        ledgers=(Ledger("EUR", 0, movements, buckets, -10_050),),
    )
