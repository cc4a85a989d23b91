"""What every bank reader returns: statements with their lines, and all problems.

A reader is a pure function ``read(content: bytes, *, limits: Limits) -> BankReading``: no clock,
no database, no network, and no exception for whatever the bytes may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from encaisse.kernel.money import Money
from encaisse.kernel.problems import Problem


class StatementKind(StrEnum):
    """What the bank promises: booked movements with balances, interim ones, or notices."""

    STATEMENT = "statement"  # camt.053, MT940, CFONB120, OFX, BAI2: booked, with balances
    INTERIM = "interim"  # camt.052, MT942: may be repeated or never booked
    NOTIFICATION = "notification"  # camt.054: details of a movement booked elsewhere


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One document that a structured remittance names, with what the payer says of it.

    `amount` is signed as the payer means it: a credit note taken off is negative.
    """

    number: str
    kind: str = ""  # ISO 20022: CINV commercial invoice, CREN credit note, DEBN…
    issued: date | None = None
    amount: Money | None = None  # what this payment settles of it (RmtdAmt, else DuePyblAmt)
    discount: Money | None = None  # what the payer took off (DscntApldAmt), positive


@dataclass(frozen=True, slots=True)
class BankLineRecord:
    """One movement, as fine as the bank tells it (a batch with details gives one per detail).

    `amount` is signed: what reached us is positive, what left is negative; a reversed or
    returned credit is negative. Texts are stripped, inner runs of blanks become one, lines of a
    remittance are joined by a blank; nothing else is changed. Empty text means not told.
    """

    line: int
    booking_date: date
    amount: Money
    value_date: date | None = None
    text: str = ""
    references: tuple[str, ...] = ()  # structured: ISO 11649, RfrdDocInf numbers, LCS
    documents: tuple[DocumentRecord, ...] = ()  # what RfrdDocInf tells, with amounts where told
    counterparty_name: str = ""
    counterparty_account: str = ""  # IBAN without blanks, or the local number as told
    counterparty_bic: str = ""
    ultimate_name: str = ""
    end_to_end_id: str = ""  # empty for NOTPROVIDED
    mandate_id: str = ""
    bank_reference: str = ""  # the bank's own: AcctSvcrRef, //reference, FITID
    bank_code: str = ""  # PMNT/RCDT/ESCT, a CIB code, NTRF, a BAI2 type, TRNTYPE
    is_return: bool = False
    return_reason: str = ""  # AM04, MD06, a CFONB reject reason…
    charges: Money | None = None  # what the bank took, positive; negative: given back
    original_amount: Money | None = None  # before exchange or charges, as instructed
    exchange_rate: Decimal | None = None
    batch: str = ""  # the same for all lines of one batch booking
    is_pending: bool = False  # told but not booked: never taken in as money
    extra: tuple[tuple[str, str], ...] = ()  # whatever else the format tells, tag → text


@dataclass(frozen=True, slots=True)
class BalanceRecord:
    """A balance told by the bank, signed (an overdraft is negative)."""

    at: date
    amount: Money


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement of one bank account."""

    kind: StatementKind
    account: str  # our IBAN without blanks, or bank/branch/number as the format tells it
    currency: str
    identifier: str = ""  # the bank's number of this statement
    opening: BalanceRecord | None = None
    closing: BalanceRecord | None = None
    lines: tuple[BankLineRecord, ...] = ()
    line: int = 1  # where it starts in the file


@dataclass(frozen=True, slots=True)
class BankReading:
    """What one bank file says. With an error among the problems nothing of it is taken in."""

    format: str  # "camt.053.001.08", "cfonb120", "mt940", "mt942", "ofx", "bai2"
    encoding: str
    statements: tuple[StatementRecord, ...]
    problems: tuple[Problem, ...]
