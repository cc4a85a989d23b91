"""From intentions to money: payments grouped as payers group them, with what goes wrong.

A chronological run over events. Credit notes, duplicates and money on account wait in a pool of
their customer until a later payment nets them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from encaisse.demo.core import company, days, numbers, remittance
from encaisse.demo.core.chance import stream
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.paying import Intent
from encaisse.demo.core.records import Customer, Document, Receipt, Share
from encaisse.demo.core.sales import Period

OVERPAID = 0.003
PAID_TWICE = 0.0035
ON_ACCOUNT_A_MONTH = 0.006
"""Chance that a firm sends money on account in a month."""
NETS_CREDITS = 0.75
REFUNDED = 0.55
THIRD_PARTY = 0.35


@dataclass(frozen=True, slots=True)
class Credit:
    """Something of the customer's that a payment may use up: a credit note or unapplied money."""

    key: str
    customer: str
    since: date
    amount: int


@dataclass(slots=True)
class _Till:
    """The state of the run."""

    seed: int
    customers: Mapping[str, Customer]
    documents: Mapping[str, Document]
    pool: dict[str, list[Credit]] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    counts: dict[tuple[date, str], int] = field(default_factory=dict)

    def key(self, day: date, payer: str) -> str:
        """A key that stays the same when the world is built for a later day."""
        count = self.counts[day, payer] = self.counts.get((day, payer), 0) + 1
        return f"R{day:%y%m%d}{payer}-{count}"


def build(
    seed: int,
    customers: Iterable[Customer],
    documents: Mapping[str, Document],
    intents: Iterable[Intent],
    credits: Iterable[Credit],
    span: Period,
) -> list[Receipt]:
    """Every receipt up to today, in order of day."""
    till = _Till(seed, {one.code: one for one in customers}, documents)
    for credit in credits:
        till.pool.setdefault(credit.customer, []).append(credit)
    events = _events(till, intents, span)
    heapq.heapify(events)
    while events:
        day, order, group = heapq.heappop(events)
        if day > span.today:
            break
        for later in _carry_out(till, day, order, group):
            heapq.heappush(events, later)
    return till.receipts


_Group = tuple[str, tuple[Intent, ...], Receipt | None]
_Event = tuple[date, str, _Group]


def _events(till: _Till, intents: Iterable[Intent], span: Period) -> list[_Event]:
    """Payments by payer, day and manner; returned ones stand alone. Sorted by unique names."""
    groups: dict[tuple[date, str], list[Intent]] = {}
    for one in intents:
        customer = till.customers[one.customer]
        method = one.method or customer.habit.method
        payer = payer_of(customer, till.customers) if method == "transfer" else customer.code
        alone = one.document if one.returned or one.method else ""
        day = _deposit_day(one.day) if method == "cheque" else one.day
        groups.setdefault((day, f"{payer}|{method}|{alone}"), []).append(one)
    events: list[_Event] = [
        (day, name, ("pay", tuple(sorted(group, key=lambda one: one.document)), None))
        for (day, name), group in groups.items()
    ]
    for customer in till.customers.values():
        for month in days.months(span.start, span.today):
            chance = stream(till.seed, "account", customer.code, month)
            if customer.segment == "PME" and chance.random() < ON_ACCOUNT_A_MONTH:
                day = days.next_open(month + timedelta(days=chance.randint(1, 26)))
                events.append((day, f"{customer.code}|transfer|account", ("account", (), None)))
    return events


def payer_of(customer: Customer, customers: Mapping[str, Customer]) -> str:
    """Who sends the money for that customer's invoices: the group's head, where there is one."""
    head = customers.get(customer.head)
    return head.code if head is not None else customer.code


def _deposit_day(day: date) -> date:
    """Cheques are taken to the bank on Wednesdays."""
    return days.next_open(day + timedelta(days=(2 - day.weekday()) % 7))


def _carry_out(till: _Till, day: date, name: str, group: _Group) -> list[_Event]:
    kind, intents, first = group
    payer_code, method, _ = name.split("|")
    payer = till.customers[payer_code]
    if payer.insolvent_on and day >= payer.insolvent_on and not intents:
        return []
    chance = stream(till.seed, "receipt", day, name)
    if kind == "pay":
        return _payment(till, chance, payer, day, method, intents)
    if kind == "account":
        amount = chance.choice((50_000, 100_000, 150_000, 200_000, 300_000))
        _book(till, chance, payer, day, method, (), amount, "on_account", {"on_account"})
    elif first is not None and kind == "again":
        again = replace(
            first,
            key=till.key(day, payer.code),
            day=day,
            shares=(),
            extra=first.cash,
            extra_treatment="overpayment",
            tags=first.tags | {"duplicate"},
        )
        return _kept(till, chance, payer, again)
    elif first is not None and kind == "refund":
        _refund(till, payer, day, first)
    elif first is not None:
        _return(till, day, first)
    return []


def _payment(
    till: _Till,
    chance: Random,
    payer: Customer,
    day: date,
    method: str,
    intents: tuple[Intent, ...],
) -> list[_Event]:
    shares = [
        Share(one.document, one.customer, one.amount, one.cash, one.treatment, one.reason)
        for one in intents
    ]
    tags = {tag for one in intents for tag in one.tags}
    tags |= {"short_payment"} if any(one.short for one in intents) else set()
    tags |= {one.treatment for one in intents if one.treatment != "none"}
    returned = intents[0].returned
    if method in ("transfer", "instant") and not returned:
        shares += _netted(till, chance, shares, day)
        tags |= {"netted_credit"} if any(share.amount < 0 for share in shares) else set()
    extra = 0
    if method == "transfer" and chance.random() < OVERPAID:
        extra = chance.choice((450, 900, 1_800, 9_000, 27_000))
        tags.add("overpayment")
    treatment = "overpayment" if extra else ""
    receipt = _book(
        till, chance, payer, day, method, tuple(shares), extra, treatment, tags, returned
    )
    name = f"{payer.code}|{method}|{receipt.key}"
    if returned:
        back = days.open_days_after(day, chance.randint(2, 5))
        return [(back, name, ("return", (), receipt))]
    if method == "transfer" and chance.random() < PAID_TWICE and receipt.cash < 2_000_000:
        again = days.next_open(day + timedelta(days=chance.randint(3, 20)))
        return [(again, name, ("again", (), receipt))]
    return []


