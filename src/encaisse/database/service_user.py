"""Who runs the server: PostgreSQL refuses to run as root, so root needs somebody else."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from encaisse.database.refusals import DatabaseRefusal

NAME = "encaisse"
SUBSTITUTES = ("postgres", "nobody")
"""Taken when no user can be created, say because /etc is read-only."""


class Credentials(TypedDict, total=False):
    """Arguments of `subprocess.Popen` that drop root; empty when there is nothing to drop."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that owns the cluster's files and runs its server."""

    uid: int
    gid: int

    @property
    def credentials(self) -> Credentials:
        """How a child becomes this user; nothing when we are that user already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether this user may pass through the folder and all its parents.

        Reads mode bits only: an access list that opens more is not seen, which costs a move
        to ``/var/lib``, never a failure.
        """
        return all(
            self._allowed(place, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH)
            for place in (folder, *folder.parents)
        )

    def may_read(self, file: Path) -> bool:
        """Whether this user may reach and read the file."""
        return self.may_enter(file.parent) and self._allowed(
            file, stat.S_IRUSR, stat.S_IRGRP, stat.S_IROTH
        )

    def _allowed(self, path: Path, for_user: int, for_group: int, for_others: int) -> bool:
        status = path.stat()
        if self.uid == status.st_uid:
            return bool(status.st_mode & for_user)
        if self.gid == status.st_gid:
            return bool(status.st_mode & for_group)
        return bool(status.st_mode & for_others)


def owner_of(path: Path) -> Owner:
    """The user that owns an existing file or folder."""
    status = path.stat()
    return Owner(status.st_uid, status.st_gid)


def service_owner() -> Owner:
    """Ourselves, or, when we are root, the unprivileged user `encaisse` (created if missing)."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    known = _look_up(NAME)
    if known is None:
        _create()
    for name in (NAME, *SUBSTITUTES):
        known = _look_up(name)
        if known is not None and known.uid != 0:
            return known
    raise DatabaseRefusal("no_service_user", name=NAME)


def _look_up(name: str) -> Owner | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Owner(entry.pw_uid, entry.pw_gid)


def _create() -> None:
    """Try the tools of the common systems; whoever comes second finds the user there."""
    attempts = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", NAME],
        ["adduser", "-S", "-D", "-H", NAME],
    )  # fmt: skip
    for command in attempts:
        program = shutil.which(command[0], path="/usr/sbin:/sbin:/usr/bin:/bin")
        if program is None:
            continue
        subprocess.run([program, *command[1:]], capture_output=True, check=False, timeout=30)
        if _look_up(NAME) is not None:
            return
