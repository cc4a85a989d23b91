"""Take files in from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from encaisse.cli.session import NEEDS_A_PERSON, Session
from encaisse.intake.services.imports import Outcome, Upload, as_document, take_file
from encaisse.intake.services.reading import Options, in_order
from encaisse.kernel.catalogue import sentence
from encaisse.teams.actor import Unknown

KINDS = ("auto", "ledger", "items", "customers", "bank", "remittance", "einvoice")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), default="auto", show_default=True)
@click.option("--mapping", type=click.Path(path_type=Path), help="How the table's columns read.")
@click.option("--complete", is_flag=True, help="What a list of items no longer names is settled.")
@click.option("--without-letters", is_flag=True, help="Ignore the ledger's lettering.")
@click.option("--dry-run", is_flag=True, help="Read and try; change nothing.")
@click.pass_obj
def import_files(
    session: Session,
    paths: tuple[Path, ...],
    kind: str,
    mapping: Path | None,
    complete: bool,
    without_letters: bool,
    dry_run: bool,
) -> None:
    """Recognise and take in files or folders; each file whole or not at all."""
    files = [file for path in paths for file in _files(path)]
    options = Options(
        kind=kind,
        mapping=_bytes(mapping) if mapping else b"",
        is_complete=complete,
        without_letters=without_letters,
    )
    company = session.company() if dry_run else session.writing()
    outcomes: list[tuple[Path, Outcome]] = []
    for file in in_order(files):
        session.say(f"{file.name} …")
        outcome = take_file(
            Upload(file.name, _bytes(file)), options,
            company=company, today=session.today, actor=session.actor, is_trial=dry_run,
        )  # fmt: skip
        outcomes.append((file, outcome))
        session.say(f"{file.name}: {outcome.status}")
    if any(outcome.status == "rejected" for _, outcome in outcomes):
        session.status = NEEDS_A_PERSON
    given = {file: place for place, file in enumerate(files)}
    outcomes.sort(key=lambda pair: given[pair[0]])
    document = {"files": [as_document(outcome, str(file)) for file, outcome in outcomes]}
    session.answer(document, lambda: "\n".join(_text(outcome) for _, outcome in outcomes))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(
            file for file in path.rglob("*")
            if file.is_file() and not any(part.startswith(".") for part in file.parts[-3:])
        )  # fmt: skip
    if not path.is_file():
        raise Unknown("missing_path", path=path)
    return [path]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unknown("missing_path", path=path) from error


def _text(outcome: Outcome) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in outcome.counts.items() if count)
    lines = [f"{outcome.name}: {outcome.status} {outcome.format} {counts}".rstrip()]
    lines += [
        f"  {one.line or '–'} {one.severity}: {sentence(one.code, one.facts, 'fr')}"
        for one in outcome.problems
    ]
    return "\n".join(lines)


COMMANDS = (import_files,)
