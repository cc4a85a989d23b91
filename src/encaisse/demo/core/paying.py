"""When and how a customer means to pay one invoice: the human part of the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from encaisse.demo.core import days, sales
from encaisse.demo.core.chance import stream, weighted
from encaisse.demo.core.records import Customer, Document

FORGOTTEN = 0.004
"""Share of invoices that nobody ever pays."""
PARTIAL = 0.055
"""Share of invoices paid in two or three parts. With deductions paid later and debits presented
again, about 94 % of paid invoices have one payment: the profile of 113,085 real invoices."""
RETURNED = {"debit": 0.045, "cheque": 0.02}
FEE_OUTSIDE_SEPA = 0.4
ROUNDED = 0.004
DISCOUNT_PERMILLE = 20
CARD_FEE_PERMILLE = 12
OUTSIDE_SEPA_AREA = frozenset({"GB", "CH"})

DEDUCTIONS = (
    ("PLOG", 30), ("PRIX", 22), ("QTE", 18), ("AVAR", 10), ("RET", 8), ("NIP", 8), ("INC", 4),
)  # fmt: skip
"""Reasons of short payments (codes of the trade) with their weights."""

RETURN_REASONS = (("AM04", 55), ("MS03", 20), ("AC04", 8), ("MD06", 9), ("MD01", 8))


@dataclass(frozen=True, slots=True)
class Intent:
    """A decision to pay (part of) a document on a day.

    `amount` comes off the document, `cash` is what is sent; see `records.Share` for the rest.
    `method` is set when it is not the customer's usual one.
    """

    day: date
    document: str
    customer: str
    amount: int
    cash: int
    treatment: str = "none"
    reason: str = ""
    method: str = ""
    tags: frozenset[str] = frozenset()
    short: int = 0  # what the customer keeps back and the invoice stays open for
    returned: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that becomes of one invoice."""

    intents: tuple[Intent, ...] = ()
    claim: Document | None = None  # a credit note granting a deduction, without its number
    write_off: tuple[date, int] | None = None
    tags: frozenset[str] = frozenset()


def plan(seed: int, customer: Customer, invoice: Document, credit: Document | None) -> Plan:
    """What the customer will do about the invoice, if nobody stops it."""
    chance = stream(seed, "pay", invoice.number)
    day = _pay_day(chance, customer, invoice)
    if chance.random() < FORGOTTEN:
        return Plan(tags=frozenset({"forgotten"}))
    if credit is not None and credit.gross == invoice.gross and credit.issued <= day:
        return Plan(tags=frozenset({"credited"}))
    open_amount = invoice.gross
    if credit is not None and credit.issued <= day and credit.gross < invoice.gross:
        open_amount -= credit.gross
    return _with_insolvency(_manner(chance, customer, invoice, day, open_amount), customer)


def _manner(
    chance: Random, customer: Customer, invoice: Document, day: date, open_amount: int
) -> Plan:
    habit = customer.habit
    if habit.discount and chance.random() < 0.8:
        return Plan((_early(chance, customer, invoice),), tags=frozenset({"discount"}))
    if habit.method in RETURNED and chance.random() < RETURNED[habit.method]:
        return Plan(_returned(chance, customer, invoice, day))
    if open_amount == invoice.gross and chance.random() < habit.deducts:
        return _short(chance, customer, invoice, day)
    if open_amount == invoice.gross > 40_000 and chance.random() < PARTIAL:
        return Plan(_in_parts(chance, customer, invoice, day))
    cash, treatment = _cash(chance, customer, invoice)
    intent = Intent(day, invoice.number, customer.code, invoice.gross, cash, treatment)
    return Plan((intent,))


def _with_insolvency(plan: Plan, customer: Customer) -> Plan:
    """Nothing is paid after the judgment."""
    if customer.insolvent_on is None:
        return plan
    kept = tuple(one for one in plan.intents if one.day < customer.insolvent_on)
    return Plan(kept, None, None, plan.tags)


def _pay_day(chance: Random, customer: Customer, invoice: Document) -> date:
    habit = customer.habit
    if habit.method == "debit":
        return days.next_open(invoice.due)
    late = _days_late(chance, customer, invoice)
    wanted = invoice.due + timedelta(days=late)
    wanted = max(wanted, invoice.issued + timedelta(days=2))
    day = _run(habit.runs, wanted, invoice.due, late=late > 0)
    if late <= 0:
        day = days.previous_open(day)
        return day if day > invoice.issued else days.next_open(invoice.issued + days.ONE_DAY)
    return days.next_open(day)


