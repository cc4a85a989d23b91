"""A database to one file and back, by pg_dump, pg_restore and psql."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import conninfo

from encaisse.database import cluster, creation, programs
from encaisse.database.refusals import DatabaseRefusal

HEAD_BYTES = 1 << 16
TLS_MODES = {"require", "verify-ca", "verify-full"}
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
"""Written by our pg_restore, unknown to servers before 17."""
EMPTIED_FIRST = b"SET lock_timeout = '15s';\nDROP OWNED BY CURRENT_USER CASCADE;\n"


@dataclass(frozen=True, slots=True)
class Target:
    """A database as PostgreSQL's programs want it: the password apart, out of the process list."""

    place: str
    password: str
    wants_tls: bool

    @classmethod
    def of(cls, url: str) -> Target:
        """From a libpq URI."""
        parts = conninfo.conninfo_to_dict(url)
        password = str(parts.pop("password", None) or "")
        wants_tls = parts.get("sslmode") in TLS_MODES
        return cls(conninfo.make_conninfo("", **parts), password, wants_tls)

    def program(self, name: str) -> str:
        """The path of a program; the wheel's, or the system's where TLS is asked for."""
        if not self.wants_tls:
            return str(programs.installed() / name)
        found = shutil.which(name)
        if found is None:
            raise DatabaseRefusal("no_client_with_tls", program=name)
        return found

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program gets to see."""
        given = {name: value for name, value in os.environ.items() if name.startswith("PG")}
        return {**given, **creation.environment(), "PGPASSWORD": self.password}


def dump(home: Path, file: Path) -> None:
    """Write the whole database to `file`; the embedded one as superuser, who sees every row."""
    target = _target(home, superuser=True)
    command = [target.program("pg_dump"), "--format=custom", "--no-owner", f"--file={file}"]
    _run([*command, f"--dbname={target.place}"], target)


def load(home: Path, file: Path) -> None:
    """Replace everything the login owns in the database by the dump's content, or change nothing.

    Default privileges are left out: they name the login of the server that was dumped, and
    `encaisse.database.roles.ensure_roles` makes ours.
    """
    target = _target(home, superuser=False)
    reader = target.program("pg_restore")
    listing = _run([reader, "--list", str(file)], target).decode().splitlines(keepends=True)
    with tempfile.NamedTemporaryFile("w", prefix="encaisse-list-") as chosen:
        chosen.writelines(line for line in listing if " DEFAULT ACL " not in line)
        chosen.flush()
        command = [reader, "--no-owner", f"--use-list={chosen.name}", "--file=-", str(file)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=target.environment
        ) as script:
            if script.stdout is None or script.stderr is None:
                raise AssertionError("both were asked for")
            _play(script.stdout, target)
            said = script.stderr.read()
    if script.returncode:
        raise DatabaseRefusal("restore_failed", reason=_last_line(said))


def _target(home: Path, *, superuser: bool) -> Target:
    external = os.environ.get("DATABASE_URL")
    if external:
        return Target.of(external)
    place = cluster.start(home)
    return Target.of(cluster.address(place, superuser=superuser).url)


def _play(script: IO[bytes], target: Target) -> None:
    """Run the SQL in one transaction: any error takes all of it back."""
    command = [target.program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    command += ["--set=ON_ERROR_STOP=1", f"--dbname={target.place}", "--file=-"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=target.environment,
        ) as player,
    ):
        if player.stdin is None:
            raise AssertionError("it was asked for")
        try:
            head = script.read(HEAD_BYTES)
            player.stdin.write(EMPTIED_FIRST + head.replace(NEWER_SETTING, b"", 1))
            shutil.copyfileobj(script, player.stdin)
            player.stdin.close()
        except BrokenPipeError:  # psql left early and has said why
            script.read()
        if player.wait():
            said.seek(0)
            raise DatabaseRefusal("restore_failed", reason=_last_line(said.read()))


def _run(command: list[str], target: Target) -> bytes:
    ran = subprocess.run(command, capture_output=True, check=False, env=target.environment)
    if ran.returncode:
        raise DatabaseRefusal("dump_failed", reason=_last_line(ran.stderr))
    return ran.stdout


def _last_line(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
