"""Everything else that moves on a company's bank accounts, and the entries behind it.

Suppliers, payroll, taxes, rent, loan, fees, and the sweep from one bank to the other: none of it
concerns a customer, and a program that applies payments must leave it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from encaisse.demo.core import company, days, statements, words
from encaisse.demo.core.chance import stream
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.records import Document, Movement
from encaisse.demo.core.sales import Period

PURCHASES = 0.60
"""Purchases without VAT as a share of the month's sales."""
GROSS_PAY, CHARGES = 16_500_000, 6_800_000
NET_PAY = 12_800_000
RENT = 1_450_000
LOAN, LOAN_INTEREST = 1_250_000, 180_000
FEES = 18_450
RESERVE = 10_000_000
"""What stays on the second account when the rest is swept to the first."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A ledger entry that is not a sale and not a bank line: lines of (account, cents)."""

    day: date
    journal: str
    piece: str
    text: str
    lines: tuple[tuple[str, int], ...]  # debit positive, credit negative


def vouchers(seed: int, documents: Iterable[Document], span: Period) -> list[Voucher]:
    """Purchases, payroll and VAT returns, month by month, complete months only."""
    net, collected = _sales_by_month(documents)
    made: list[Voucher] = []
    for month in days.months(span.start, span.ledger_date):
        end = days.month_end(month)
        purchases = list(_purchases(seed, month, net.get(month, 0)))
        made += [_purchase(end, *one) for one in purchases]
        made.append(_payroll(end))
        deducted = sum(vat for _, _, _, vat in purchases)
        made.append(_vat_return(end, collected.get(month, 0), deducted))
    return [one for one in made if one.day <= span.ledger_date]


def movements(
    seed: int, documents: Iterable[Document], customers_cash: Iterable[Movement], span: Period
) -> list[Movement]:
    """The bank lines that have nothing to do with customers, up to today."""
    net, collected = _sales_by_month(documents)
    made: list[Movement] = []
    for month in days.months(span.start, span.today):
        purchases = list(_purchases(seed, month, net.get(month, 0)))
        made += [_supplier_payment(seed, month, *one) for one in purchases]
        deducted = sum(vat for _, _, _, vat in purchases)
        due = collected.get(month, 0) - deducted
        made += _regular(seed, month, due)
    made = [one for one in made if one.booked <= span.today]
    return made + _sweeps(seed, [*customers_cash, *made], span)


def _sales_by_month(documents: Iterable[Document]) -> tuple[dict[date, int], dict[date, int]]:
    net: dict[date, int] = {}
    collected: dict[date, int] = {}
    for one in documents:
        month = one.issued.replace(day=1)
        net[month] = net.get(month, 0) + one.sign * (one.net + one.freight)
        collected[month] = collected.get(month, 0) + one.sign * one.vat
    return net, collected


def _purchases(seed: int, month: date, sales: int) -> Iterator[tuple[str, str, int, int]]:
    """Supplier, its account, net and VAT of its invoice of the month."""
    chance = stream(seed, "purchases", month)
    weights = [chance.uniform(0.5, 1.5) / (1 + index / 3) for index in range(len(words.SUPPLIERS))]
    for index, (name, weight) in enumerate(zip(words.SUPPLIERS, weights, strict=True)):
        net = round(sales * PURCHASES * weight / sum(weights))
        yield name, f"F{index + 1:04d}", net, (net * 200 + 500) // 1000


def _purchase(day: date, name: str, code: str, net: int, vat: int) -> Voucher:
    return Voucher(
        day,
        "AC",
        f"{code}-{day:%y%m}",
        f"FACTURE {ascii_upper(name)}",
        (
            ("601000", net),
            ("445660", vat),
            (f"401000|{code}|{name}", -(net + vat)),
        ),
    )


