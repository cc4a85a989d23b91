"""Plans, scenarios, blocks, interest and reasons from the command line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from encaisse.cash.queries import lines as cash_lines
from encaisse.cli.ledger import DAY
from encaisse.cli.session import NEEDS_A_PERSON, Session
from encaisse.cli.table import table
from encaisse.dunning.core import scenario_file
from encaisse.dunning.queries import interest as interest_queries
from encaisse.dunning.queries import plans as plan_queries
from encaisse.dunning.queries import scenarios as scenario_queries
from encaisse.dunning.queries import why as why_queries
from encaisse.dunning.services import blocks, plans, sending
from encaisse.dunning.services import scenarios as scenario_services
from encaisse.ledger.models import Customer, OpenItem
from encaisse.ledger.queries import find
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company

Document = dict[str, Any]


@click.group(invoke_without_command=True)
@click.option("--dry-run", is_flag=True, help="Decide, and write nothing.")
@click.pass_context
def plan(context: click.Context, dry_run: bool) -> None:
    """Draft today's dunning plan; approve and send it."""
    if context.invoked_subcommand is not None:
        return
    session: Session = context.obj
    company = session.company() if dry_run else session.writing()
    drafted = plans.draft_plan(company, today=session.today, actor=session.actor, dry_run=dry_run)
    document = plan_queries.of_content(drafted.content, drafted.facts, drafted.plan)
    session.answer(document, lambda: _plan_text(document))


def _plan_text(document: Document) -> str:
    shown = ("customer", "step", "channel", "total", "currency", "release", "items")
    rows = [
        {**one, "items": ", ".join(item["number"] for item in one["items"])}
        for one in document["notices"]
    ]
    gates = Counter(one["gate"] for one in document["withheld"])
    lines = [f"plan {document['plan'] or '(dry run)'} · {document['as_of']}", table(rows, shown)]
    lines += [f"withheld · {gate}: {count}" for gate, count in sorted(gates.items())]
    return "\n".join(lines)


@plan.command("approve")
@click.argument("ref", metavar="PLAN")
@click.pass_obj
def plan_approve(session: Session, ref: str) -> None:
    """Release a plan, the steps that wait for a person included."""
    company = session.writing()
    found = plan_queries.find(ref, company=company)
    approved = plans.approve_plan(found, company=company, actor=session.actor)
    document = plan_queries.stored(approved)
    session.answer(document, lambda: f"plan {approved.pk} · {approved.state}")


@plan.command("send")
@click.argument("ref", metavar="PLAN")
@click.option("--accept-stale", is_flag=True, help="Send although the data is old.")
@click.pass_obj
def plan_send(session: Session, ref: str, accept_stale: bool) -> None:
    """Carry out an approved plan; every gate is checked again."""
    company = session.writing()
    found = plan_queries.find(ref, company=company)
    report = sending.send_plan(
        found, company=company, today=session.today, actor=session.actor,
        accept_stale=accept_stale,
    )  # fmt: skip
    session.status = NEEDS_A_PERSON if report.failures else session.status
    document = {
        "plan": ref,
        "sent": report.sent,
        "withheld": len(report.withheld),
        "failed": len(report.failures),
        "tasks": report.tasks,
        "waiting": report.waiting,
        "withheld_items": report.withheld,
        "failures": report.failures,
    }
    session.answer(
        document,
        lambda: " · ".join(f"{key} {document[key]}" for key in ("sent", "withheld", "failed")),
    )


@click.group()
def scenario() -> None:
    """Scenarios as YAML."""


def _scenarios(company: Company) -> Document:
    known = []
    for one in scenario_queries.in_force(company):
        read = scenario_file.read(one.text).scenario
        steps = [
            {"step": step.code, "level": step.level, "days": step.clock.days,
             "from": step.clock.step or step.clock.anchor.value,
             "channels": list(step.channels), "release": step.release.value}
            for step in (read.steps if read else ())
        ]  # fmt: skip
        known.append({"name": one.name, "version": one.version, "steps": steps})
    return {"scenarios": known}


@scenario.command("list")
@click.pass_obj
def scenario_list(session: Session) -> None:
    """Every scenario in force with its steps."""
    document = _scenarios(session.company())
    session.answer(document, lambda: table(document["scenarios"], ("name", "version")))


