"""The whole day from the command line."""

from __future__ import annotations

from typing import Any

import click

from encaisse import day as days
from encaisse.cli.session import NEEDS_A_PERSON, Session
from encaisse.day import DayResult
from encaisse.intake.services.imports import as_document
from encaisse.kernel.catalogue import sentence


@click.command("day")
@click.pass_obj
def day_command(session: Session) -> None:
    """Inbox folder, match, plan, send what may be sent, record."""
    company = session.writing()
    result = days.run(
        company,
        inbox=days.inbox_of(company),
        today=session.today,
        actor=session.actor,
        say=session.say,
    )
    if result.needs_a_person:
        session.status = NEEDS_A_PERSON
    document = _document(result)
    session.answer(document, lambda: _text(document))


def _document(result: DayResult) -> dict[str, Any]:
    return {
        "as_of": result.as_of,
        "imported": sum(one.status == "imported" for one in result.files),
        "files": [as_document(one, one.name) for one in result.files],
        "matched": result.matched.get("applied", 0),
        "matching": dict(result.matched),
        "planned": result.planned,
        "sent": result.sent,
        "tasks": result.tasks,
        "withheld": result.withheld,
        "failed": len(result.failures),
        "failures": [dict(one) for one in result.failures],
        "held": [{"code": code, "count": count} for code, count in result.held.items()],
        "warnings": [
            {"code": code, "text": sentence(code, facts)} for code, facts in result.warnings
        ],
    }


def _text(document: dict[str, Any]) -> str:
    shown = ("imported", "matched", "planned", "sent", "tasks", "withheld", "failed")
    lines = [f"{name}: {document[name]}" for name in shown]
    lines += [f"held: {one['count']} {one['code']}" for one in document["held"]]
    return "\n".join([*lines, *(f"! {one['text']}" for one in document["warnings"])])


COMMANDS = (day_command,)
