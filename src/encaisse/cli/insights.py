"""Measures from the command line."""

from __future__ import annotations

from typing import Any

import click

from encaisse.cli.ledger import DAY, as_of
from encaisse.cli.session import Session
from encaisse.cli.table import table
from encaisse.insights.queries.measures import measures


@click.command()
@click.option("--as-of", "on", type=DAY)
@click.pass_obj
def kpi(session: Session, on: Any) -> None:
    """Measures with their formulas."""
    company, day = session.company(), as_of(session, on)
    rows = [
        {
            "code": one.code, "value": None if one.value is None else str(one.value),
            "unit": one.unit, "formula": one.formula, "inputs": one.inputs,
        }
        for one in measures(company, day)
    ]  # fmt: skip
    session.answer(
        {"as_of": day, "measures": rows}, lambda: table(rows, ("code", "value", "unit", "formula"))
    )


COMMANDS = (kpi,)
