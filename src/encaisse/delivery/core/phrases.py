"""The variables of a notice's words, computed from its facts."""

from __future__ import annotations

from encaisse.delivery.core.labels import Labels, labels
from encaisse.delivery.core.records import Creditor, Notice, Purpose, Section, Statement
from encaisse.delivery.core.wording import Facts, Wording, Words, shipped
from encaisse.kernel.money import Money
from encaisse.kernel.references import iban_format, rf_make


def words_of(notice: Notice, wording: Wording | None = None) -> Words:
    """What a notice says around its table; `wording` replaces the words we ship."""
    chosen = wording or shipped(notice.purpose, notice.addressee.language)
    return chosen.render(facts_of(notice, labels(chosen.language)), many=_claimed(notice) != 1)


def facts_of(notice: Notice, label: Labels) -> Facts:
    """Every variable of a notice as text for people."""
    owed = [line for section in notice.sections for line in section.lines if line.open_amount >= 0]
    late = max((line.days_late for line in owed), default=0)
    charges = notice.charges
    return Facts(
        customer=notice.addressee.name,
        contact=notice.addressee.contact,
        creditor=notice.creditor.name,
        day=label.long(notice.day),
        reference=notice.reference,
        count=str(len(owed)),
        total=label.listing([label.amount(section.total) for section in notice.sections]),
        oldest_days=label.say("day_count", n=late) if late > 0 else "",
        next_due=label.long(min(line.due_date for line in owed)) if owed else "",
        deadline=label.long(notice.deadline) if notice.deadline else "",
        earlier_on=label.listing([label.say("on", day=label.long(d)) for d in notice.earlier]),
        earlier_of=label.listing([label.say("of_day", day=label.long(d)) for d in notice.earlier]),
        rate=label.rate(charges.rate) if charges and charges.rate is not None else "",
        interest=label.amount(charges.interest) if charges and charges.interest.minor else "",
        indemnity=label.amount(charges.indemnity) if charges and charges.indemnity.minor else "",
        claim=label.listing([label.amount(claim_of(notice, s)) for s in notice.sections]),
        paid=label.amount(notice.paid) if notice.paid else "",
        reach=reach(notice.creditor, label),
        late_terms=late_terms(notice, label),
        creditor_identity=creditor_identity(notice.creditor, label),
        customer_identity=_customer_identity(notice, label),
    )


def statement_facts(statement: Statement, label: Labels) -> Facts:
    """The variables a statement's covering words may use."""
    closing = [label.amount(Money(book.closing, book.currency)) for book in statement.ledgers]
    return Facts(
        customer=statement.addressee.name,
        contact=statement.addressee.contact,
        creditor=statement.creditor.name,
        day=label.long(statement.as_of),
        reference=statement.reference,
        total=label.listing(closing),
        reach=reach(statement.creditor, label),
    )


def claim_of(notice: Notice, section: Section) -> Money:
    """What is asked for in one currency: its total, and the charges where they are claimed."""
    charges = notice.charges
    if charges is None or not charges.is_claimed or charges.currency != section.currency:
        return section.total
    return section.total + charges.interest + charges.indemnity


def late_terms(notice: Notice, label: Labels) -> str:
    """The sentence of the law on lateness, with the rate of today; empty without a known rate."""
    charges = notice.charges
    if charges is None or charges.rate is None:
        return ""
    sentence = label.late_terms.get(charges.rule, label.late_terms["other"])
    return sentence.format(rate=label.rate(charges.rate))


def reach(creditor: Creditor, label: Labels) -> str:
    """How to answer: e-mail and telephone, as many as are known."""
    return label.listing([way for way in (creditor.email, creditor.phone) if way], "or")


def creditor_identity(creditor: Creditor, label: Labels) -> str:
    """Name, legal form, capital, SIREN and seat in one line."""
    parts = [
        " ".join(part for part in (creditor.name, creditor.legal_form) if part),
        label.say("capital", capital=creditor.capital) if creditor.capital else "",
        label.say("siren", siren=spaced_siren(creditor.siren)) if creditor.siren else "",
        label.say("seat", address=" ".join(creditor.address)) if creditor.address else "",
    ]
    return ", ".join(part for part in parts if part)


def legal_footer(creditor: Creditor, label: Labels) -> str:
    """What every business letter must name: Code de commerce, art. R123-237 and R123-238."""
    parts = [
        " ".join(part for part in (creditor.name, creditor.legal_form) if part),
        label.say("capital", capital=creditor.capital) if creditor.capital else "",
        label.say("rcs", rcs=creditor.rcs) if creditor.rcs else "",
        label.say("siren", siren=spaced_siren(creditor.siren))
        if creditor.siren and not creditor.rcs
        else "",
        label.say("vat", vat=creditor.vat_id) if creditor.vat_id else "",
    ]
    return " · ".join(part for part in parts if part)


def payment_rows(
    creditor: Creditor, label: Labels, *, reference: str, amount: Money | None
) -> list[list[str]]:
    """Label and value of each payment detail that is known."""
    rows = [
        ["holder", creditor.account_holder or creditor.name],
        ["iban", iban_format(creditor.iban)],
        ["bic", creditor.bic],
        ["transfer_reference", spaced_reference(reference)],
        ["amount_to_pay", label.amount(amount) if amount and amount.minor > 0 else ""],
    ]
    return [[label[name], value] for name, value in rows if value] if creditor.iban else []


def transfer_reference(given: str, customer: str) -> str:
    """What to write in the transfer: the reference given, else the customer's own as RF number."""
    return given or rf_make(customer) or customer


def spaced_siren(siren: str) -> str:
    """``123 456 789`` with no-break spaces."""
    return "\u00a0".join((siren[:3], siren[3:6], siren[6:])) if len(siren) == 9 else siren


def spaced_reference(reference: str) -> str:
    """An ISO 11649 number in groups of four, as the standard prints it; others as they are."""
    return iban_format(reference) if reference.startswith("RF") else reference


def is_thanks(notice: Notice) -> bool:
    """Thanks list what was paid and ask for nothing."""
    return notice.purpose is Purpose.THANKS


def _claimed(notice: Notice) -> int:
    return sum(line.open_amount >= 0 for section in notice.sections for line in section.lines)


def _customer_identity(notice: Notice, label: Labels) -> str:
    siren = notice.addressee.siren
    parts = [notice.addressee.name]
    if siren:
        parts.append(label.say("siren", siren=spaced_siren(siren)))
    return ", ".join(parts)
