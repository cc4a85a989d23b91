"""What the invented world consists of. Amounts are integer cents of EUR."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Profile:
    """How large a world is: customers, and invoices expected over three years."""

    name: str
    customers: int
    invoices: int


DEMO = Profile("demo", 400, 12_000)
TINY = Profile("tiny", 20, 300)
PROFILES = {profile.name: profile for profile in (DEMO, TINY)}


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One of the company's own accounts at a bank, and its account in the ledger."""

    key: str
    iban: str
    ledger: str
    label: str
    format: str  # "camt" or "cfonb"


@dataclass(frozen=True, slots=True)
class Company:
    """The creditor: the manufacturer whose receivables these are."""

    code: str
    name: str
    siren: str
    address: tuple[str, str]
    email: str
    banks: tuple[BankAccount, ...]

    def bank(self, key: str) -> BankAccount:
        """The bank account with that key."""
        return next(bank for bank in self.banks if bank.key == key)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays.

    `on_time` and `very_late` are shares of its invoices (paid by the due date, over 30 days
    late). `runs` are the days of the month on which it pays, 31 meaning the last; empty: any day.
    """

    on_time: float
    very_late: float
    runs: tuple[int, ...]
    method: str  # transfer, instant, debit, cheque, card
    style: str  # how its remittances name what they pay
    bank: str  # which of the company's bank accounts it pays to
    deducts: float = 0.0  # share of invoices paid short
    discount: bool = False  # pays within ten days and keeps 2 %
    advises: bool = False  # sends an e-mail that lists what a payment covers
    third_party: str = ""  # somebody else's name on some of its payments


@dataclass(frozen=True, slots=True)
class Customer:
    """A debtor account, and the truth about it that no file tells."""

    code: str
    name: str
    siren: str
    email: str
    phone: str
    address: tuple[str, str]
    country: str
    language: str
    segment: str
    size: str  # the classes of the published statistics
    sector: str
    terms: str
    ibans: tuple[str, ...]
    head: str  # code of the group's head, empty without a group
    weight: float  # its share of the invoices
    scale: float  # how large its orders are
    habit: Habit
    files_iban: bool = True  # whether the customers' file tells the IBAN
    mistyped_iban: bool = False
    insolvent_on: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note; `gross` is positive for both."""

    number: str
    kind: str  # invoice, credit_note
    customer: str
    issued: date
    due: date
    net: int
    freight: int
    vat: int
    order: str
    label: str
    related: str = ""  # a credit note: the invoice it corrects
    reason: str = ""

    @property
    def gross(self) -> int:
        """What the customer owes for it, or gets back, VAT included."""
        return self.net + self.freight + self.vat

    @property
    def sign(self) -> int:
        """+1 for what the customer owes, -1 for what it is owed."""
        return -1 if self.kind == "credit_note" else 1


@dataclass(frozen=True, slots=True)
class Share:
    """What one receipt, write-off or netting settles of one document.

    `amount` is what comes off the document (negative for a credit note used up), `cash` the part
    of it that came as money; the difference is booked as `treatment` for `reason`.
    """

    document: str
    customer: str
    amount: int
    cash: int
    treatment: str = "none"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money from (or back to) a customer: one movement of the bank, or one detail of a batch."""

    key: str
    payer: str
    day: date
    bank: str
    method: str
    cash: int
    shares: tuple[Share, ...]
    extra: int = 0  # cash beyond the shares: overpaid, paid twice, on account
    extra_treatment: str = ""
    text: str = ""
    reference: str = ""  # structured, ISO 11649
    end_to_end: str = ""
    paid_by: str = ""  # the name on the payment
    ultimate: str = ""  # on whose behalf
    iban: str = ""
    tags: frozenset[str] = frozenset()
    returned: str = ""  # why the bank took it back
    returns: str = ""  # key of the receipt that this movement takes back


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Something settled without money: netting of a credit note, a write-off, a transfer."""

    key: str
    day: date
    kind: str  # netting, write_off, doubtful
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a bank statement. `details` are the receipts in it, in order."""

    key: str  # the bank's own reference
    bank: str
    booked: date
    valued: date
    amount: int  # signed
    kind: str  # transfer, instant, debit, cheque, card, returned, fee, other…
    text: str
    details: tuple[Receipt, ...] = ()
    counterpart: str = ""  # a ledger account, for movements without customers
    party: str = ""
    posted: date | None = None  # day of the ledger entry; None: not in the ledger
    piece: str = ""  # the ledger entry's PieceRef


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that reached the company."""

    key: str
    day: date
    sender: str
    sender_name: str
    subject: str
    body: str
    kind: str
    customer: str
    attachment: tuple[str, str] | None = None  # file name, text
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that happened up to `today`. The ledger files end with `ledger_date`."""

    seed: int
    today: date
    ledger_date: date
    profile: Profile
    company: Company
    customers: tuple[Customer, ...]
    documents: tuple[Document, ...]
    receipts: tuple[Receipt, ...]
    adjustments: tuple[Adjustment, ...]
    movements: tuple[Movement, ...]
    letters: tuple[Letter, ...]
