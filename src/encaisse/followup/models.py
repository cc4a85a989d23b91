"""Promises, disputes, tasks and notes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company


class PromiseState(models.TextChoices):
    """What became of a promise; only `open` ones are awaited."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Promise(models.Model):
    """A customer will pay these items by a date. Awaited until `awaited_until`, grace included."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    awaited_until = models.DateField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=PromiseState.choices, default=PromiseState.OPEN)
    decided_on = models.DateField(null=True)
    """The day on which it was found kept or broken, or was withdrawn."""
    channel = models.CharField(max_length=20, blank=True, default="")
    recorded_on = models.DateField()
    recorded_by = models.CharField(max_length=254)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company"], name="promise_awaited", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.date}"


class PromisedItem(models.Model):
    """So much of an item (minor units) was promised when so much was open."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    open_before = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "item"], name="item_promised_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=models.F("open_before")),
                name="promise_within_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.amount}"


class Dispute(models.Model):
    """A customer objects to an item. Open until `closed_on`; `amount` in minor units."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=254)
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=254, blank=True, default="")
    outcome = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item"], name="one_open_dispute", condition=Q(closed_on=None)
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company"], name="dispute_open", condition=Q(closed_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"


class Task(models.Model):
    """Something a person has to do. Its words are the catalogue's: ``task_<kind>`` with `facts`."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    """What it is about: an open task of one kind and key stands once."""
    facts = models.JSONField(default=dict)
    due_on = models.DateField()
    assigned_to = models.CharField(max_length=254, blank=True, default="")
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=254)
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=254, blank=True, default="")
    outcome = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind", "key"],
                name="one_open_task",
                condition=Q(done_on=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "due_on"], name="task_to_do", condition=Q(done_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class Note(models.Model):
    """What somebody wrote down about a customer. Append-only."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(OpenItem, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    author = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "at"], name="note_of_customer")]

    def __str__(self) -> str:
        return self.text[:60]
