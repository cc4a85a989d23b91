"""Where the embedded cluster lives, seen from ``ENCAISSE_HOME``.

Normally ``ENCAISSE_HOME/postgres``. When root runs us and the unprivileged user cannot get there
because a parent is closed, the cluster lives in ``/var/lib/encaisse/<hash>`` and
``ENCAISSE_HOME/postgres.location`` says so: a parent is never opened for it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.service_user import Owner, owner_of, service_owner

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_MAX = 100
"""Bytes; the system's own limit is 104 (macOS) to 108 (Linux)."""

POINTER = "postgres.location"
LOCK = "postgres.lock"
OWN_ENTRIES = {"postgres", "secret_key", "archive", "inbox", "outbox", "static"}
"""What the program makes in its home, without suffixes."""
DISTANT = Path("/var/lib/encaisse")


@dataclass(frozen=True, slots=True)
class Place:
    """The folders and files of one cluster."""

    folder: Path
    owner: Owner

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder, 0700."""
        return self.folder / "data"

    @property
    def lease(self) -> Path:
        """Locked by the server itself for as long as any process of it lives."""
        return self.folder / "lease"

    @property
    def ready(self) -> Path:
        """Exists once roles and database have been created."""
        return self.folder / "ready"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """Where the unix socket is; short and private when the natural place will not do.

        libpq separates hosts by commas, so a path with a comma will not do either.
        """
        natural = self.folder / "socket"
        length = len(os.fsencode(natural / SOCKET_NAME))
        if length <= SOCKET_PATH_MAX and "," not in str(natural):
            return natural
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        if os.geteuid() == 0:
            return Path("/run/encaisse") / mark
        shared = Path("/tmp")  # nosec B108 - private_folder checks whose it is
        return shared / f"encaisse-{self.owner.uid}-{mark}"

    def secret(self, role: str) -> Path:
        """The file that keeps a role's password, 0600."""
        return self.folder / f"{role}.secret"


def home_folder() -> Path:
    """``ENCAISSE_HOME`` as an absolute path; ``./var`` when unset."""
    return Path(os.environ.get("ENCAISSE_HOME") or "var").absolute()


def find(home: Path) -> Place | None:
    """The cluster's place when there is one already; creates nothing."""
    folder = _recorded_folder(home)
    if folder is None or not folder.is_dir():
        return None
    place = Place(folder, owner_of(folder))
    if os.geteuid() not in {0, place.owner.uid}:
        raise DatabaseRefusal("database_of_another_user", folder=folder, uid=place.owner.uid)
    return place


def settle(home: Path) -> Place:
    """The cluster's place, its folder created when missing. Call it under the lock of `home`."""
    known = find(home)
    if known is not None:
        return known
    owner = service_owner()
    folder = home / "postgres"
    if not owner.may_enter(home) and _is_fresh(home) and owner.may_enter(home.parent):
        os.chown(home, owner.uid, owner.gid)
    if not owner.may_enter(home):
        folder = _distant_folder(home)
    private_folder(folder, owner)
    return Place(folder, owner)


def open_home(home: Path) -> None:
    """Create ``ENCAISSE_HOME``; others may pass through (the service user must) but not look."""
    if home.is_dir():
        return
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    except OSError as reason:
        raise DatabaseRefusal("home_not_writable", home=home, reason=reason.strerror) from reason


def private_folder(folder: Path, owner: Owner) -> None:
    """Make a folder 0700 of that owner, or check that the one found is exactly so.

    The check matters in ``/tmp``, where anybody could have made it before us.
    """
    try:
        folder.mkdir(mode=0o700)
        if os.geteuid() != owner.uid:
            os.chown(folder, owner.uid, owner.gid)
    except FileExistsError:
        status = folder.lstat()
        trusted = stat.S_ISDIR(status.st_mode) and status.st_uid == owner.uid
        if not trusted or stat.S_IMODE(status.st_mode) & 0o077:
            raise DatabaseRefusal("folder_not_private", folder=folder) from None
    except OSError as reason:
        raise DatabaseRefusal("home_not_writable", home=folder, reason=reason.strerror) from reason


def _recorded_folder(home: Path) -> Path | None:
    try:
        pointed = (home / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return home / "postgres"
    except PermissionError as reason:
        raise DatabaseRefusal("home_not_writable", home=home, reason=reason.strerror) from reason
    return Path(pointed)


def _is_fresh(home: Path) -> bool:
    """Nothing in it but what the program itself makes there: more is not ours to give away."""
    return {entry.name.partition(".")[0] for entry in home.iterdir()} <= OWN_ENTRIES


def _distant_folder(home: Path) -> Path:
    """A folder of its own under ``/var/lib/encaisse``, remembered in `home`.

    The hash takes a random part: a home that was removed and made anew starts empty instead of
    finding the data of its predecessor.
    """
    mark = hashlib.sha256(os.fsencode(home) + secrets.token_bytes(16)).hexdigest()[:16]
    folder = DISTANT / mark
    DISTANT.mkdir(mode=0o755, parents=True, exist_ok=True)
    (home / POINTER).write_text(f"{folder}\n", encoding="utf-8")
    return folder
