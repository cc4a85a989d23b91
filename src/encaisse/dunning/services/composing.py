"""Turn a notice into what `delivery` writes: the same figures, line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from encaisse.delivery.core.records import (
    Charge,
    Charges,
    Line,
    Notice,
    Purpose,
    Section,
)
from encaisse.delivery.queries.parties import addressee_of, creditor_of
from encaisse.dunning.core import charges
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import FORMAL_LEVEL, Anchor, Interest, Scenario, Step
from encaisse.kernel.calendar import next_working_day
from encaisse.kernel.interest import Claim
from encaisse.kernel.money import Money
from encaisse.kernel.references import rf_make
from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company

FORMAL_DEADLINE_DAYS = 10
_BY_LEVEL = {
    0: Purpose.PRE_REMINDER,
    1: Purpose.REMINDER_1,
    2: Purpose.REMINDER_2,
    3: Purpose.REMINDER_3,
    4: Purpose.FORMAL_NOTICE,
    5: Purpose.FORMAL_NOTICE,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a notice says, all decided: one customer, channel and currency."""

    reference: str
    customer: Customer
    step: Step
    email: str
    language: str
    currency: str
    items: list[dict[str, Any]]
    earlier: tuple[date, ...]
    paid: int = 0


def compose(
    sheet: Sheet, *, company: Company, scenario: Scenario, facts: Facts,
    documents: dict[int, OpenItem],
) -> Notice:  # fmt: skip
    """The record `delivery` sets in words. `documents` has every item of the sheet by id."""
    numbers = sorted({str(one["number"]) for one in sheet.items})
    addressee = replace(addressee_of(sheet.customer), email=sheet.email, language=sheet.language)
    return Notice(
        purpose=purpose_of(sheet.step),
        day=facts.today,
        reference=sheet.reference,
        creditor=creditor_of(company),
        addressee=addressee,
        sections=(Section(sheet.currency, _lines(sheet, facts, documents)),),
        charges=_charges(sheet, facts, documents),
        deadline=_deadline(sheet, scenario, facts.today),
        payment_reference=(rf_make(numbers[0]) or "") if len(numbers) == 1 else "",
        earlier=sheet.earlier,
        paid=Money(sheet.paid, sheet.currency) if sheet.step.is_thanks else None,
    )


def purpose_of(step: Step) -> Purpose:
    """The words of a step: those of its template, else those of its level."""
    if step.is_thanks:
        return Purpose.THANKS
    known = {one.value: one for one in Purpose}
    return known.get(step.template) or known.get(step.code) or _BY_LEVEL[step.level]


def _lines(sheet: Sheet, facts: Facts, documents: dict[int, OpenItem]) -> tuple[Line, ...]:
    lines = [_line(one, documents[one["item"]], facts.today) for one in sheet.items]
    netted = sum(one["credit"] for one in sheet.items)
    return (*lines, *_credit_lines(sheet, netted, facts, documents))


def _line(row: dict[str, Any], document: OpenItem, today: date) -> Line:
    partly = 0 < row["open_amount"] < document.amount
    return Line(
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        days_late=(today - document.due_date).days,
        open_amount=row["open_amount"],
        amount=document.amount if partly else 0,
        kind=document.kind,
    )


def _credit_lines(
    sheet: Sheet, netted: int, facts: Facts, documents: dict[int, OpenItem]
) -> list[Line]:
    """The open credits that lower the total, oldest first, as far as they were laid."""
    lines: list[Line] = []
    credits = [one for one in documents.values() if one.amount < 0]
    opened = dict(facts.items.select("item", "open_amount").iter_rows())
    for note in sorted(credits, key=lambda one: (one.issue_date, one.number, one.pk)):
        if netted <= 0 or note.customer_id != sheet.customer.pk or note.currency != sheet.currency:
            continue
        part = min(-opened.get(note.pk, 0), netted)
        if part > 0:
            lines.append(Line(note.number, note.issue_date, note.due_date, 0, -part,
                              kind=note.kind))  # fmt: skip
            netted -= part
    return lines


def _charges(sheet: Sheet, facts: Facts, documents: dict[int, OpenItem]) -> Charges | None:
    told = [one for one in sheet.items if one["interest"] or one["indemnity"]]
    if sheet.step.interest is Interest.NONE or not told:
        return None
    if any(one["interest"] is None for one in sheet.items):
        return None
    regimes = dict(facts.customers.select("customer", "regime").iter_rows())
    regime = regimes[sheet.customer.pk]
    return Charges(
        currency=sheet.currency,
        until=facts.today,
        charges=tuple(_charge(one, documents[one["item"]], regime, facts) for one in told),
        is_claimed=sheet.step.interest is Interest.CLAIMED,
        rule=regime,
    )


def _charge(row: dict[str, Any], document: OpenItem, regime: str, facts: Facts) -> Charge:
    claim = Claim(document.amount, document.currency, document.due_date)
    lowered = facts.reductions.get(document.pk, [])
    found = charges.of_item(claim, regime, facts.law, lowered, facts.today)
    return Charge(document.number, found.periods, row["indemnity"])


def _deadline(sheet: Sheet, scenario: Scenario, today: date) -> date | None:
    """A formal notice gives the days after which the next step follows it."""
    if sheet.step.level < FORMAL_LEVEL:
        return None
    following = [
        step.clock.days
        for step in scenario.steps
        if step.clock.anchor is Anchor.STEP and step.clock.step == sheet.step.code
    ]
    days = following[0] if following else FORMAL_DEADLINE_DAYS
    return next_working_day(today + timedelta(days=days), sheet.customer.country)
