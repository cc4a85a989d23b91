"""A new cluster: its data folder, its two logins, its database."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from encaisse.database import programs
from encaisse.database.location import Place
from encaisse.database.refusals import DatabaseRefusal

SUPERUSER = "postgres"
LOGIN = "encaisse"
APP_ROLE = "encaisse_app"
DATABASE = "encaisse"


def create_data(place: Place, *, durable: bool) -> None:
    """Run initdb aside and move the result into place, so that a crash leaves nothing half made."""
    draft = place.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    password_file = place.folder / "initdb.secret"
    _write_private(password_file, secret(place, SUPERUSER))
    os.chown(password_file, place.owner.uid, place.owner.gid)
    command = [
        str(programs.for_server(place) / "initdb"),
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    made = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environment(),
        timeout=120,
        umask=0o077,
        **place.owner.credentials,
    )
    password_file.unlink()
    if made.returncode:
        raise DatabaseRefusal("database_not_created", reason=made.stderr.strip()[-500:])
    draft.rename(place.data)


def create_roles(place: Place, *, may_create_databases: bool) -> None:
    """Create what is missing of the logins and the database; running it again changes nothing."""
    with psycopg.connect(
        host=str(place.socket_folder),
        user=SUPERUSER,
        password=secret(place, SUPERUSER),
        dbname=SUPERUSER,
        autocommit=True,
    ) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        if LOGIN not in roles:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(LOGIN)))
        # The server gets a verifier, so that no log can ever show the password.
        verifier = connection.pgconn.encrypt_password(
            secret(place, LOGIN).encode(), LOGIN.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {} {}").format(
                sql.Identifier(LOGIN),
                sql.Literal(verifier.decode()),
                sql.SQL("CREATEDB" if may_create_databases else "NOCREATEDB"),
            )
        )
        if APP_ROLE not in roles:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APP_ROLE)))
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP_ROLE), sql.Identifier(LOGIN))
        )
        _create_database(connection)


def _create_database(connection: psycopg.Connection) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if found.fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(DATABASE), sql.Identifier(LOGIN)
            )
        )
    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE))
    )
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(DATABASE), sql.Identifier(APP_ROLE)
        )
    )


def secret(place: Place, role: str) -> str:
    """The role's password, drawn at the first call and kept in a file of mode 0600."""
    path = place.secret(role)
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        drawn = secrets.token_urlsafe(32)
        _write_private(path, drawn)
        return drawn
    except PermissionError as reason:
        raise DatabaseRefusal(
            "database_of_another_user", folder=place.folder, uid=place.owner.uid
        ) from reason


def environment() -> dict[str, str]:
    """What PostgreSQL's programs get to see of our environment: nothing that changes them."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    draft.rename(path)
