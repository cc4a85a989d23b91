"""One ``Ntry`` and its details become the lines of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from encaisse.intake.adapters.camt.details import (
    NOBODY,
    Detail,
    Party,
    bank_code,
    charges_of,
    exact_money,
)
from encaisse.intake.adapters.camt.paths import Told
from encaisse.intake.core.bank import BankLineRecord
from encaisse.intake.core.bank_text import banking_date, iso_date, iso_parts, squeeze
from encaisse.intake.core.findings import Findings
from encaisse.kernel.money import Money

_NOT_BOOKED = frozenset(("PDNG", "INFO", "FUTR"))


@dataclass(slots=True)
class Entry:
    """What stands on the level of the entry itself."""

    line: int
    amount: Money  # signed
    booking_date: date
    value_date: date | None
    is_pending: bool
    is_reversal: bool
    bank_reference: str
    bank_code: str
    batch: str
    text: str
    charges: Money | None

    @property
    def is_credit(self) -> bool:
        """Whether it raises the balance."""
        return self.amount.minor >= 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the statement tells once for all its entries."""

    account: str
    created: date | None


def entry_of(
    told: Told, line: int, around: Surroundings, details: int, findings: Findings
) -> Entry | None:
    """The entry that a ``Ntry`` tells; None, with an error noted, when it cannot be read."""
    amount = _amount(told, line, findings)
    booked = _booking_date(told, line, around, findings)
    if amount is None or booked is None:
        return None
    text = told.text
    reference = squeeze(text.get("bank_reference") or text.get("entry_reference"))
    return Entry(
        line=line,
        amount=amount,
        booking_date=booked,
        value_date=_value_date(told, line, findings),
        is_pending=text.get("status", "").strip() in _NOT_BOOKED,
        is_reversal=text.get("reversal", "").strip() in ("true", "1"),
        bank_reference=reference,
        bank_code=bank_code(told.text),
        batch=_batch(told, reference, line, details),
        text=squeeze(told.text.get("additional")),
        charges=charges_of(told),
    )


def _amount(told: Told, line: int, findings: Findings) -> Money | None:
    written, currency = told.amounts.get("amount", ("", ""))
    found, exact = exact_money(written, currency)
    if found is None:
        findings.error(line, "amount_unreadable", amount=f"{written} {currency}".strip()[:40])
        return None
    if not exact:
        findings.warning(line, "bank_amount_rounded", amount=written.strip(), rounded=found)
    direction = told.text.get("direction", "").strip()
    if direction == "CRDT":
        return found
    if direction == "DBIT":
        return -found
    findings.error(line, "direction_unreadable", told=direction[:20])
    return None


def _booking_date(told: Told, line: int, around: Surroundings, findings: Findings) -> date | None:
    written = told.text.get("booked")
    if written:
        found = iso_date(written)
        if found is None:
            findings.error(line, "date_unreadable", date=written.strip()[:30])
        return found
    stand_in = iso_date(told.first("valued")) or around.created
    if stand_in is None:
        findings.error(line, "date_missing")
    else:
        findings.warning(line, "booking_date_missing", date=stand_in)
    return stand_in


def _value_date(told: Told, line: int, findings: Findings) -> date | None:
    written = told.text.get("valued")
    if not written:
        return None
    found = iso_date(written)
    if found is not None:
        return found
    parts = iso_parts(written)
    near = banking_date(*parts) if parts else None
    if near is None:
        findings.error(line, "date_unreadable", date=written.strip()[:30])
        return None
    findings.warning(line, "value_date_clamped", told=written.strip()[:30], read=near[0])
    return near[0]


def _batch(told: Told, reference: str, line: int, details: int) -> str:
    text = told.text
    name = text.get("batch_payment") or text.get("batch_message")
    if not name and details < 2 and text.get("batch_count", "1").strip() in ("", "1"):
        return ""
    return squeeze(name) or reference or f"entry {line}"


