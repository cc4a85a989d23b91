"""Scenarios, plans with their notices, what was delivered for each item, and blocks.

A notice is one row with its items inside (JSON): a plan of a million items is a hundred thousand
rows. What counts for the next plan is `ItemStep`: one row an item and step, reserved in the
transaction that queues the message.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company


def _kept_by_owner(model: type[models.Model]) -> models.ForeignKey[models.Model, models.Model]:
    """A reference without a constraint checked row by row; nothing it names is ever deleted."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )


class ScenarioVersion(models.Model):
    """One version of a scenario as YAML; the highest number of a name is the one in force."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    text = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "name", "version"], name="scenario_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Assignment(models.Model):
    """The scenario a customer follows; without one it follows `standard`."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    scenario = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.scenario}"


class PlanState(models.TextChoices):
    """A draft is undecided; `released` by a person or, for automatic steps, by the day."""

    DRAFT = "draft"
    RELEASED = "released"
    CARRIED_OUT = "carried_out"


class Plan(models.Model):
    """What would leave on a day, and what would not."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=12, choices=PlanState.choices, default=PlanState.DRAFT)
    fingerprint = models.CharField(max_length=64)
    """Of the facts it rests on: the same facts make the same plan."""
    notice_count = models.IntegerField()
    withheld_count = models.IntegerField()
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=254)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=254, blank=True, default="")
    is_approved = models.BooleanField(default=False)
    """A person released it: its held steps may leave too."""
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "day"], name="one_draft_a_day", condition=Q(state="draft")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-day"], name="plan_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"


class NoticeState(models.TextChoices):
    """What became of a planned notice; `sent` means its message is queued for good."""

    PLANNED = "planned"
    SENT = "sent"
    RETURNED = "returned"
    WITHHELD = "withheld"
    FAILED = "failed"


class Notice(models.Model):
    """One message, call or task planned for one customer, in one currency (minor units).

    `items`: [{item, number, due_date, days_late, open_amount, credit, step, level, first,
    skipped, interest, indemnity}]. As planned; once sent, as sent.
    """

    company = _kept_by_owner(Company)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="notices")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    scenario = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    level = models.SmallIntegerField()
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    to = models.TextField(blank=True, default="")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    credit = models.BigIntegerField()
    interest = models.BigIntegerField(null=True)
    """Null: a rate is missing, so no amount is told."""
    indemnity = models.BigIntegerField()
    release = models.CharField(max_length=10)
    items = models.JSONField()
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.PLANNED
    )
    sent_on = models.DateField(null=True)
    message_id = models.BigIntegerField(null=True)
    """The message in `delivery`, or the task in `followup` for a call or task."""
    outcome = models.JSONField(default=dict)
    """Why it was withheld or failed: {code, …facts}."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["company", "sent_on"],
                name="notice_sent",
                condition=Q(state="sent"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.step} {self.channel}"


class Withheld(models.Model):
    """Items of one customer that one gate holds back in a plan.

    `items`: [{item, number, step, gate_day, gate_amount, currency}].
    """

    company = _kept_by_owner(Company)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="withheld")
    customer = _kept_by_owner(Customer)
    gate = models.CharField(max_length=20)
    items = models.JSONField()

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.gate}"


class StepState(models.TextChoices):
    """A step counts once the channel accepted it; one that came back is free again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    RETURNED = "returned"


class ItemStep(models.Model):
    """A step taken for an item. Never twice at once for an item, scenario and step."""

    company = _kept_by_owner(Company)
    item = _kept_by_owner(OpenItem)
    scenario = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    level = models.SmallIntegerField()
    day = models.DateField()
    is_contact = models.BooleanField()
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PENDING)
    message_ids = ArrayField(models.BigIntegerField(), default=list)
    """The messages of `delivery` that carry it: one for each channel of the step."""
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "scenario", "step"],
                name="item_step_once",
                condition=~Q(state="returned"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company"], name="step_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.step}"


class BlockKind(models.TextChoices):
    """Why nothing leaves: somebody's decision, or the law (insolvency has no end date)."""

    PERSON = "person"
    INSOLVENCY = "insolvency"


class Block(models.Model):
    """Nothing leaves for a customer, or one item, up to and with `until`."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(OpenItem, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=BlockKind.choices, default=BlockKind.PERSON)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    created_on = models.DateField()
    created_by = models.CharField(max_length=254)
    lifted_on = models.DateField(null=True)
    lifted_by = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, item__isnull=True)
                | Q(customer__isnull=True, item__isnull=False, kind="person"),
                name="block_of_customer_or_item",
            ),
            models.CheckConstraint(
                condition=Q(kind="insolvency") | Q(until__isnull=False), name="block_ends"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company"], name="block_active", condition=Q(lifted_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id or self.item_id} until {self.until}"