def _days_late(chance: Random, customer: Customer, invoice: Document) -> int:
    """Days after the due date, negative for early; the shares are the customer's habit."""
    habit = customer.habit
    roll = chance.random()
    if roll < habit.on_time:
        return 0 if chance.random() < 0.45 else -int(chance.triangular(1, 12, 2))
    if roll < 1 - habit.very_late:
        summer = chance.randint(0, 6) if invoice.due.month in (7, 8) else 0
        return min(30, 1 + int(chance.triangular(0, 29, 6)) + summer)
    return 31 + min(330, int(chance.expovariate(1 / 104)))


def _run(runs: tuple[int, ...], wanted: date, due: date, *, late: bool) -> date:
    """The payment run nearest to the wanted day, on the right side of the due date."""
    if not runs:
        return wanted
    nearby = [
        month.replace(day=min(day, days.month_end(month).day))
        for month in days.months(wanted - timedelta(days=40), wanted + timedelta(days=40))
        for day in runs
    ]
    fitting = [day for day in nearby if (day > due) == late]
    best = min(fitting, key=lambda day: (abs((day - wanted).days), day))
    return best if abs((best - wanted).days) <= 20 else wanted


def _early(chance: Random, customer: Customer, invoice: Document) -> Intent:
    day = days.next_open(invoice.issued + timedelta(days=chance.randint(5, 9)))
    kept = (invoice.gross * DISCOUNT_PERMILLE + 500) // 1000
    return Intent(
        day, invoice.number, customer.code, invoice.gross, invoice.gross - kept, "discount", "ESC"
    )


def _returned(
    chance: Random, customer: Customer, invoice: Document, day: date
) -> tuple[Intent, ...]:
    reason = weighted(chance, RETURN_REASONS) if customer.habit.method == "debit" else "CHEQUE"
    first = Intent(
        day, invoice.number, customer.code, invoice.gross, invoice.gross, returned=reason
    )
    again = days.next_open(day + timedelta(days=chance.randint(12, 40)))
    second = Intent(
        again,
        invoice.number,
        customer.code,
        invoice.gross,
        invoice.gross,
        method="transfer",
        tags=frozenset({"after_return"}),
    )
    return first, second


def _short(chance: Random, customer: Customer, invoice: Document, day: date) -> Plan:
    """A short payment, and what the company decides about the rest some weeks later."""
    reason = weighted(chance, DEDUCTIONS)
    kept = max(500, round(invoice.gross * chance.uniform(0.01, 0.09)))
    paid = invoice.gross - kept
    first = Intent(day, invoice.number, customer.code, paid, paid, reason=reason, short=kept)
    decided = days.next_open(day + timedelta(days=chance.randint(20, 80)))
    outcome = chance.random()
    tags = frozenset({"deduction"})
    if outcome < 0.42:
        return Plan((first,), sales.credit_for_claim(invoice, kept, decided, reason), None, tags)
    if outcome < 0.72:
        rest = Intent(decided, invoice.number, customer.code, kept, kept)
        return Plan((first, rest), None, None, tags)
    if outcome < 0.87:
        return Plan((first,), None, (decided, kept), tags)
    return Plan((first,), None, None, tags)


def _in_parts(
    chance: Random, customer: Customer, invoice: Document, day: date
) -> tuple[Intent, ...]:
    parts = 3 if chance.random() < 0.06 else 2
    if parts == 2 and chance.random() < 0.5:
        amounts = [_round_part(invoice.gross, chance.uniform(0.3, 0.7))]
    else:
        amounts = [invoice.gross // parts] * (parts - 1)
    amounts.append(invoice.gross - sum(amounts))
    intents = []
    for amount in amounts:
        intents.append(Intent(day, invoice.number, customer.code, amount, amount))
        day = days.next_open(day + timedelta(days=chance.randint(8, 35)))
    return tuple(intents)


def _round_part(gross: int, share: float) -> int:
    """A part such as people choose: whole hundreds of euros where the invoice is large enough."""
    step = 10_000 if gross > 100_000 else 1_000
    return max(step, round(gross * share) // step * step)


def _cash(chance: Random, customer: Customer, invoice: Document) -> tuple[int, str]:
    """What arrives for an invoice paid whole: fees and roundings come off."""
    gross = invoice.gross
    if customer.habit.method == "card":
        return gross - (gross * CARD_FEE_PERMILLE + 500) // 1000, "bank_fee"
    if customer.country in OUTSIDE_SEPA_AREA and chance.random() < FEE_OUTSIDE_SEPA:
        fee = chance.choice((800, 1_200, 1_500, 2_250))
        return (gross - fee, "bank_fee") if gross > 10_000 else (gross, "none")
    if gross > 2_000 and gross % 100 and chance.random() < ROUNDED:
        return gross // 100 * 100, "rounding"
    return gross, "none"
