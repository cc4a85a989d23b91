"""Who owes what: customers, their items, and what settled what.

The open amount of an item is its amount less its allocations. Today's is kept in `ItemBalance`
by triggers of the database (migration 0003), which also refuse any allocation beyond what is
open; a past date's is computed from the dates of the allocations (`ledger.queries.open_at`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from encaisse.teams.models import Company


def _checked_by_trigger(model: type[models.Model]) -> Any:
    """A reference that statement triggers check for all rows at once.

    A foreign key checks row by row, which costs more than everything else when a ledger of a
    million lines comes in (docs/decisions/0003-volume.md); nothing it points to can be deleted.
    """
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )


class Customer(models.Model):
    """A debtor account of one company. Customers with one head form a group."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=300, default="")
    """Code and name, lower case without accents: `encaisse.kernel.references.search_key`."""
    siren = models.CharField(max_length=9, blank=True, default="")
    segment = models.CharField(max_length=40, blank=True, default="")
    head = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, blank=True, default="")
    country = models.CharField(max_length=2, default="FR")
    address = models.TextField(blank=True, default="")
    terms = models.CharField(max_length=60, blank=True, default="")
    ibans = ArrayField(models.CharField(max_length=34), default=list)
    """What the company's own files declare; what payments teach is in `cash`."""
    unsound_ibans = ArrayField(models.CharField(max_length=60), default=list)
    """Told with wrong check digits: shown, never matched on."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="customer_code_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["head"], name="customer_of_head", condition=Q(head__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.code


class Contact(models.Model):
    """A person or mailbox of a customer, for a role."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=20, default="billing")
    name = models.CharField(max_length=120, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email_fails = models.BooleanField(default=False)
    """A message to the address bounced; nothing more is sent to it until it changes."""
    opted_out = models.BooleanField(default=False)
    origin = models.CharField(max_length=20, default="person")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer"], name="contact_of_customer")]

    def __str__(self) -> str:
        return self.email or self.phone or self.name


class ItemKind(models.TextChoices):
    """What an item is. Invoices and debit notes are owed; the others reduce what is owed."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"
    PAYMENT = "payment"


class Origin(models.TextChoices):
    """Where an item comes from."""

    LEDGER = "ledger"  # a FEC: complete for its period
    LIST = "list"  # a table of items
    BANK = "bank"  # a bank line that we applied
    ELSEWHERE = "elsewhere"  # settled outside what we are told: closes what a list dropped
    PERSON = "person"


class OpenItem(models.Model):
    """One instalment of a document: an invoice, a credit note, a payment. Open or settled.

    `amount` is in minor units; what the customer owes is positive. A withdrawn item stood in a
    draft of the ledger and no longer does: its amount is 0.
    """

    company = _checked_by_trigger(Company)
    customer = _checked_by_trigger(Customer)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    number = models.CharField(max_length=100)
    search_key = models.CharField(max_length=100, default="")
    """The number in capitals without blanks and separators, for search and matching."""
    issue_date = models.DateField()
    due_date = models.DateField()
    due_date_source = models.CharField(max_length=14)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    label = models.CharField(max_length=300, blank=True, default="")
    order_number = models.CharField(max_length=100, blank=True, default="")
    treasury = models.CharField(max_length=20, blank=True, default="")
    """For a payment out of the ledger: the bank or cash account of its entry (512…)."""
    treasury_entry = models.CharField(max_length=120, blank=True, default="")
    treasury_amount = models.BigIntegerField(null=True)
    """Its entry, and what that entry moved on the bank account: one transfer may be receipts of
    several customers, or a receipt with its discount or fee."""
    origin = models.CharField(max_length=10, choices=Origin.choices)
    source_key = models.CharField(max_length=120, blank=True, default="")
    """The ledger's line, stable over re-exports; empty for other origins."""
    is_opening = models.BooleanField(default=False)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "debit_note"], amount__gte=0)
                | Q(kind__in=["credit_note", "payment"], amount__lte=0),
                name="item_sign_fits_kind",
            ),
            models.UniqueConstraint(
                fields=["company", "source_key"],
                name="ledger_line_once",
                condition=~Q(source_key=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "issue_date"], name="item_of_customer"),
            models.Index(fields=["company", "search_key"], name="item_by_number"),
        ]

    def __str__(self) -> str:
        return self.number


