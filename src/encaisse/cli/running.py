"""The embedded database, backups and the doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from django.db import connection

from encaisse.cli.session import NEEDS_A_PERSON, Session
from encaisse.cli.table import table
from encaisse.conf.doctor import examine
from encaisse.database import cluster
from encaisse.database.backup import Backup, back_up
from encaisse.database.backup import restore as bring_back
from encaisse.database.location import home_folder
from encaisse.database.url import database_url, is_external, without_password
from encaisse.teams.actor import Unknown


@click.group()
def database() -> None:
    """The embedded PostgreSQL."""


@database.command("start")
@click.pass_obj
def database_start(session: Session) -> None:
    """Start it, and bring the tables up to date."""
    session.open()
    _tell(session)


@database.command("stop")
@click.pass_obj
def database_stop(session: Session) -> None:
    """Stop it cleanly; whoever is connected is disconnected."""
    if not is_external():
        cluster.stop(home_folder())
    _tell(session)


@database.command("status")
@click.pass_obj
def database_status(session: Session) -> None:
    """Whether it runs, and where."""
    _tell(session)


def _tell(session: Session) -> None:
    document: dict[str, Any]
    if is_external():
        document = {
            "status": "external",
            "uri": without_password(database_url()),
            "version": _version(),
        }
    else:
        found = cluster.status(home_folder())
        uri = found.address.url if found.address else None
        version = _version() if found.state == "running" else None
        document = {"status": found.state, "uri": uri, "version": version}
    session.answer(document, lambda: "  ".join(str(value or "–") for value in document.values()))


def _version() -> str:
    return ".".join(map(str, connection.get_database_version()))


@click.command()
@click.pass_obj
def doctor(session: Session) -> None:
    """Recompute every invariant: money conserved, balances, hash chains, queues."""
    checks = examine(session.company(), today=session.today)
    document = [{"code": one.code, "ok": one.ok, "detail": one.detail} for one in checks]
    if not all(one.ok for one in checks):
        session.status = NEEDS_A_PERSON
    session.answer({"checks": document}, lambda: table(document, ("ok", "code", "detail")))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(session: Session, file: Path) -> None:
    """Database and archive in one file."""
    session.open()
    _tell_backup(session, back_up(home_folder(), file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.pass_obj
def restore(session: Session, file: Path, *, force: bool) -> None:
    """Bring a backup back, into an empty database unless forced."""
    if not file.is_file():
        raise Unknown("missing_path", path=file)
    session.open()
    _tell_backup(session, bring_back(connection, home_folder(), file, force=force))


def _tell_backup(session: Session, made: Backup) -> None:
    document = {"path": str(made.path), "bytes": made.bytes, "sha256": made.sha256}
    session.answer(document, lambda: f"{made.path} {made.bytes} {made.sha256}")


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def serve(session: Session, port: int, host: str, workers: int) -> None:
    """The web server, in the foreground."""
    session.open()
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "encaisse.conf.wsgi:application", address=host, port=port, workers=workers,
        blocking_threads=2, interface=Interfaces.WSGI,
    ).serve()  # fmt: skip
    sys.exit(0)


COMMANDS = (database, doctor, backup, restore, serve)
