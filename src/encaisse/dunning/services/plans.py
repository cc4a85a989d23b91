"""Draft the plan of the day, and release it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl
from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.database.columns import copy_in
from encaisse.dunning.core import planner
from encaisse.dunning.core.facts import Facts, fingerprint_of
from encaisse.dunning.core.scenario import THANKS
from encaisse.dunning.models import NoticeState, Plan, PlanState
from encaisse.dunning.queries import facts as facts_queries
from encaisse.dunning.services import outcomes
from encaisse.followup import services as followup
from encaisse.followup.services import TaskFacts
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission

_NOTICE_COLUMNS = [
    "company_id", "plan_id", "customer_id", "scenario", "step", "level", "channel", "language",
    "to", "currency", "total", "credit", "interest", "indemnity", "release", "items", "state",
    "outcome",
]  # fmt: skip
_WITHHELD_COLUMNS = ["company_id", "plan_id", "customer_id", "gate", "items"]


@dataclass(frozen=True)
class Drafted:
    """A decided plan; `plan` is None for a dry run, which has written nothing."""

    plan: Plan | None
    facts: Facts
    decided: planner.DayPlan | None = None

    @property
    def day(self) -> date:
        """The day that was planned."""
        return self.facts.today

    @cached_property
    def content(self) -> planner.DayPlan:
        """What was decided; computed once it is asked for, always the same for the same facts."""
        return self.decided or planner.plan(self.facts)


@transaction.atomic
def draft_plan(company: Company, *, today: date, actor: Actor, dry_run: bool = False) -> Drafted:
    """Decide what would leave today. Sends nothing.

    Planning again replaces the day's undecided draft; the same facts give the same plan row.
    A dry run is this very service, taken back.
    """
    actor.require(Permission.DUNNING_PLAN, company)
    _one_at_a_time(company)
    outcomes.collect(company, today=today, actor=actor)
    facts = facts_queries.facts(company, today)
    if dry_run:
        transaction.set_rollback(True)
        return Drafted(None, facts)
    fingerprint = fingerprint_of(facts)
    same = _standing(company, today, fingerprint)
    if same is not None:
        return Drafted(same, facts)
    content = planner.plan(facts)
    rows, withheld = _rows(content, facts)
    _drop_undecided(company, today)
    plan = Plan.objects.create(
        company=company, day=today, fingerprint=fingerprint, notice_count=rows.height,
        withheld_count=content.withheld.height, drafted_at=actor.at, drafted_by=actor.name,
    )  # fmt: skip
    own = (pl.lit(company.pk).alias("company_id"), pl.lit(plan.pk).alias("plan_id"))
    copy_in(connection, "dunning_notice", _NOTICE_COLUMNS, rows.with_columns(*own))
    copy_in(connection, "dunning_withheld", _WITHHELD_COLUMNS, withheld.with_columns(*own))
    _ask_for_contacts(content, company=company, today=today, actor=actor)
    audit.record(
        "dunning.plan_drafted", actor=actor, company=company, subject=str(plan.pk), day=today,
        notices=rows.height, withheld=content.withheld.height, fingerprint=fingerprint,
    )  # fmt: skip
    return Drafted(plan, facts, content)


def _standing(company: Company, today: date, fingerprint: str) -> Plan | None:
    """The day's plan on these very facts; one with a failure is planned anew, to be tried again."""
    same = Plan.objects.filter(company=company, day=today, fingerprint=fingerprint)
    alive = same.exclude(state=PlanState.CARRIED_OUT).first()
    if alive is None or alive.notices.filter(state=NoticeState.FAILED).exists():
        return None
    return alive


def _ask_for_contacts(
    content: planner.DayPlan, *, company: Company, today: date, actor: Actor
) -> None:
    """A task for each customer who has no usable address."""
    unreachable = (
        content.withheld.filter(pl.col("gate") == "no_contact", pl.col("step") != THANKS)
        .sort("code", "number")
        .group_by("customer", "code", maintain_order=True)
        .agg(pl.col("number"))
    )
    if unreachable.is_empty():
        return
    customers = Customer.objects.in_bulk(unreachable["customer"].to_list())
    tasks = [
        TaskFacts("no_contact", code, customers[customer], {"numbers": ", ".join(numbers[:20])})
        for customer, code, numbers in unreachable.iter_rows()
    ]
    followup.open_tasks(tasks, company=company, today=today, actor=actor)


@transaction.atomic
def approve_plan(plan: Plan, *, company: Company, actor: Actor) -> Plan:
    """A person releases a plan, its held steps included. Approving again changes nothing."""
    actor.require(Permission.DUNNING_APPROVE, company)
    locked = Plan.objects.select_for_update().get(pk=plan.pk, company=company)
    if locked.is_approved:
        return locked
    if locked.carried_out_at is not None and not locked.notices.filter(state="planned").exists():
        raise Refused("plan_carried_out", plan=plan.pk)
    locked.is_approved, locked.state = True, PlanState.RELEASED
    locked.released_at, locked.released_by = actor.at, actor.name
    locked.save(update_fields=["is_approved", "state", "released_at", "released_by"])
    audit.record(
        "dunning.plan_approved", actor=actor, company=company, subject=str(plan.pk),
        day=locked.day, fingerprint=locked.fingerprint,
    )  # fmt: skip
    return locked


def _one_at_a_time(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company.pk])


_LOCK = 0x706C616E  # "plan"


def _rows(content: planner.DayPlan, facts: Facts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of notices and of what is withheld, their items as JSON, in a fixed order."""
    language = facts.customers.select("customer", "language")
    notices = (
        content.notices.join(language, on="customer", how="left")
        .sort("code", "channel", "currency")
        .with_columns(
            as_json("items"),
            pl.col("to").fill_null(""),
            pl.lit("planned").alias("state"),
            pl.lit("{}").alias("outcome"),
            pl.col("customer").alias("customer_id"),
        )
    )
    item = ["item", "number", "step", "gate_day", "gate_amount"]
    withheld = (
        content.withheld.sort("code", "number", "item")
        .group_by("customer", "code", "gate", maintain_order=True)
        .agg(pl.struct(item).alias("items"))
        .sort("code", "gate")
        .with_columns(as_json("items"), pl.col("customer").alias("customer_id"))
    )
    return notices, withheld


def as_json(column: str) -> pl.Expr:
    """A list of structs as the JSON text of an array."""
    wrapped = pl.struct(column).struct.json_encode()
    opening = f'{{"{column}":'
    return wrapped.str.strip_prefix(opening).str.strip_suffix("}").alias(column)


def _drop_undecided(company: Company, today: date) -> None:
    """Take away what nobody has decided about: it is planned anew. What was sent stays."""
    undecided = Plan.objects.filter(company=company, day=today, is_approved=False)
    ids = list(undecided.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dunning_notice WHERE plan_id = ANY (%s) AND state = 'planned'", [ids]
        )
        cursor.execute(
            """
            DELETE FROM dunning_withheld w USING dunning_plan p
            WHERE w.plan_id = p.id AND p.id = ANY (%s) AND p.state = 'draft'
            """,
            [ids],
        )
        cursor.execute("DELETE FROM dunning_plan WHERE id = ANY (%s) AND state = 'draft'", [ids])
