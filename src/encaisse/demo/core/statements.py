"""From receipts to bank lines: batches, booking days, and the day the bookkeeper enters them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from encaisse.demo.core import days
from encaisse.demo.core.chance import stream, weighted
from encaisse.demo.core.records import Movement, Receipt
from encaisse.demo.core.sales import Period

BATCHED = frozenset({"debit", "cheque", "card"})
LAGS = ((0, 45), (1, 35), (2, 15), (3, 5))
FRIDAY = 4
LONGEST_WAIT = 5
"""Days between the books and the bank, holidays included: clerks go early before Easter."""


def of_receipts(seed: int, receipts: Iterable[Receipt], span: Period) -> list[Movement]:
    """Bank lines of the receipts, without the bank's references, up to today."""
    batches: dict[tuple[date, str, str], list[Receipt]] = {}
    movements = []
    for receipt in receipts:
        if receipt.method in BATCHED and receipt.cash > 0 and not receipt.returns:
            group = (receipt.day, receipt.bank, receipt.method)
            batches.setdefault(group, []).append(receipt)
        else:
            movements.append(_single(seed, receipt))
    movements += [_batch(seed, *group, details) for group, details in batches.items()]
    return [one for one in movements if one.booked <= span.today]


def numbered(movements: Iterable[Movement], span: Period) -> tuple[Movement, ...]:
    """All bank lines in the bank's order, with its references, and the ledger's where entered."""
    counts: dict[tuple[str, date], int] = {}
    ordered = sorted(movements, key=lambda one: (one.booked, one.bank, one.key))
    named = []
    for one in ordered:
        count = counts[one.bank, one.booked] = counts.get((one.bank, one.booked), 0) + 1
        named.append(replace(one, key=f"{one.bank[0].upper()}{one.booked:%y%m%d}{count:04d}"))
    pieces: dict[int, int] = {}
    done: dict[str, Movement] = {}
    for one in sorted(named, key=lambda one: (one.posted or date.max, one.key)):
        if one.posted is None or one.posted > span.ledger_date:
            done[one.key] = replace(one, posted=None)
            continue
        count = pieces[one.posted.year] = pieces.get(one.posted.year, 0) + 1
        done[one.key] = replace(one, piece=f"BQ{one.posted.year % 100:02d}{count:05d}")
    return tuple(done[one.key] for one in named)


def posting_day(seed: int, booked: date, name: str) -> date:
    """When the bookkeeper enters a bank line: within three days, and by Friday of that week."""
    lag = weighted(stream(seed, "posting", booked, name), LAGS)
    friday = booked + timedelta(days=FRIDAY - booked.weekday())
    day = min(booked + timedelta(days=lag), friday)
    return max(booked, days.previous_open(day))


def _single(seed: int, receipt: Receipt) -> Movement:
    kind = receipt.method
    if receipt.returns:
        kind = "returned"
    elif receipt.cash < 0:
        kind = "refund"
    return Movement(
        key=receipt.key,
        bank=receipt.bank,
        booked=receipt.day,
        valued=receipt.day,
        amount=receipt.cash,
        kind=kind,
        text=receipt.text,
        details=(receipt,),
        posted=posting_day(seed, receipt.day, receipt.key),
    )


def _batch(seed: int, day: date, bank: str, method: str, details: list[Receipt]) -> Movement:
    """Cheques and cards stand in the ledger before they reach the bank; debits do not."""
    chance = stream(seed, "batch", day, bank, method)
    wait = {"debit": 0, "card": 1, "cheque": chance.randint(1, 2)}[method]
    booked = days.open_days_after(day, wait)
    if (booked - day).days > LONGEST_WAIT:
        booked = days.open_days_after(day, 1)
    text = {
        "debit": f"REMISE PRLV SEPA NB {len(details)}",
        "cheque": f"REMISE CHEQUES {chance.randint(4_000_000, 4_999_999)} NB {len(details)}",
        "card": f"REMISE CB {day:%d/%m} NB {len(details)} CONTRAT 5512347",
    }[method]
    name = f"{method}{day}"
    return Movement(
        key=name,
        bank=bank,
        booked=booked,
        valued=days.open_days_after(booked, 1) if method == "cheque" else booked,
        amount=sum(one.cash for one in details),
        kind=method,
        text=text,
        details=tuple(sorted(details, key=lambda one: one.key)),
        posted=posting_day(seed, booked, name) if method == "debit" else day,
    )