class ItemAlias(models.Model):
    """Another ledger line that is the same item: an opening entry, a receipt joined to the bank.

    One line may stand for several items (an opening by balance): then `amount` is each one's part.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=120)
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "source_key", "item"], name="alias_once"),
        ]

    def __str__(self) -> str:
        return self.source_key


class ItemBalance(models.Model):
    """What is open on an item today. Kept by triggers; the program only reads it."""

    item = models.OneToOneField(
        OpenItem,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="balance",
        db_constraint=False,
    )
    company = _checked_by_trigger(Company)
    customer = _checked_by_trigger(Customer)
    currency = models.CharField(max_length=3)
    issue_date = models.DateField()
    due_date = models.DateField()
    amount = models.BigIntegerField()
    open = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, open__gte=0, open__lte=F("amount"))
                | Q(amount__lt=0, open__lte=0, open__gte=F("amount")),
                name="never_over_allocated",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "customer", "due_date"],
                name="open_of_customer",
                condition=~Q(open=0),
            ),
            models.Index(
                fields=["company", "due_date", "item"],
                name="open_by_due",
                condition=~Q(open=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.open} {self.currency}"


class Author(models.TextChoices):
    """Who decided an allocation. A machine never undoes what a person decided."""

    LEDGER = "ledger"
    MACHINE = "machine"
    PERSON = "person"


class Allocation(models.Model):
    """So much of a credit item settles so much of a debit item (*lettrage*). Append-only.

    `amount` is in minor units: positive, or negative for the reversal of an earlier row. Both
    items belong to one company, one currency and one group of customers (trigger).
    """

    company = _checked_by_trigger(Company)
    debit = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    credit = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    date = models.DateField()
    author = models.CharField(max_length=8, choices=Author.choices)
    decided_by = models.CharField(max_length=254)
    reason = models.CharField(max_length=200, blank=True, default="")
    """A letter of the ledger, the code of a matching rule, or a person's words."""
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversal"
    )
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True)
                | Q(amount__lt=0, reverses__isnull=False),
                name="reversal_is_negative",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "date"], name="allocation_by_date")]

    def __str__(self) -> str:
        return f"{self.credit_id} → {self.debit_id}: {self.amount} {self.currency}"


class CustomerBalance(models.Model):
    """What a customer owes on `as_of`, by age, in one currency: what pages and lists read.

    Kept by `ledger.services.balances`; `doctor` compares it with the items. `unapplied` ≤ 0 is the
    open credit; `balance` is the sum of the buckets and it.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="balances")
    currency = models.CharField(max_length=3)
    as_of = models.DateField()
    balance = models.BigIntegerField()
    unapplied = models.BigIntegerField()
    not_due = models.BigIntegerField()
    d1_30 = models.BigIntegerField()
    d31_60 = models.BigIntegerField()
    d61_90 = models.BigIntegerField()
    d90_plus = models.BigIntegerField()
    overdue = models.BigIntegerField()
    oldest_due = models.DateField(null=True)
    open_items = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "currency"], name="one_balance_a_currency"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-overdue"], name="balance_most_overdue"),
            models.Index(fields=["company", "-balance"], name="balance_largest"),
            models.Index(fields=["company", "oldest_due"], name="balance_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.balance} {self.currency}"


class Feed(models.Model):
    """The last word of a source: until when it speaks, and when it was last heard."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # ledger, list, bank
    name = models.CharField(max_length=60, default="")
    """For a bank: the account; for a treasury account of the ledger: its number."""
    covers_until = models.DateField(null=True)
    taken_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "name"], name="one_feed_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