@scenario.command("export")
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def scenario_export(session: Session, name: str, out: Path | None) -> None:
    """A scenario as YAML, on standard output or in a file."""
    known = scenario_queries.known(session.company(), name)
    if out:
        out.write_text(known.text, encoding="utf-8")
    document = {
        "scenarios": [{"name": known.name, "version": known.version, "yaml": known.text}],
        "path": str(out) if out else None,
    }
    session.answer(document, lambda: str(out) if out else known.text)


@scenario.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def scenario_import(session: Session, path: Path) -> None:
    """A new version of a scenario; refused with every problem at its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unknown("scenario_unreadable", path=path, detail=error) from error
    company = session.writing()
    try:
        scenario_services.import_scenario(text, company=company, actor=session.actor)
    except scenario_services.ScenarioRefused as refused:
        for one in refused.lines():
            session.say(one)
        raise
    document = _scenarios(company)
    session.answer(document, lambda: table(document["scenarios"], ("name", "version")))


@scenario.command("assign")
@click.argument("name")
@click.option("--customer", "ref", required=True)
@click.pass_obj
def scenario_assign(session: Session, name: str, ref: str) -> None:
    """The customer follows this scenario from now on."""
    company = session.writing()
    customer = find.customer(ref, company=company)
    row = scenario_services.assign(customer, name, company=company, actor=session.actor)
    document = {"customer": customer.code, "scenario": row.scenario, **_scenarios(company)}
    session.answer(document, lambda: f"{customer.code} → {row.scenario}")


def _subject(subject: Customer | OpenItem) -> Document:
    if isinstance(subject, Customer):
        return {"customer": subject.code, "item": None}
    customer = Customer.objects.get(pk=subject.customer_id)
    return {"customer": customer.code, "item": subject.number, "item_id": str(subject.pk)}


@click.command()
@click.argument("ref")
@click.option("--until", type=DAY, required=True)
@click.option("--reason", required=True)
@click.pass_obj
def block(session: Session, ref: str, until: Any, reason: str) -> None:
    """Nothing leaves for a customer or an item up to a day."""
    company = session.writing()
    subject = find.customer_or_item(ref, company=company)
    made = blocks.block(
        subject, until=until.date(), reason=reason, company=company, actor=session.actor
    )
    document = {
        "id": str(made.pk), **_subject(subject), "kind": made.kind,
        "until": made.until, "reason": made.reason, "by": made.created_by,
    }  # fmt: skip
    session.answer(document, lambda: f"{ref} → {made.until}")


@click.command()
@click.argument("ref")
@click.pass_obj
def unblock(session: Session, ref: str) -> None:
    """Lift the blocks of a customer or an item."""
    company = session.writing()
    subject = find.customer_or_item(ref, company=company)
    lifted = blocks.unblock(subject, company=company, actor=session.actor)
    session.answer({**_subject(subject), "lifted": lifted}, lambda: f"{ref}: {lifted}")


@click.command()
@click.argument("ref")
@click.option("--until", type=DAY)
@click.pass_obj
def interest(session: Session, ref: str, until: Any) -> None:
    """Late interest and indemnity, period by period."""
    company = session.company()
    subject = find.customer_or_item(ref, company=company)
    day = until.date() if until else session.today
    document = interest_queries.document(subject, company=company, until=day)
    session.answer(document, lambda: _interest_text(document))


def _interest_text(document: Document) -> str:
    rows = [
        {"number": item["number"], "currency": item["currency"], **period}
        for item in document["items"]
        for period in item["periods"]
    ]
    shown = ("number", "from", "to", "days", "base", "rate", "interest", "currency")
    totals = [
        f"{one['currency']}: {one['interest']} + {one['indemnity']} = {one['total']}"
        for one in document["totals"]
    ]
    return "\n".join([table(rows, shown), *totals])


@click.command()
@click.argument("ref")
@click.pass_obj
def why(session: Session, ref: str) -> None:
    """Why a customer or an item is or is not chased today; why a bank line was matched so."""
    company = session.company()
    document = cash_lines.why(ref, company=company) or why_queries.reasons(
        find.customer_or_item(ref, company=company), company=company, today=session.today
    )
    session.answer(document, lambda: _why_text(document))


def _why_text(document: Document) -> str:
    rows = [
        {**one, "facts": ", ".join(f"{key}={value}" for key, value in one["facts"].items())}
        for one in document["steps"]
    ]
    return "\n".join([document["verdict"], table(rows, ("rule", "outcome", "facts"))])


COMMANDS = (plan, scenario, block, unblock, interest, why)
