"""What payers write on their transfers: from clean lists to nothing at all.

Written from how French firms fill in the 140 characters of a transfer, and without looking at
the program that must understand it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from encaisse.demo.core import numbers
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.records import Customer, Document

LONGEST = 140
"""Characters of unstructured remittance in a SEPA transfer."""
TYPO = 0.03
"""Share of references that are mistyped."""
MONTHS = (
    "JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE",
    "OCTOBRE", "NOVEMBRE", "DECEMBRE",
)  # fmt: skip


@dataclass(slots=True)
class Remittance:
    """The words of one payment, and what is special about them (for the truth file)."""

    text: str = ""
    reference: str = ""
    end_to_end: str = ""
    tags: set[str] = field(default_factory=set)


def compose(
    chance: Random, payer: Customer, paid: Sequence[Document], day: date, seed_number: int
) -> Remittance:
    """The remittance of a transfer that pays (and nets) these documents."""
    remittance = Remittance(end_to_end=_end_to_end(chance, paid))
    if not paid:
        remittance.text = chance.choice(
            ("ACOMPTE", "ACOMPTE SUR COMMANDE", "VIREMENT", "PROVISION")
        )
        remittance.tags.add("no_reference")
        return remittance
    style = _style(chance, payer, paid)
    if style == "advice":
        remittance.text = f"AVIS DE VIREMENT {seed_number % 1_000_000:06d} DU {day:%d/%m/%y}"
    elif style == "rf":
        remittance.reference = numbers.creditor_reference(paid[0].number)
    else:
        remittance.text = _WRITERS[style](chance, payer, paid, remittance)
    if not remittance.text and not remittance.reference:
        remittance.tags.add("no_reference")
    remittance.tags.add(f"style_{style}")
    _cut(remittance, paid)
    if chance.random() < 0.12:
        remittance.text = remittance.text.lower() if chance.random() < 0.3 else remittance.text
    return remittance


def _style(chance: Random, payer: Customer, paid: Sequence[Document]) -> str:
    style = payer.habit.style
    if payer.habit.advises and len(paid) > 3 and chance.random() < 0.7:
        return "advice"
    if chance.random() < 0.08:
        style = chance.choice(("vague", "code", "clean", "own"))
    if style == "rf" and len(paid) > 1:
        return "clean"
    if style == "order" and not any(one.order for one in paid):
        return "digits"
    return style


def _clean(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    lead = chance.choice(("", "FACTURE ", "FACT ", "REGLEMENT FACTURE ", "VIR ", "PAIEMENT "))
    return lead + " ".join(_number(chance, one.number, note) for one in paid)


def _list(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    """The first number whole, of the others only the end: FA2400123-124-130."""
    first, *others = paid
    written = [_number(chance, first.number, note)]
    same_year = [one for one in others if one.number[:6] == first.number[:6]]
    rest = [one for one in others if one.number[:6] != first.number[:6]]
    mark = chance.choice(("-", "/", " ", ", "))
    if same_year:
        note.tags.add("shortened")
    text = mark.join([*written, *(one.number[-3:] for one in same_year)])
    return " ".join([f"FACTURES {text}", *(_number(chance, one.number, note) for one in rest)])


def _digits(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    note.tags.add("digits_only")
    return " ".join(_number(chance, one.number, note)[2:] for one in paid)


def _labelled(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    name = "VOTRE FACTURE NO" if chance.random() < 0.5 else "FACT. N."
    parts = []
    for one in paid:
        shown = _number(chance, one.number, note)
        spaced = f"{shown[:2]} {shown[2:4]} {shown[4:]}" if chance.random() < 0.3 else shown
        parts.append(f"{spaced} DU {one.issued:%d/%m/%Y}")
    return f"{name} {' ET '.join(parts)}"


def _order(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    note.tags.add("order_number")
    return " ".join(one.order or _number(chance, one.number, note) for one in paid)


def _code(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    note.tags.add("customer_code")
    return f"CLIENT {payer.code} {chance.choice(('', 'REGLEMENT', 'VOS FACTURES'))}".strip()


def _vague(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    note.tags.add("no_reference")
    month = MONTHS[paid[0].issued.month - 1]
    return chance.choice(
        ("", "VIREMENT", f"FACTURES {month}", f"REGLEMENT {month}", "SOLDE COMPTE ORVALUME",
         "VIREMENT FOURNISSEUR", f"VIR SEPA {ascii_upper(payer.name)[:20]}")
    )  # fmt: skip


def _own(chance: Random, payer: Customer, paid: Sequence[Document], note: Remittance) -> str:
    note.tags.add("own_reference")
    return f"REF {numbers.digits(chance, 7)} FOURN {numbers.digits(chance, 5)}"


_WRITERS = {
    "clean": _clean,
    "list": _list,
    "digits": _digits,
    "labelled": _labelled,
    "order": _order,
    "code": _code,
    "vague": _vague,
    "own": _own,
}


def _number(chance: Random, number: str, note: Remittance) -> str:
    """A document number as typed: mistyped three times in a hundred."""
    if chance.random() >= TYPO:
        return number
    note.tags.add("typo")
    place = chance.randint(4, len(number) - 2)
    kind = chance.random()
    if kind < 0.35:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if kind < 0.6:
        return number[:place] + number[place + 1 :]
    if kind < 0.8:
        return number[:place] + numbers.digits(chance, 1) + number[place + 1 :]
    return number.replace("0", "O", 1)


def _cut(remittance: Remittance, paid: Sequence[Document]) -> None:
    """Transfers carry 140 characters: what stands beyond them never arrives."""
    remittance.text = re.sub(r" +", " ", remittance.text).strip()
    if len(remittance.text) > LONGEST:
        remittance.text = remittance.text[:LONGEST].rstrip()
        remittance.tags.add("truncated")


def _end_to_end(chance: Random, paid: Sequence[Document]) -> str:
    kind = chance.random()
    if kind < 0.45:
        return "NOTPROVIDED"
    if kind < 0.52 and len(paid) == 1:
        return paid[0].number
    return f"{chance.choice(('VIR', 'SCT', 'LOT', 'TR'))}{numbers.digits(chance, 8)}"
