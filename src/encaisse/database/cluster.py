"""The embedded PostgreSQL: start it, share it, find out about it, stop it.

Any process calls `ensure_running`; the first one starts the server, the others find it. The
server belongs to nobody's process tree: it outlives whoever started it, until `stop`.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import conninfo, pq

from encaisse.database import creation, presence, programs, tuning
from encaisse.database.location import Place, find, open_home, private_folder, settle
from encaisse.database.refusals import DatabaseRefusal

START_SECONDS_MAX = 120.0
"""Recovery after a crash replays the log first, at most `max_wal_size` of it."""
ORPHAN_SECONDS = 3.0
STOP_SECONDS_MAX = 30.0
LOG_BYTES_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a database of the cluster."""

    host: str
    user: str
    password: str
    name: str

    @property
    def url(self) -> str:
        """The libpq URI, password included."""
        return (
            f"postgresql://{quote(self.user, safe='')}:{quote(self.password, safe='')}"
            f"@/{quote(self.name, safe='')}?host={quote(self.host, safe='')}"
        )


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a home's cluster without touching it.

    `state` is ``absent``, ``stopped``, ``starting`` or ``running``; the others only when running.
    """

    state: str
    address: Address | None = None
    pid: int | None = None


def ensure_running(home: Path) -> Address:
    """Start the home's cluster unless it runs, and say how to reach the application's database."""
    place = find(home)
    if place is None or not (place.ready.exists() and answers(place)):
        place = start(home)
    return address(place)


def start(home: Path, *, durable: bool = True) -> Place:
    """Start the cluster, creating or recovering it first as needed; returns once it answers.

    `durable=False` trades safety for speed: for tests, where nothing is worth keeping.
    """
    open_home(home)
    with presence.only_one(home):
        place = settle(home)
        if not (place.data / "PG_VERSION").exists():
            creation.create_data(place, durable=durable)
        _bring_up(place, durable=durable)
        if not place.ready.exists():
            creation.create_roles(place, may_create_databases=not durable)
            place.ready.touch(mode=0o600)
    return place


def stop(home: Path) -> bool:
    """Stop the cluster cleanly, clients or not; False when none ran."""
    place = find(home)
    if place is None:
        return False
    with presence.only_one(home):
        if not presence.is_leased(place):
            return False
        for number, seconds in (
            (signal.SIGINT, STOP_SECONDS_MAX),  # fast: roll back, write out, leave
            (signal.SIGQUIT, STOP_SECONDS_MAX / 3),  # at once: recovery follows
        ):
            pid = presence.postmaster(place)
            if pid is None:
                break
            presence.signal_quietly(pid, number)
            if _wait(lambda: not presence.is_leased(place), seconds):
                return True
        presence.end_orphans(place)
        if not _wait(lambda: not presence.is_leased(place), ORPHAN_SECONDS):
            raise DatabaseRefusal("database_does_not_stop", folder=place.folder)
    return True


def status(home: Path) -> Status:
    """The state of the home's cluster; starts and creates nothing."""
    place = find(home)
    if place is None or not place.data.is_dir():
        return Status("absent")
    if not presence.is_leased(place):
        return Status("stopped")
    if not (place.ready.exists() and answers(place)):
        return Status("starting")
    return Status("running", address(place), presence.postmaster(place))


def answers(place: Place) -> bool:
    """Whether the server accepts connections now."""
    target = conninfo.make_conninfo(host=str(place.socket_folder), connect_timeout=5)
    return pq.PGconn.ping(target.encode()) == pq.Ping.OK


def address(place: Place, *, superuser: bool = False) -> Address:
    """The application's login, or the superuser's for supervision and backup."""
    user = creation.SUPERUSER if superuser else creation.LOGIN
    return Address(
        host=str(place.socket_folder),
        user=user,
        password=creation.secret(place, user),
        name=creation.DATABASE,
    )


def _bring_up(place: Place, *, durable: bool) -> None:
    """Launch the server unless it lives, end orphans of a dead one, and wait for an answer."""
    lease = presence.take_lease(place)
    orphans_end = time.monotonic() + ORPHAN_SECONDS
    deadline = time.monotonic() + START_SECONDS_MAX
    while lease is None:
        if answers(place):
            return
        if presence.postmaster(place) is None and time.monotonic() > orphans_end:
            presence.end_orphans(place)
        if time.monotonic() > deadline:
            raise DatabaseRefusal("database_does_not_start", log=place.log, reason="")
        time.sleep(0.05)
        lease = presence.take_lease(place)
    try:
        _launch(place, lease, durable=durable)
    finally:
        os.close(lease)
    _await_answer(place)


def _launch(place: Place, lease: int, *, durable: bool) -> None:
    """Run the server under a shell that leaves at once, so that it is nobody's child.

    With the lease in hand no process of this cluster lives, so files that say otherwise are
    stale, and only then may they go: PostgreSQL itself takes a zombie for a living server.
    """
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    _make_socket_folder(place)
    for leftover in place.socket_folder.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)
    _turn_log(place)
    command = [str(programs.for_server(place) / "postgres"), "-D", str(place.data)]
    for name, value in tuning.settings(place, durable=durable).items():
        command += ["-c", f"{name}={value}"]
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    server = f"{shlex.join(command)} </dev/null &"
    try:
        launcher = subprocess.Popen(
            ["/bin/sh", "-c", server],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=creation.environment(),
            pass_fds=[lease],
            start_new_session=True,
            umask=0o077,
            **place.owner.credentials,
        )
        launcher.wait(timeout=10)
    finally:
        os.close(log)


def _await_answer(place: Place) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not answers(place):
        if not presence.is_leased(place) or time.monotonic() > deadline:
            tail = place.log.read_text(encoding="utf-8", errors="replace")[-500:].strip()
            raise DatabaseRefusal("database_does_not_start", log=place.log, reason=tail)
        time.sleep(0.02)


def _make_socket_folder(place: Place) -> None:
    folder = place.socket_folder
    if folder.parent == Path("/run/encaisse"):
        folder.parent.mkdir(mode=0o755, exist_ok=True)
    private_folder(folder, place.owner)


def _turn_log(place: Place) -> None:
    """Keep one older log, so that it cannot fill the disk."""
    if place.log.exists() and place.log.stat().st_size > LOG_BYTES_MAX:
        place.log.replace(place.log.with_suffix(".log.1"))


def _wait(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
