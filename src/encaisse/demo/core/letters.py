"""E-mails that reached the company: remittance advice, promises, disputes and the rest."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from encaisse.demo.core import days, numbers
from encaisse.demo.core.chance import stream
from encaisse.demo.core.records import Customer, Document, Letter, Receipt, World

ADVICE_DAYS = 30
"""Days before today of which remittance advice is kept."""
LONGEST_TALKED_ABOUT = 150
"""Days overdue after which nobody writes about an invoice any more."""
KINDS = (
    ("promise", 6), ("dispute", 5), ("missing", 3), ("already_paid", 2), ("away", 2), ("bounce", 2),
    ("bank_details", 1),
)  # fmt: skip
"""Letters of each kind in the last days, on overdue invoices."""


@cache
def _templates() -> Mapping[str, Any]:
    page = resources.files("encaisse.demo.core") / "letters.toml"
    return tomllib.loads(page.read_text(encoding="utf-8"))


def build(world: World, open_amounts: Mapping[str, int]) -> tuple[Letter, ...]:
    """The company's mail of the last weeks, oldest first; `open_amounts` are those of today."""
    people = {one.code: one for one in world.customers}
    made = [
        *_advices(world, people),
        *_about_overdue(world, people, open_amounts),
        *_insolvencies(world),
    ]
    return tuple(sorted(made, key=lambda one: (one.day, one.key)))


def money(cents: int) -> str:
    """Cents as French letters write them: 1 234,56."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{part:02d}"


def _letter(
    customer: Customer, kind: str, key: str, day_of: Any, facts: dict[str, str], **more: Any
) -> Letter:
    texts = _templates()[kind]
    text = texts.get(customer.language, texts["fr"])
    words = {"signature": customer.name, "name": customer.name, "email": customer.email, **facts}
    words["siren"] = customer.siren
    return Letter(
        key=f"{day_of:%Y%m%d}-{kind}-{key}",
        day=day_of,
        sender=more.pop("sender", customer.email),
        sender_name=more.pop("sender_name", customer.name),
        subject=text["subject"].format(**words),
        body=text["body"].format(**words).lstrip("\n"),
        kind=kind,
        customer=customer.code,
        facts=facts,
        **more,
    )


def _advices(world: World, people: Mapping[str, Customer]) -> Iterator[Letter]:
    """One mail with a table for each recent payment whose text only names an advice."""
    documents = {one.number: one for one in world.documents}
    for receipt in world.receipts:
        recent = receipt.day > world.today - timedelta(days=ADVICE_DAYS)
        payer = people[receipt.payer]
        if recent and "style_advice" in receipt.tags and payer.email:
            yield _advice(receipt, payer, documents)


def _advice(receipt: Receipt, payer: Customer, documents: Mapping[str, Document]) -> Letter:
    rows = [
        (documents[share.document].number, documents[share.document].issued, share.cash)
        for share in receipt.shares
        if share.document in documents
    ]
    number = receipt.text.split()[3] if receipt.text.startswith("AVIS") else receipt.key
    table = "\n".join(
        f"{name}   {issued:%d/%m/%Y}   {money(cash):>14}" for name, issued, cash in rows
    )
    cells = "".join(f"{name};{issued:%d/%m/%Y};{money(cash)}\r\n" for name, issued, cash in rows)
    facts = {
        "advice": number,
        "day": f"{receipt.day:%d/%m/%Y}",
        "amount": money(receipt.cash),
        "lines": table,
        "receipt": receipt.key,
    }
    attachment = None
    if len(rows) > 8:
        attachment = (f"avis_{number}.csv", f"facture;date;montant\r\n{cells}")
    return _letter(payer, "advice", number, receipt.day, facts, attachment=attachment)


def _about_overdue(
    world: World, people: Mapping[str, Customer], open_amounts: Mapping[str, int]
) -> Iterator[Letter]:
    chance = stream(world.seed, "letters")
    overdue = [
        one
        for one in world.documents
        if one.kind == "invoice"
        and open_amounts.get(one.number) == one.gross
        and world.today - timedelta(days=LONGEST_TALKED_ABOUT) < one.due < world.today
        and people[one.customer].email
        and people[one.customer].insolvent_on is None
    ]
    chance.shuffle(overdue)
    writers: set[str] = set()
    wanted = [kind for kind, count in KINDS for _ in range(count)]
    for document in overdue:
        if not wanted:
            return
        if document.customer in writers:
            continue
        writers.add(document.customer)
        yield _on_invoice(world, people[document.customer], document, wanted.pop(0))


def _on_invoice(world: World, customer: Customer, document: Document, kind: str) -> Letter:
    chance = stream(world.seed, "letter", document.number)
    written = days.previous_open(world.today - timedelta(days=chance.randint(1, 9)))
    named = days.next_open(world.today + timedelta(days=chance.randint(2, 14)))
    if kind == "already_paid":
        named = days.previous_open(written - timedelta(days=6))
    complaint = chance.choice(
        _templates()["complaints"]["fr" if customer.language == "fr" else "en"]
    )
    facts = {
        "first": document.number,
        "amount": money(document.gross),
        "day": f"{named:%d/%m/%Y}",
        "complaint": complaint.format(order=document.order or document.number),
    }
    sender = customer.email
    if kind == "bounce":
        sender = "mailer-daemon@mx.courrier.example"
    elif kind == "bank_details":
        facts["iban"] = numbers.iban(chance, "LU")
        sender = sender.replace("@", "@direction-")
    return _letter(customer, kind, document.number, written, facts, sender=sender)


def _insolvencies(world: World) -> Iterator[Letter]:
    """The administrator's notice a week after each judgment."""
    for customer in world.customers:
        if customer.insolvent_on is None:
            continue
        day = days.next_open(customer.insolvent_on + timedelta(days=7))
        if day <= world.today:
            yield _letter(
                customer,
                "insolvency",
                customer.code,
                day,
                {"day": f"{customer.insolvent_on:%d/%m/%Y}"},
                sender="etude@verdelande-mandataire.example",
                sender_name="Maître Verdelande",
            )
