"""What the banks told, and what was decided about it.

A bank line is money once: it becomes a payment of a customer (`applied`), or is the same money as
a receipt of the ledger (`joined`). Decisions are rows of `Match`, only ever added; the latest one
about a line is the one that holds.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company


class BankAccount(models.Model):
    """One of the company's accounts with a bank, in one currency."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=64)
    """IBAN without blanks, or bank/branch/number as the statements tell it."""
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "identifier", "currency"], name="bank_account_once"
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class BankStatement(models.Model):
    """One statement as told: its balances and its lines, those known before included."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=64, blank=True, default="")
    source_file = models.CharField(max_length=255, blank=True, default="")
    opening_date = models.DateField(null=True)
    opening = models.BigIntegerField(null=True)
    closing_date = models.DateField(null=True)
    closing = models.BigIntegerField(null=True)
    lines = ArrayField(models.BigIntegerField(), default=list)
    """The ids of its bank lines in their order."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["bank_account", "closing_date"], name="statement_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.identifier}"


class LineState(models.TextChoices):
    """What has become of a bank line."""

    OPEN = "open"  # nothing yet: the machine looks at it in every run
    APPLIED = "applied"  # it is a payment of a customer
    JOINED = "joined"  # the ledger tells the same money
    RETURNED = "returned"  # it took back a payment of ours
    ASIDE = "aside"  # a person says that it is no customer's money


class BankLine(models.Model):
    """One movement of a bank account. `amount` in minor units: what reached us is positive."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    occurrence = models.IntegerField()
    """Its place among movements that nothing tells apart (`core.statements.keyed`)."""
    booking_date = models.DateField()
    value_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    text = models.TextField(blank=True, default="")
    structured = ArrayField(models.TextField(), default=list)
    counterparty_name = models.CharField(max_length=200, blank=True, default="")
    counterparty_iban = models.CharField(max_length=34, blank=True, default="")
    end_to_end_id = models.CharField(max_length=140, blank=True, default="")
    mandate_id = models.CharField(max_length=140, blank=True, default="")
    bank_reference = models.CharField(max_length=140, blank=True, default="")
    bank_code = models.CharField(max_length=60, blank=True, default="")
    is_return = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=60, blank=True, default="")
    details = models.JSONField(default=dict)
    is_notified = models.BooleanField(default=False)
    """Told by a notification (camt.054) of an account whose statements we had not seen."""
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.OPEN)
    item = models.OneToOneField(
        OpenItem, null=True, on_delete=models.PROTECT, related_name="bank_line"
    )
    """Applied: the payment it became. Joined: the ledger's receipt. Returned: its debit."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bank_account", "key", "occurrence"], name="bank_line_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "aside"], item__isnull=True)
                | Q(state__in=["applied", "joined", "returned"], item__isnull=False),
                name="bank_line_has_its_item",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "booking_date"], name="bank_line_open", condition=Q(state="open")
            ),
            models.Index(fields=["company", "-booking_date", "-id"], name="bank_line_latest"),
            models.Index(fields=["company", "amount"], name="bank_line_by_amount"),
        ]

    def __str__(self) -> str:
        return f"B{self.pk}"


class PayerIban(models.Model):
    """An IBAN seen paying for a customer. One IBAN may pay for many (a factor, a head)."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    iban = models.CharField(max_length=34)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    times = models.IntegerField()
    is_confirmed = models.BooleanField()
    """A person said so; else only references taught it."""
    first_seen = models.DateField()
    last_seen = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "iban", "customer"], name="payer_iban_once"),
        ]

    def __str__(self) -> str:
        return self.iban


class Verdict(models.TextChoices):
    """What was decided about a line; the last word holds."""

    APPLIED = "applied"
    PROPOSED = "proposed"
    LEFT = "left"
    REJECTED = "rejected"  # a person refused the proposal: it is not made again
    UNDONE = "undone"  # an allocation was taken back
    JOINED = "joined"


class Match(models.Model):
    """One decision about a bank line or a receipt of the ledger, with its evidence. Append-only."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    bank_line = models.ForeignKey(
        BankLine, null=True, on_delete=models.PROTECT, related_name="matches", db_index=False
    )
    receipt = models.ForeignKey(
        OpenItem, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The ledger's payment, when the decision is about one."""
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    confidence = models.FloatField()
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    shares = models.JSONField(default=list)
    """[[item id, minor units], …]; negative when a credit note is netted."""
    residual = models.BigIntegerField(default=0)
    treatment = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)
    """[[code, {fact: text}], …] in their order."""
    runner_up = models.JSONField(null=True)
    """{shares, reasons} of the best explanation that was not chosen."""
    reverses = models.ForeignKey(
        BankLine, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    model = models.CharField(max_length=40)
    """What decided: ``rules-1``, or ``person``."""
    decided_by = models.CharField(max_length=254)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(bank_line__isnull=False) | Q(receipt__isnull=False),
                name="match_is_about_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_line", "-id"], name="match_of_line"),
            models.Index(fields=["receipt", "-id"], name="match_of_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.bank_line_id or self.receipt_id}"
