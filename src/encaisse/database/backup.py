"""Database and archive in one file, and back.

The file is a ZIP: ``database.dump`` (pg_dump's custom format), ``archive/…`` and ``manifest.json``
with the SHA-256 of every member. The database is dumped first: documents are only ever added, so
every document that the dump knows is in the archive that is copied after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.db.backends.base.base import BaseDatabaseWrapper

import encaisse
from encaisse.database import dumps
from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.roles import as_owner, ensure_roles
from encaisse.database.schema import migrate

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
ARCHIVE = "archive"
BLOCK = 1 << 20
MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission", "django_site"}
"""Tables that hold rows in a database in which nobody has done anything yet."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: where, how many bytes, and the SHA-256 of the whole."""

    path: Path
    bytes: int
    sha256: str


def back_up(home: Path, target: Path) -> Backup:
    """Write the database and the archive of `home` to `target`, replacing what is there.

    The file appears only when it is complete, readable by its owner alone.
    """
    target = target.absolute()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(prefix="encaisse-backup-") as scratch:
            dump = Path(scratch) / DUMP
            dumps.dump(home, dump)
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "w+b") as file:
                _pack(file, dump, home / ARCHIVE)
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
    except OSError as reason:
        raise DatabaseRefusal(
            "backup_not_written", path=target, reason=reason.strerror or reason
        ) from reason
    finally:
        draft.unlink(missing_ok=True)
    with target.open("rb") as file:
        return Backup(target, target.stat().st_size, _digest(file))


def restore(
    connection: BaseDatabaseWrapper, home: Path, source: Path, *, force: bool = False
) -> Backup:
    """Bring back what a backup holds: the whole of it, or nothing.

    Every hash is verified before anything changes. A database or archive in which there is
    something is refused unless `force`, which replaces both. Migrations newer than the backup
    are applied at the end.
    """
    source = source.absolute()
    with _opened(source) as packed:
        _verify(packed)
        ensure_roles(connection)
        if not force:
            _refuse_unless_empty(connection, home / ARCHIVE)
        connection.close()
        with tempfile.TemporaryDirectory(prefix="encaisse-restore-") as scratch:
            dump = Path(packed.extract(DUMP, scratch))
            documents = _unpacked_documents(packed, home)
            try:
                dumps.load(home, dump)
                _swap(documents, home / ARCHIVE)
            finally:
                shutil.rmtree(documents, ignore_errors=True)
    migrate(connection)
    with source.open("rb") as file:
        return Backup(source, source.stat().st_size, _digest(file))


def _pack(file: IO[bytes], dump: Path, archive: Path) -> None:
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        hashes[DUMP] = _add(packed, dump, DUMP, zipfile.ZIP_STORED)  # compressed already
        for path in sorted(archive.rglob("*")):
            if path.is_file():
                name = str(PurePosixPath(ARCHIVE, *path.relative_to(archive).parts))
                hashes[name] = _add(packed, path, name, zipfile.ZIP_DEFLATED)
        manifest = {"format": FORMAT, "version": encaisse.__version__, "sha256": hashes}
        packed.writestr(MANIFEST, json.dumps(manifest, indent=1))


def _add(packed: zipfile.ZipFile, path: Path, name: str, method: int) -> str:
    entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    entry.compress_type = method
    digest = hashlib.sha256()
    with path.open("rb") as reading, packed.open(entry, "w", force_zip64=True) as writing:
        while block := reading.read(BLOCK):
            digest.update(block)
            writing.write(block)
    return digest.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as packed:
            yield packed
    except (zipfile.BadZipFile, FileNotFoundError, IsADirectoryError) as reason:
        raise DatabaseRefusal("backup_unreadable", path=source, reason=reason) from reason


def _verify(packed: zipfile.ZipFile) -> None:
    """Refuse a file that is not ours, is damaged, or would write outside its folder."""
    path = packed.filename
    try:
        manifest: dict[str, Any] = json.loads(packed.read(MANIFEST))
        hashes: dict[str, str] = manifest["sha256"]
        known = manifest["format"] == FORMAT
    except (KeyError, TypeError, ValueError) as reason:
        raise DatabaseRefusal("backup_unreadable", path=path, reason=MANIFEST) from reason
    if not known:
        raise DatabaseRefusal("backup_unreadable", path=path, reason=manifest["format"])
    names = set(packed.namelist()) - {MANIFEST}
    if names != set(hashes) or DUMP not in names:
        raise DatabaseRefusal("backup_damaged", path=path, member=MANIFEST)
    for name in sorted(names):
        parts = PurePosixPath(name).parts
        inside = name == DUMP or (parts[0] == ARCHIVE and ".." not in parts and len(parts) > 1)
        with packed.open(name) as member:
            if not inside or _digest(member) != hashes[name]:
                raise DatabaseRefusal("backup_damaged", path=path, member=name)


def _refuse_unless_empty(connection: BaseDatabaseWrapper, archive: Path) -> None:
    if archive.is_dir() and any(path.is_file() for path in archive.rglob("*")):
        raise DatabaseRefusal("restore_over_data", what=archive)
    with as_owner(connection), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in MADE_BY_MIGRATIONS:
                continue
            cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")
            if cursor.fetchone()[0]:
                raise DatabaseRefusal("restore_over_data", what=table)


def _unpacked_documents(packed: zipfile.ZipFile, home: Path) -> Path:
    """The archive's files in a new folder beside the present one."""
    folder = Path(tempfile.mkdtemp(prefix=f"{ARCHIVE}.restoring-", dir=home))
    for name in packed.namelist():
        if name.startswith(f"{ARCHIVE}/"):
            packed.extract(name, folder)
    (folder / ARCHIVE).mkdir(mode=0o700, exist_ok=True)
    return folder


def _swap(unpacked: Path, archive: Path) -> None:
    if archive.exists():
        archive.rename(unpacked / "replaced")
    (unpacked / ARCHIVE).rename(archive)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()
