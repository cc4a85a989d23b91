"""What a letter and a statement look like, as plain data for the typesetter.

Everything is text for people here; the typesetter (``adapters/typesetting``) only places it.
"""

from __future__ import annotations

from typing import Any

from encaisse.delivery.core.epc import epc_payload
from encaisse.delivery.core.labels import Labels, labels
from encaisse.delivery.core.phrases import (
    claim_of,
    is_thanks,
    legal_footer,
    payment_rows,
    statement_facts,
    transfer_reference,
    words_of,
)
from encaisse.delivery.core.records import (
    Addressee,
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
from encaisse.delivery.core.wording import Paragraph, Wording, Words, shipped
from encaisse.kernel.money import Money

Page = dict[str, Any]
BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")


def letter_page(notice: Notice, wording: Wording | None = None) -> Page:
    """A reminder, a formal notice or thanks as a letter."""
    words = words_of(notice, wording)
    label = labels(notice.addressee.language)
    is_formal = notice.purpose is Purpose.FORMAL_NOTICE
    return {
        **_frame(notice.creditor, notice.addressee, label, notice.reference),
        **_mail_words(words, label, notice.portal),
        "title": words.subject,
        "day": _day(notice),
        "place_and_day": _place_and_day(notice.creditor, label, label.long(notice.day)),
        "facts": _facts(notice.creditor, notice.addressee, label, notice.reference),
        "mention": label["registered"] if is_formal else "",
        "heading": words.heading,
        "greeting": words.greeting_letter,
        "before": [_runs(paragraph) for paragraph in words.before],
        "sections": [_section(notice, section, label) for section in notice.sections],
        "charges": _charges(notice, label),
        "periods": _periods(notice.charges, label) if is_formal else None,
        "payment": None if is_thanks(notice) else _payment(notice, label),
        "after": [_runs(paragraph) for paragraph in words.after],
        "closing": words.closing_letter,
        "signature": _signature(notice.creditor),
    }  # fmt: skip


def statement_page(statement: Statement) -> Page:
    """An account statement."""
    label = labels(statement.addressee.language)
    day = label.long(statement.as_of)
    title = label.say("statement_title", day=day)
    return {
        **_frame(statement.creditor, statement.addressee, label, statement.reference),
        "title": f"{title} · {statement.creditor.name}",
        "day": [statement.as_of.year, statement.as_of.month, statement.as_of.day],
        "place_and_day": _place_and_day(statement.creditor, label, day),
        "facts": _facts(statement.creditor, statement.addressee, label, statement.reference),
        "heading": title,
        "sections": [_ledger(statement, book, label) for book in statement.ledgers],
        "payment": _statement_payment(statement, label),
        "note": label["reconcile"],
    }


def cover_page(statement: Statement) -> Page:
    """The e-mail that carries a statement."""
    label = labels(statement.addressee.language)
    wording = shipped(Purpose.STATEMENT, label.language)
    words = wording.render(statement_facts(statement, label), many=True)
    return {
        **_frame(statement.creditor, statement.addressee, label, statement.reference),
        **_mail_words(words, label, ""),
        "before": [_runs(paragraph) for paragraph in words.before],
        "sections": [],
        "charges": None,
        "payment": _statement_payment(statement, label),
        "after": [_runs(paragraph) for paragraph in words.after],
        "signature": _signature(statement.creditor),
    }


def _mail_words(words: Words, label: Labels, portal: str) -> Page:
    return {
        "subject": words.subject,
        "version": words.version,
        "mail_greeting": words.greeting,
        "mail_closing": words.closing_email,
        "portal": [label["portal"], portal] if portal else None,
        "colon": label["colon"],
    }


def _signature(creditor: Creditor) -> list[str]:
    return [creditor.signatory or creditor.name, creditor.signatory_role]


def _frame(creditor: Creditor, addressee: Addressee, label: Labels, reference: str) -> Page:
    return {
        "lang": label.language,
        "accent": creditor.accent,
        "sender": [creditor.name, *creditor.address],
        "reach": [way for way in (creditor.phone, creditor.email) if way],
        "recipient": [addressee.name, *addressee.address][:7],
        "footer": legal_footer(creditor, label),
        "running": f"{creditor.name} · {reference}",
        "page_words": [label["page"], label["of"]],
    }


def _facts(
    creditor: Creditor, addressee: Addressee, label: Labels, reference: str
) -> list[list[str]]:
    rows = [
        [label["our_reference"], reference],
        [label["your_code"], addressee.code],
        [label["contact"], creditor.signatory],
    ]
    return [row for row in rows if row[1]]


def _day(notice: Notice) -> list[int]:
    return [notice.day.year, notice.day.month, notice.day.day]


def _place_and_day(creditor: Creditor, label: Labels, day: str) -> str:
    return label.say("place_and_day", city=creditor.city, day=day) if creditor.city else day


def _section(notice: Notice, section: Section, label: Labels) -> Page:
    has_credit = any(line.open_amount < 0 for line in section.lines)
    total = "total_net" if has_credit else "total"
    return {
        "columns": [label["invoice"], label["issued"], label["due"], label["late"],
                    label["settled_amount" if is_thanks(notice) else "open_amount"]],
        "rows": [_row(line, section.currency, label) for line in section.lines],
        "total_label": label["total_settled" if is_thanks(notice) else total],
        "total": label.amount(section.total),
        "has_lateness": not is_thanks(notice),
    }  # fmt: skip


def _row(line: Line, currency: str, label: Labels) -> Page:
    is_credit = line.open_amount < 0
    part_of = abs(line.amount) > abs(line.open_amount) > 0
    name = line.number
    if line.kind not in {"invoice", "debit_note"} or is_credit:
        kind = line.kind if line.kind in {"credit_note", "payment"} else "credit_note"
        name = f"{label[kind]} {line.number}"
    elif line.kind == "debit_note":
        name = f"{label['debit_note']} {line.number}"
    late = label.say("days", n=line.days_late) if line.days_late > 0 else label["not_due"]
    return {
        "name": name,
        "issued": label.short(line.issue_date),
        "due": "" if is_credit else label.short(line.due_date),
        "late": "" if is_credit else late,
        "is_late": line.days_late > 0 and not is_credit,
        "amount": label.amount(Money(line.open_amount, currency)),
        "note": label.say("of_amount", amount=label.amount(Money(line.amount, currency)))
        if part_of
        else "",
        "credit": is_credit,
    }


def _charges(notice: Notice, label: Labels) -> Page | None:
    charges = notice.charges
    if charges is None or not (charges.interest.minor or charges.indemnity.minor):
        return None
    fees = [charge.indemnity for charge in charges.charges if charge.indemnity]
    rows = []
    if charges.interest.minor:
        rate = label.rate(charges.rate) if charges.rate is not None else ""
        rows.append([label["interest"], rate, label.amount(charges.interest)])
    if fees:
        one = label.amount(Money(fees[0], charges.currency))
        detail = label.say("fees_detail", n=len(fees), amount=one) if len(set(fees)) == 1 else ""
        rows.append([label["indemnity"], detail, label.amount(charges.indemnity)])
    section = next((s for s in notice.sections if s.currency == charges.currency), None)
    if charges.is_claimed and section:
        total = [label["claim_total"], label.amount(claim_of(notice, section))]
    else:
        total = [label["charges_total"], label.amount(charges.interest + charges.indemnity)]
    title = label.say("charges_title", day=label.long(charges.until))
    return {"title": title, "rows": rows, "total": total, "is_claimed": charges.is_claimed}


def _periods(charges: Charges | None, label: Labels) -> Page | None:
    if charges is None or not charges.interest.minor:
        return None
    rows = [
        [
            charge.number if first else "",
            label.short(period.start),
            label.short(period.end),
            str(period.days),
            label.amount(Money(period.base, charges.currency)),
            label.rate(period.rate),
            label.amount(Money(period.interest, charges.currency)),
        ]
        for charge in charges.charges
        for first, period in _marked(charge.periods)
    ]
    names = ("invoice", "from", "to", "day_number", "base", "rate", "amount")
    return {
        "title": label["periods_title"],
        "columns": [label[name] for name in names],
        "rows": rows,
        "total": label.amount(charges.interest),
    }


def _marked(periods: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(place == 0, period) for place, period in enumerate(periods)]


def _payment(notice: Notice, label: Labels) -> Page | None:
    section = next((s for s in notice.sections if s.total.minor > 0), None)
    amount = claim_of(notice, section) if section else None
    reference = transfer_reference(notice.payment_reference, notice.addressee.code)
    return _payment_panel(notice.creditor, label, reference, amount)


def _statement_payment(statement: Statement, label: Labels) -> Page | None:
    owed = [Money(book.closing, book.currency) for book in statement.ledgers if book.closing > 0]
    if not owed:
        return None
    reference = transfer_reference(statement.payment_reference, statement.addressee.code)
    return _payment_panel(statement.creditor, label, reference, owed[0])


def _payment_panel(
    creditor: Creditor, label: Labels, reference: str, amount: Money | None
) -> Page | None:
    rows = payment_rows(creditor, label, reference=reference, amount=amount)
    if not rows:
        return None
    holder = creditor.account_holder or creditor.name
    code = (
        epc_payload(holder, creditor.iban, amount, reference=reference, bic=creditor.bic)
        if amount
        else None
    )
    return {"title": label["pay_title"], "rows": rows, "code": code, "scan": label["scan"]}


def _ledger(statement: Statement, book: Ledger, label: Labels) -> Page:
    balance = book.opening
    rows = []
    for movement in book.movements:
        balance += movement.debit - movement.credit
        rows.append(_movement(movement, balance, book.currency, label))
    opening = (
        label.say("opening", day=label.long(statement.since))
        if statement.since
        else label["opening_bare"]
    )
    names = ("issued", "document", "due", "debit", "credit", "balance")
    ages = [(label["not_due_bucket" if b == "not_due" else b], book.buckets[b]) for b in BUCKETS]
    if book.unapplied:
        ages.append((label["unapplied"], book.unapplied))
    several = len(statement.ledgers) > 1
    return {
        "caption": label.say("currency_section", currency=book.currency) if several else "",
        "columns": [label[name] for name in names],
        "opening": [opening, label.amount(Money(book.opening, book.currency))],
        "rows": rows,
        "empty": label["no_movement"],
        "closing": [
            label.say("closing", day=label.long(statement.as_of)),
            label.amount(Money(book.closing, book.currency)),
        ],
        "favour": label["in_your_favour"] if book.closing < 0 else "",
        "ages_title": label["ages_title"],
        "ages": [[name, label.amount(Money(amount, book.currency))] for name, amount in ages],
    }


def _movement(movement: Movement, balance: int, currency: str, label: Labels) -> list[str]:
    kind = label.words.get(f"movement_{movement.kind}", movement.kind)
    name = " ".join(part for part in (kind, movement.number) if part)
    return [
        label.short(movement.day),
        name,
        label.short(movement.due_date) if movement.due_date else "",
        label.amount(Money(movement.debit, currency)) if movement.debit else "",
        label.amount(Money(movement.credit, currency)) if movement.credit else "",
        label.amount(Money(balance, currency)),
    ]


def _runs(paragraph: Paragraph) -> list[list[Any]]:
    return [[run.text, run.bold] for run in paragraph]
