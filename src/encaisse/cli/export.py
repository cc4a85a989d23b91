"""Data out."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from encaisse.archive.models import Document, path_of
from encaisse.cli.ledger import DAY, as_of
from encaisse.cli.session import Session
from encaisse.insights.adapters.tables import WRITERS
from encaisse.insights.queries import exports
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company

FORMATS = {
    "items": ("csv", "xlsx", "json"),
    "allocations": ("csv", "xlsx", "json"),
    "entries": ("fec", "csv", "xlsx", "json"),
    "archive": ("zip",),
}


@click.command()
@click.argument("what", type=click.Choice(list(FORMATS)))
@click.option("--format", "form", default="", help="csv, xlsx, json; fec for entries.")
@click.option("--as-of", "on", type=DAY)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.pass_obj
def export(session: Session, what: str, form: str, on: Any, out: Path) -> None:
    """Items, allocations, entries that the ledger does not have yet, or the archive."""
    chosen = form or FORMATS[what][0]
    if chosen not in FORMATS[what]:
        raise Unknown("export_format", what=what, format=chosen, known=", ".join(FORMATS[what]))
    company = session.company()
    content, rows = _content(what, chosen, company, as_of(session, on))
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Unknown("missing_path", path=out) from error
    session.answer({"path": str(out), "rows": rows}, lambda: f"{out}: {rows}")


def _content(what: str, form: str, company: Company, day: date) -> tuple[bytes, int]:
    if what == "archive":
        return _archive(company)
    if what == "entries":
        lines = list(exports.entry_lines(exports.entries_to_book(company, day)))
        if form == "fec":
            text = "\r\n".join("\t".join(line) for line in (exports.ENTRY_COLUMNS, *lines))
            return f"{text}\r\n".encode(), len(lines)
        return WRITERS[form](exports.ENTRY_COLUMNS, lines), len(lines)
    found = (exports.items if what == "items" else exports.allocations)(company, day)
    return WRITERS[form](found.columns, found.rows), len(found.rows)


def _archive(company: Company) -> tuple[bytes, int]:
    """Every archived document under its hash and name."""
    content = io.BytesIO()
    documents = list(Document.objects.filter(company=company).order_by("id"))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in documents:
            packed.write(path_of(one.sha256), f"{one.sha256[:12]}_{Path(one.name).name}")
    return content.getvalue(), len(documents)


COMMANDS = (export,)
