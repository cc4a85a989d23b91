"""What the company sold: invoices with price lists and seasons, and the credit notes after them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from encaisse.demo.core import days, words
from encaisse.demo.core.chance import rounded, stream
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.records import Customer, Document

SEASON = (0.92, 0.92, 1.05, 1.0, 0.95, 1.1, 0.95, 0.55, 1.1, 1.2, 1.28, 0.98)
"""Sales of each month against the average: August rests, the dark months sell lighting."""
GROWTH = 0.05
MONTHS_OF_HISTORY = 36
VAT_PERMILLE = 200
EUROPEAN_UNION = frozenset({"BE", "DE", "ES", "IT", "LU", "NL"})
LEAD_MONTHS = 3
"""Months before the first ledger year whose unpaid invoices open that ledger."""

CREDIT_REASONS = (
    ("RET", "RETOUR"), ("PRIX", "ERREUR PRIX"), ("QTE", "MANQUANT"), ("AVAR", "CASSE TRANSPORT"),
    ("FACT", "ERREUR FACTURATION"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a world covers: invoices from `start`, ledgers from `first_year`."""

    start: date
    first_year: int
    ledger_date: date
    today: date


def period(today: date) -> Period:
    """Three ledger years ending with that of `today`; the last ends on a Friday a week before."""
    ledger_date = today - timedelta(days=6)
    while ledger_date.weekday() != 4 or not days.is_open(ledger_date):
        ledger_date -= days.ONE_DAY
    first_year = ledger_date.year - 2
    start = date(first_year - 1, 13 - LEAD_MONTHS, 1)
    return Period(start, first_year, ledger_date, today)


def invoices(seed: int, customers: tuple[Customer, ...], span: Period) -> list[Document]:
    """Every invoice up to the end of the ledger's month, numbered by date, oldest first."""
    drafts: list[Document] = []
    for customer in customers:
        for month in days.months(span.start, span.ledger_date):
            drafts.extend(_month(seed, customer, month, span.first_year))
    drafts.sort(key=lambda one: (one.issued, one.customer, one.order, one.net))
    return [one for one in numbered(drafts, "FA") if one.issued <= span.ledger_date]


def _month(seed: int, customer: Customer, month: date, first_year: int) -> list[Document]:
    chance = stream(seed, "sales", customer.code, month)
    trend = (1 + GROWTH) ** (month.year - first_year - 1)
    expected = customer.weight / MONTHS_OF_HISTORY * SEASON[month.month - 1] * trend
    if customer.insolvent_on and month >= customer.insolvent_on.replace(day=1):
        return []
    spread = min(expected * chance.lognormvariate(-0.06, 0.35), 60)
    return [_invoice(chance, customer, month) for _ in range(rounded(chance, spread))]


def _invoice(chance: Random, customer: Customer, month: date) -> Document:
    last = days.month_end(month)
    if chance.random() < 0.3:
        issued = days.previous_open(last - timedelta(days=chance.randint(0, 3)))
    else:
        issued = days.previous_open(month.replace(day=chance.randint(3, last.day)))
    issued = max(issued, days.next_open(month))
    net, product = _order(chance, customer)
    freight = 0 if net > 60_000 or chance.random() < 0.3 else chance.choice((1_490, 2_450, 3_900))
    order = _order_number(chance, customer)
    return Document(
        number="",
        kind="invoice",
        customer=customer.code,
        issued=issued,
        due=days.due_date(issued, customer.terms),
        net=net,
        freight=freight,
        vat=vat(net + freight, customer.country),
        order=order,
        label=f"{ascii_upper(customer.name)[:28]} {order}".strip() if order else product,
    )


def _order(chance: Random, customer: Customer) -> tuple[int, str]:
    """Net amount of an order by the price list, and the name of its first product."""
    rebate = 1 - min(0.35, 0.06 * customer.scale)
    net, first = 0, ""
    for _ in range(1 + min(7, int(chance.expovariate(0.55)))):
        _, product, price = chance.choice(words.PRODUCTS)
        mean = 90_000 * customer.scale / price
        quantity = max(1, round(mean * chance.lognormvariate(-0.4, 0.8)))
        net += round(price * rebate * quantity)
        first = first or product
    return net, first


def _order_number(chance: Random, customer: Customer) -> str:
    """The customer's own order number, in the shape it always uses; some give none."""
    shape = int(customer.code[1:]) % 5
    number = chance.randint(10_000, 99_999)
    if shape == 0:
        return ""
    return (f"CDE {number}", f"PO-{number}", f"45000{number}", f"BC{number}")[shape - 1]


def vat(net: int, country: str) -> int:
    """French VAT of 20 %; sales to other countries carry none (art. 262 ter and 262 CGI)."""
    return (net * VAT_PERMILLE + 500) // 1000 if country == "FR" else 0


def credit_draft(seed: int, invoice: Document, customer: Customer) -> Document | None:
    """The credit note that this invoice will need, without its number; most need none."""
    chance = stream(seed, "credit", invoice.number)
    if chance.random() > 0.035 or invoice.net < 20_000:
        return None
    whole = chance.random() < 0.2
    reason, words_of_reason = chance.choice(CREDIT_REASONS)
    net = invoice.net if whole else round(invoice.net * chance.uniform(0.04, 0.4))
    freight = invoice.freight if whole else 0
    issued = days.next_open(invoice.issued + timedelta(days=chance.randint(4, 40)))
    return replace(
        invoice,
        number="",
        kind="credit_note",
        issued=issued,
        due=issued,
        net=net,
        freight=freight,
        vat=invoice.vat if whole else vat(net, customer.country),
        label=f"AVOIR {words_of_reason} S/{invoice.number}",
        related=invoice.number,
        reason=reason,
    )


def credit_for_claim(invoice: Document, gross: int, issued: date, reason: str) -> Document:
    """The credit note, without its number, that grants what a customer had deducted."""
    net = (gross * 1000 + 600) // (1000 + VAT_PERMILLE) if invoice.vat else gross
    return replace(
        invoice,
        number="",
        kind="credit_note",
        issued=issued,
        due=issued,
        net=net,
        freight=0,
        vat=gross - net,
        label=f"AVOIR S/DEDUCTION {reason} {invoice.number}",
        related=invoice.number,
        reason=reason,
    )


def numbered(drafts: list[Document], prefix: str) -> list[Document]:
    """Drafts in order of date get numbers in one series a year: FA2400001, FA2400002…"""
    counts: dict[int, int] = {}
    result = []
    for draft in drafts:
        year = draft.issued.year
        counts[year] = counts.get(year, 0) + 1
        result.append(replace(draft, number=f"{prefix}{year % 100:02d}{counts[year]:05d}"))
    return result