def _supplier_payment(seed: int, month: date, name: str, code: str, net: int, vat: int) -> Movement:
    end = days.month_end(month)
    day = days.next_open(days.month_end(end + timedelta(days=45)) - timedelta(days=3))
    return _out(
        seed, day, net + vat, f"VIR {ascii_upper(name)} {code}-{end:%y%m}", "supplier",
        f"401000|{code}|{name}", name,
    )  # fmt: skip


def _payroll(day: date) -> Voucher:
    return Voucher(
        day,
        "OD",
        f"PAIE{day:%y%m}",
        f"PAIE {day:%m/%Y}",
        (
            ("641000", GROSS_PAY),
            ("645000", CHARGES),
            ("421000", -NET_PAY),
            ("431000", -(GROSS_PAY + CHARGES - NET_PAY)),
        ),
    )


def _vat_return(day: date, collected: int, deducted: int) -> Voucher:
    return Voucher(
        day,
        "OD",
        f"CA3-{day:%y%m}",
        f"DECLARATION TVA {day:%m/%Y}",
        (
            ("445710", collected),
            ("445660", -deducted),
            ("445510", deducted - collected),
        ),
    )


def _regular(seed: int, month: date, vat_due: int) -> list[Movement]:
    """Payroll, charges, VAT, rent, loan and fees of one month, each on its usual day."""
    end = days.month_end(month)
    following = end + timedelta(days=15)
    taxes = days.next_open(end + timedelta(days=20))
    made = [
        _out(seed, days.previous_open(month.replace(day=28)), NET_PAY,
             f"VIR SALAIRES {month:%m/%Y}", "payroll", "421000", "PERSONNEL"),
        _out(seed, days.next_open(following), GROSS_PAY + CHARGES - NET_PAY,
             f"PRLV URSSAF {month:%m/%Y}", "social", "431000", "URSSAF"),
        _out(seed, days.next_open(month.replace(day=3)), RENT,
             "PRLV SCI LES FILATURES LOYER", "rent", "613200", "SCI LES FILATURES"),
        _out(seed, days.next_open(month.replace(day=5)), LOAN + LOAN_INTEREST,
             "ECHEANCE PRET 00471122", "loan", "164000", "BANQUE DES DEUX RIVES"),
        _out(seed, days.previous_open(end), FEES,
             "COTISATION ET COMMISSIONS", "fee", "627000", "BANQUE DES DEUX RIVES"),
    ]  # fmt: skip
    if vat_due > 0:
        text = f"PRLV DGFIP TVA {month:%m/%Y}"
        made.append(_out(seed, taxes, vat_due, text, "tax", "445510", "DGFIP"))
    return made


def _out(
    seed: int, day: date, amount: int, text: str, kind: str, counterpart: str, party: str
) -> Movement:
    return Movement(
        key=f"{kind}{day}{text}",
        bank=company.MAIN,
        booked=day,
        valued=day,
        amount=-amount,
        kind=kind,
        text=text,
        counterpart=counterpart,
        party=party,
        posted=statements.posting_day(seed, day, text),
    )


def _sweeps(seed: int, lines: list[Movement], span: Period) -> list[Movement]:
    """Each month what the second account does not need goes to the first."""
    made: list[Movement] = []
    for month in days.months(span.start, span.today):
        day = days.next_open(month.replace(day=6))
        if day > span.today:
            break
        balance = sum(
            one.amount for one in lines if one.bank == company.SECOND and one.booked < day
        )
        balance += company.OPENING[company.SECOND] + sum(
            one.amount for one in made if one.bank == company.SECOND
        )
        amount = (balance - RESERVE) // 100_000 * 100_000
        if amount <= 0:
            continue
        for bank, sign in ((company.SECOND, -1), (company.MAIN, 1)):
            made.append(
                Movement(
                    key=f"sweep{day}",
                    bank=bank,
                    booked=day,
                    valued=day,
                    amount=sign * amount,
                    kind="internal",
                    text="VIREMENT DE COMPTE A COMPTE",
                    counterpart="580000",
                    party="ORVALUME ECLAIRAGE SAS",
                    posted=statements.posting_day(seed, day, bank),
                )
            )
    return made