def _netted(till: _Till, chance: Random, shares: list[Share], day: date) -> list[Share]:
    """Credits of the paying customers that this payment uses up, while something is left to pay."""
    left = sum(share.cash for share in shares)
    used: list[Share] = []
    for code in sorted({share.customer for share in shares}):
        waiting = till.pool.get(code, [])
        for credit in list(waiting):
            if credit.since <= day and credit.amount < left and chance.random() < NETS_CREDITS:
                waiting.remove(credit)
                left -= credit.amount
                used.append(Share(credit.key, code, -credit.amount, -credit.amount))
    return used


def _book(
    till: _Till,
    chance: Random,
    payer: Customer,
    day: date,
    method: str,
    shares: tuple[Share, ...],
    extra: int,
    treatment: str,
    tags: set[str],
    returned: str = "",
) -> Receipt:
    key = till.key(day, payer.code)
    cash = sum(share.cash for share in shares) + extra
    paid = [till.documents[share.document] for share in shares if share.document in till.documents]
    words = _words(chance, payer, paid, day, method, len(till.receipts))
    by, ultimate, iban, more = _sender(chance, payer, method)
    receipt = Receipt(
        key=key,
        payer=payer.code,
        day=day,
        bank=company.MAIN if method in ("debit", "card") else payer.habit.bank,
        method=method,
        cash=cash,
        shares=shares,
        extra=extra,
        extra_treatment=treatment,
        text=words.text,
        reference=words.reference,
        end_to_end=words.end_to_end,
        paid_by=by,
        ultimate=ultimate,
        iban=iban,
        tags=frozenset(tags | words.tags | more | _size_tags(shares)),
        returned=returned,
    )
    till.receipts.append(receipt)
    if extra:
        till.pool.setdefault(payer.code, []).append(Credit(key, payer.code, day, extra))
    return receipt


def _size_tags(shares: tuple[Share, ...]) -> set[str]:
    tags = {"many_invoices"} if len(shares) >= 5 else set()
    return tags | ({"group_payment"} if len({share.customer for share in shares}) > 1 else set())


def _words(
    chance: Random, payer: Customer, paid: list[Document], day: date, method: str, count: int
) -> remittance.Remittance:
    if method in ("transfer", "instant"):
        return remittance.compose(chance, payer, paid, day, count)
    numbers_paid = " ".join(one.number for one in paid)
    if method == "debit":
        return remittance.Remittance(f"PRLV {numbers_paid}", "", paid[0].number)
    if method == "cheque":
        return remittance.Remittance(f"CHQ {numbers.digits(chance, 7)}", tags={"no_reference"})
    return remittance.Remittance("", tags={"no_reference"})


def _sender(chance: Random, payer: Customer, method: str) -> tuple[str, str, str, set[str]]:
    """Name on the payment, on whose behalf, the sender's IBAN, tags."""
    name = ascii_upper(payer.name)[:70]
    if method in ("cheque", "card"):
        return "", "", "", set()
    if payer.habit.third_party and method == "transfer" and chance.random() < THIRD_PARTY:
        ultimate = name if chance.random() < 0.5 else ""
        iban = numbers.iban(stream(0, payer.habit.third_party), "FR")
        return payer.habit.third_party, ultimate, iban, {"third_party"}
    if chance.random() < 0.15:
        for long, short in (
            ("ETABLISSEMENTS", "ETS"),
            ("SARL ", ""),
            ("SAS ", ""),
            ("ENTREPRISE", "ENT"),
        ):
            name = name.replace(long, short)
    return name.strip(), "", payer.ibans[0], set()


def _kept(till: _Till, chance: Random, payer: Customer, again: Receipt) -> list[_Event]:
    """Money paid twice is sent back, or waits to be netted."""
    till.receipts.append(again)
    if chance.random() < REFUNDED:
        day = days.next_open(again.day + timedelta(days=chance.randint(10, 30)))
        return [(day, f"{payer.code}|transfer|{again.key}", ("refund", (), again))]
    credit = Credit(again.key, payer.code, again.day, again.cash)
    till.pool.setdefault(payer.code, []).append(credit)
    return []


def _refund(till: _Till, payer: Customer, day: date, first: Receipt) -> None:
    till.receipts.append(
        replace(
            first,
            key=till.key(day, payer.code),
            day=day,
            cash=-first.cash,
            shares=(Share(first.key, payer.code, -first.cash, -first.cash),),
            extra=0,
            extra_treatment="",
            text=f"REMBOURSEMENT TROP PERCU {payer.code}",
            reference="",
            tags=frozenset({"refund"}),
        )
    )


def _return(till: _Till, day: date, first: Receipt) -> None:
    kind = "CHEQUE IMPAYE" if first.method == "cheque" else "REJET PRLV"
    till.receipts.append(
        replace(
            first,
            key=till.key(day, first.payer),
            day=day,
            cash=-first.cash,
            shares=tuple(
                Share(first.key, share.customer, -share.amount, -share.cash)
                for share in first.shares
            ),
            text=f"{kind} {first.text}",
            tags=frozenset({"returned"}),
            returns=first.key,
        )
    )
