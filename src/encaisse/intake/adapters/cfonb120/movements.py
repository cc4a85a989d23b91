"""One movement: its record 04 and the records 05 that complete it become a bank line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from encaisse.intake.adapters.cfonb120.records import (
    Record,
    amount,
    day,
    unsigned,
    value_day,
)
from encaisse.intake.core.bank import BankLineRecord
from encaisse.intake.core.bank_text import squeeze
from encaisse.intake.core.findings import Findings
from encaisse.kernel.money import Money

RETURNS = frozenset(
    (
        # cheque, direct debit, TIP, bill, card unpaid; transfer returned; instant recall
        *("03", "10", "12", "26", "27", "33", "34", "38", "98", "C4"),
        # SEPA direct debits rejected or returned (sent, received), and reversals
        *("A3", "A4", "B3", "B4", "A5", "A6", "B5", "B6"),
    )
)
"""Interbank operation codes of money that goes back where it came from."""

COLLECTIONS = frozenset(("02", "09", "15", "24", "30", "31", "32", "35", "37", "97", "A1", "A2"))
"""Codes of what we handed in ourselves and is booked in one sum: cheques, debits, bills, cards."""

_TEXT = ("LIB", "LCC", "LC2")
_PAIRS = ("IPY", "IPO", "IBE", "IBU")
_KNOWN = frozenset(
    (
        *_TEXT,
        *_PAIRS,
        "NPY",
        "NBE",
        "NPO",
        "NBU",
        "LCS",
        "RCN",
        "REF",
        "RUM",
        "CPY",
        "CBE",
        "MMO",
        "FEE",
    )
)
_NOT_PROVIDED = frozenset(("", "NOTPROVIDED", "NOT PROVIDED"))


class Complements:
    """What the records 05 of one movement tell, by qualifier, repeated ones appended."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.told: dict[str, list[str]] = defaultdict(list)
        self.other: list[str] = []
        for record in records:
            qualifier = record.text[45:48].strip().upper()
            if qualifier in _KNOWN:
                self.told[qualifier].append(record.text[48:118])
            else:
                self.other.append(record.field(46, 118))

    def text(self, qualifier: str) -> str:
        """All of it, joined by blanks."""
        return squeeze(" ".join(self.told.get(qualifier, ())))

    def part(self, qualifier: str, first: int, length: int) -> str:
        """The characters from one place on (counted from 0 in the 70), of each repetition."""
        pieces = (text[first : first + length] for text in self.told.get(qualifier, ()))
        return squeeze(" ".join(pieces))

    def raw(self, qualifier: str) -> str:
        """The first of its records, as it stands."""
        found = self.told.get(qualifier)
        return found[0] if found else ""


def line_of(
    record: Record, complements: Sequence[Record], currency: str, findings: Findings
) -> BankLineRecord | None:
    """The line of one movement; None, with an error noted, when it cannot be read."""
    moved = amount(record.text[90:104], record.currency or currency, record.text[19])
    booked = day(record.text[34:40])
    if moved is None:
        findings.error(record.line, "amount_unreadable", amount=record.field(91, 104))
    if booked is None:
        findings.error(record.line, "date_unreadable", date=record.field(35, 40))
    if moved is None or booked is None:
        return None
    more = Complements(complements)
    code = record.field(33, 34).upper()
    reason = record.field(41, 42).removeprefix("00")
    is_return = code in RETURNS or bool(reason)
    debtor_is_other = (moved.minor >= 0) != is_return
    end_to_end = more.part("RCN", 0, 35)
    original, rate = _original(more.raw("MMO"))
    structured = more.part("LCS", 0, 35)
    return BankLineRecord(
        line=record.line,
        booking_date=booked,
        amount=moved,
        value_date=_value_date(record, findings),
        text=_text(record, more),
        references=(structured,) if structured else (),
        counterparty_name=more.text("NPY" if debtor_is_other else "NBE"),
        counterparty_account=more.text("CPY" if debtor_is_other else "CBE").replace(" ", ""),
        ultimate_name=more.text("NPO" if debtor_is_other else "NBU"),
        end_to_end_id="" if end_to_end.upper() in _NOT_PROVIDED else end_to_end,
        mandate_id=more.part("RUM", 0, 35),
        bank_reference=record.field(105, 120) or record.field(82, 88).strip("0"),
        bank_code=code,
        is_return=is_return,
        return_reason=reason,
        charges=_fee(more.raw("FEE")),
        original_amount=original,
        exchange_rate=rate,
        batch=_batch(code, record, more),
        extra=_extra(record, more, debtor_is_other=debtor_is_other),
    )


def _text(record: Record, more: Complements) -> str:
    told = [record.text[48:79], *(more.text(qualifier) for qualifier in _TEXT), *more.other]
    return squeeze(" ".join(told))


def _value_date(record: Record, findings: Findings) -> date | None:
    written = record.field(43, 48)
    if not written.strip("0 "):
        return None
    found = value_day(written)
    if found is None:
        findings.error(record.line, "date_unreadable", date=written)
        return None
    if not found[1]:
        findings.warning(record.line, "value_date_clamped", told=written, read=found[0])
    return found[0]


def _batch(code: str, record: Record, more: Complements) -> str:
    if code not in COLLECTIONS:
        return ""
    return more.part("REF", 0, 35) or record.field(82, 88).strip("0")


def _original(told: str) -> tuple[Money | None, Decimal | None]:
    """MMO: currency (3), decimals (1), amount (14), decimals of the rate (2), rate (11)."""
    currency = told[:3].upper()
    if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
        return None, None
    places, rate = told[18:20], told[20:31]
    figures = places + rate
    exchange = None
    if figures.isascii() and figures.isdigit() and len(rate) == 11 and int(rate):
        exchange = Decimal(int(rate)).scaleb(-int(places))
    return unsigned(told[4:18], currency, told[3:4]), exchange


def _fee(told: str) -> Money | None:
    currency = told[:3].upper()
    if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
        return None
    return unsigned(told[4:18], currency, told[3:4])


def _extra(
    record: Record, more: Complements, *, debtor_is_other: bool
) -> tuple[tuple[str, str], ...]:
    facts = [
        ("internal_code", record.field(8, 11)),
        ("entry_number", record.field(82, 88).strip("0")),
        ("exempt", record.field(89, 89).strip("0")),
        ("unavailable", record.field(90, 90).strip("0")),
        ("Purp", more.part("RCN", 35, 35)),
        ("PmtInfId", more.part("REF", 0, 35)),
        ("InstrId", more.part("REF", 35, 35)),
        ("SeqTp", more.part("RUM", 35, 4)),
        ("NBE" if debtor_is_other else "NPY", more.text("NBE" if debtor_is_other else "NPY")),
        *((qualifier, more.text(qualifier)) for qualifier in _PAIRS),
    ]
    return tuple((name, text) for name, text in facts if text)
