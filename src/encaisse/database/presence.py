"""Who is at work on a cluster: file locks first, process ids only to send signals.

A process id alone proves nothing: it may belong to a zombie that nobody reaps, or by now to
somebody else. The server therefore inherits a locked file, the lease, and so do all its children;
the kernel gives the lock back when the last of them is gone, however it died.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from encaisse.database.location import LOCK, Place
from encaisse.database.refusals import DatabaseRefusal

LOCK_SECONDS_MAX = 180.0


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock of a home: whoever starts or stops its cluster does so alone."""
    descriptor = _open_private(home / LOCK)
    try:
        deadline = time.monotonic() + LOCK_SECONDS_MAX
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise DatabaseRefusal("database_busy", home=home)
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def take_lease(place: Place) -> int | None:
    """The locked lease as a file descriptor, or None while any process of the server lives."""
    descriptor = _open_private(place.lease)
    if _try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def is_leased(place: Place) -> bool:
    """Whether any process of the server lives, a backend without its postmaster included."""
    if not place.lease.exists():
        return False
    descriptor = take_lease(place)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def postmaster(place: Place) -> int | None:
    """The process id of the living postmaster, checked to be really ours; else None."""
    try:
        first_line = (place.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0]
        pid = int(first_line)
    except (FileNotFoundError, ValueError):
        return None
    return pid if pid > 1 and _works_in(pid, place.data) else None


def end_orphans(place: Place) -> None:
    """Kill what a dead postmaster left behind; the next start recovers from its log.

    Where there is no ``/proc`` nothing is found, and the caller's wait for the lease decides.
    """
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        if _works_in(pid, place.data):
            signal_quietly(pid, signal.SIGKILL)


def signal_quietly(pid: int, number: signal.Signals) -> None:
    """Send a signal; that the process has just gone is as good."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process is alive, no zombie, and has the data folder as its working folder."""
    if Path("/proc/self/cwd").exists():
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
        except OSError:  # gone, a zombie, or somebody else's
            return False
    listing = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return str(folder) in listing.stdout and not listing.stdout.startswith("Z")


def _open_private(path: Path) -> int:
    """Open for locking; never through a symbolic link, since root does it in another's folder."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except OSError as reason:
        raise DatabaseRefusal(
            "home_not_writable", home=path.parent, reason=reason.strerror
        ) from reason


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
