"""Messages that leave or come in, and every attempt to hand one over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from encaisse.ledger.models import Customer
from encaisse.teams.models import Company

RUN_LOCK = 0x73656E64
"""Key of the advisory lock held for a whole run of hand-overs ("send"): one a company."""


class Status(models.TextChoices):
    """Where a message stands. Only `queued` ones are handed over.

    `sending` stands in the database before the hand-over begins: one found there by a later run
    was interrupted, and becomes `uncertain` for a person to decide.
    """

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    RECEIVED = "received"


class Direction(models.TextChoices):
    """Which way it goes."""

    OUT = "out"
    IN = "in"


class Message(models.Model):
    """One message with one customer on one channel. What it says never changes.

    `items`: [{item, number, step, open_amount}], open amounts in minor units of `currency`, as
    they stood when the message was made. Its bytes lie in the archive under `sha256`.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    channel = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices)
    day = models.DateField()
    """The civil date it belongs to."""
    at = models.DateTimeField()
    """When it was made or came in; once sent, when it was handed over."""
    sender = models.CharField(max_length=254, blank=True, default="")
    recipient = models.TextField(blank=True, default="")
    subject = models.CharField(max_length=400, blank=True, default="")
    scenario = models.CharField(max_length=40, blank=True, default="")
    step = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    total = models.BigIntegerField(default=0)
    items = models.JSONField(default=list)
    is_claim = models.BooleanField(default=False)
    """Asks for money: leaves only while its items' open amounts are what it says."""
    reference = models.CharField(max_length=60, blank=True, default="")
    message_id = models.CharField(max_length=255)
    wording = models.CharField(max_length=16, blank=True, default="")
    """The version of the words: the hash of their file."""
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    attempts = models.SmallIntegerField(default=0)
    created_by = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "message_id"], name="message_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-day", "-id"], name="message_by_day"),
            models.Index(fields=["customer", "-id"], name="message_of_customer"),
            models.Index(
                fields=["company", "id"],
                name="message_waiting",
                condition=Q(status__in=["queued", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference} {self.status}"


class Attempt(models.Model):
    """One attempt to hand a message over, or what was learnt about it later. Append-only."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    """accepted, refused, deferred, uncertain; interrupted; or a person's word."""
    detail = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=254)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["message", "id"], name="attempt_of_message")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.outcome}"