def lines_of(
    entry: Entry, details: Sequence[Detail], around: Surroundings, findings: Findings
) -> list[BankLineRecord]:
    """One line per detail when their amounts add up to the entry, else one line for the entry."""
    if len(details) < 2:
        one = details[0] if details else Detail(entry.line)
        _compare(entry, one, findings)
        return [_line(entry, one, entry.amount, around, entry.charges)]
    amounts = [_in_currency_of(entry, detail) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    told = sum(known)
    if len(known) < len(details):
        findings.warning(entry.line, "details_without_amounts", details=len(details))
        return [_merged(entry, details, around)]
    taken = _explained_by_charges(entry, told)
    if told != entry.amount.minor and taken is None:
        findings.warning(
            entry.line,
            "details_do_not_add_up",
            entry=entry.amount,
            details=Money(told, entry.amount.currency),
        )
        return [_merged(entry, details, around)]
    currency = entry.amount.currency
    lines = [
        _line(entry, detail, Money(minor, currency), around, None)
        for detail, minor in zip(details, known, strict=True)
    ]
    if taken is not None:
        lines.append(_charge_line(entry, taken))
    return lines


def _compare(entry: Entry, detail: Detail, findings: Findings) -> None:
    """A single detail in the entry's currency should say the same amount, charges aside."""
    told = _in_currency_of(entry, detail)
    if told is None or told == entry.amount.minor or _explained_by_charges(entry, told):
        return
    taken = detail.charges
    if taken and abs(told) - abs(entry.amount.minor) in (taken.minor, -taken.minor):
        return
    findings.warning(
        entry.line,
        "details_do_not_add_up",
        entry=entry.amount,
        details=Money(told, entry.amount.currency),
    )


def _in_currency_of(entry: Entry, detail: Detail) -> int | None:
    """The detail's amount in the entry's currency, signed, in minor units."""
    currency = entry.amount.currency
    for amount in detail.amounts:
        if amount.currency == currency:
            credit = entry.is_credit if detail.credit is None else detail.credit
            return amount.minor if credit else -amount.minor
    return None


def _explained_by_charges(entry: Entry, told: int) -> Money | None:
    """The entry's charges when they are what its details lack (or exceed)."""
    charges = entry.charges
    if charges is None or not charges.minor or charges.currency != entry.amount.currency:
        return None
    return charges if told - charges.minor == entry.amount.minor else None


def _charge_line(entry: Entry, charges: Money) -> BankLineRecord:
    return BankLineRecord(
        line=entry.line,
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        amount=-charges,
        text=entry.text,
        bank_reference=entry.bank_reference,
        bank_code=entry.bank_code,
        batch=entry.batch,
        is_pending=entry.is_pending,
        extra=(("Chrgs", str(charges)),),
    )


def _line(
    entry: Entry,
    detail: Detail,
    amount: Money,
    around: Surroundings,
    entry_charges: Money | None,
) -> BankLineRecord:
    is_return = detail.is_return or entry.is_reversal
    other = _counterparty(
        detail, credit=amount.minor >= 0, is_return=is_return, ours=around.account
    )
    original = detail.instructed
    if original and original == Money(abs(amount.minor), amount.currency):
        original = None
    extra = detail.extra
    if other.identifier:
        extra = (*extra, ("party", other.identifier))
    if entry.text and detail.text:
        extra = (*extra, ("AddtlNtryInf", entry.text))
    return BankLineRecord(
        line=detail.line,
        booking_date=entry.booking_date,
        amount=amount,
        value_date=entry.value_date,
        text=detail.text or entry.text,
        references=detail.references,
        documents=detail.documents,
        counterparty_name=other.name,
        counterparty_account=other.iban,
        counterparty_bic=other.bic,
        ultimate_name=other.ultimate,
        end_to_end_id=detail.end_to_end_id,
        mandate_id=detail.mandate_id,
        bank_reference=detail.bank_reference or entry.bank_reference,
        bank_code=detail.bank_code or entry.bank_code,
        is_return=is_return,
        return_reason=detail.return_reason,
        charges=detail.charges or entry_charges,
        original_amount=original,
        exchange_rate=detail.rate,
        batch=entry.batch,
        is_pending=entry.is_pending,
        extra=extra,
    )


def _counterparty(detail: Detail, *, credit: bool, is_return: bool, ours: str) -> Party:
    """Who stands on the other side.

    Of money received the debtor, of money paid the creditor; a return keeps the roles of the
    payment that comes back, so there it is the other way round. Our own account wins over both
    rules: whoever holds it is not the counterparty.
    """
    debtor, creditor = detail.debtor, detail.creditor
    if debtor is NOBODY and creditor is NOBODY:
        return NOBODY
    expected, other = (debtor, creditor) if credit != is_return else (creditor, debtor)
    if ours and other.iban == ours:
        return expected if expected.iban != ours else NOBODY
    if ours and expected.iban == ours:
        return other
    return other if is_return and not expected.is_told else expected


def _merged(entry: Entry, details: Sequence[Detail], around: Surroundings) -> BankLineRecord:
    """One line of the entry that still carries every text and reference of its details."""
    together = Detail(
        line=entry.line,
        text=" ".join(detail.text for detail in details if detail.text),
        references=tuple(
            dict.fromkeys(reference for detail in details for reference in detail.references)
        ),
        documents=tuple(document for detail in details for document in detail.documents),
        is_return=all(detail.is_return for detail in details),
        extra=tuple(
            ("EndToEndId", detail.end_to_end_id) for detail in details if detail.end_to_end_id
        ),
    )
    return _line(entry, together, entry.amount, around, entry.charges)
