"""What was backed up comes back whole; what is damaged or in the way is refused untouched."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from encaisse.database import backup
from encaisse.database.backup import back_up, restore
from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.schema import migrate
from encaisse.database.tests.conftest import end
from encaisse.database.throwaway import throwaway_cluster
from encaisse.database.url import django_database

ROWS = "SELECT app, name FROM django_migrations UNION ALL SELECT session_key, session_data FROM"
ROWS += " django_session ORDER BY 1, 2"


@pytest.fixture(autouse=True)
def _reach_databases(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def execute(connection: Any, sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def fill(connection: Any, home: Path) -> None:
    execute(connection, "INSERT INTO django_session VALUES ('k1', 'é', now())")
    document = home / "archive" / "ab" / "cd" / "abcd"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"%PDF" * 100_000)


@pytest.fixture
def full(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A migrated embedded database with a row and a document."""
    from django.db import connection

    monkeypatch.setenv("ENCAISSE_HOME", str(home))
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(django_database())
    migrate(connection)
    fill(connection, home)
    yield connection
    connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


def test_a_backup_comes_back_over_what_was_changed_since(full: Any, home: Path) -> None:
    file = home.parent / "save.zip"
    made = back_up(home, file)
    assert made.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert made.bytes == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    before = execute(full, ROWS)

    execute(full, "DELETE FROM django_session")
    (home / "archive" / "ab" / "cd" / "abcd").unlink()
    (home / "archive" / "later").write_text("x")
    with pytest.raises(DatabaseRefusal) as refused:
        restore(full, home, file)
    assert refused.value.code == "restore_over_data"

    assert restore(full, home, file, force=True) == made
    assert execute(full, ROWS) == before
    assert (home / "archive" / "ab" / "cd" / "abcd").stat().st_size == 400_000
    assert not (home / "archive" / "later").exists()
    assert {path.name for path in home.iterdir()} & {"archive"} == {"archive"}
    assert not list(home.glob("archive.restoring-*"))
    assert execute(full, "SELECT current_user") == [("encaisse_app",)]
    back_up(home, file)
    restore(full, home, file, force=True)  # a restored database can be saved and restored again
    assert execute(full, ROWS) == before


def test_it_moves_to_a_server_of_ones_own(
    full: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.parent / "save.zip"
    back_up(home, file)
    before = execute(full, ROWS)
    full.close()
    other = home.parent / "other"
    other.mkdir()
    with throwaway_cluster() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        full.settings_dict.update(django_database())
        migrate(full)
        restore(full, other, file)  # nothing there yet but what migrations made
        assert execute(full, ROWS) == before
        assert (other / "archive" / "ab" / "cd" / "abcd").exists()
        execute(full, "SELECT count(*) FROM audit_event")
        back_up(other, other / "again.zip")
        full.close()
    end(other)


def test_a_restore_that_fails_changes_nothing(full: Any, home: Path) -> None:
    file = home.parent / "save.zip"
    back_up(home, file)
    before = execute(full, ROWS)
    with zipfile.ZipFile(file) as packed:
        dump = packed.read(backup.DUMP)
    broken = dump[: len(dump) * 2 // 3]
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(backup.DUMP, broken)
        hashes = {backup.DUMP: hashlib.sha256(broken).hexdigest()}
        packed.writestr(backup.MANIFEST, json.dumps({"format": 1, "sha256": hashes}))
    with pytest.raises(DatabaseRefusal) as refused:
        restore(full, home, file, force=True)
    assert refused.value.code in {"restore_failed", "dump_failed"}
    assert execute(full, ROWS) == before
    assert (home / "archive" / "ab" / "cd" / "abcd").exists()


def packed_with(folder: Path, members: dict[str, bytes], hashes: dict[str, str]) -> Path:
    file = folder / "made.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        packed.writestr(backup.MANIFEST, json.dumps({"format": 1, "sha256": hashes}))
    return file


EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("members", "hashes"),
    [
        ({"database.dump": b"x"}, {"database.dump": EMPTY}),
        ({"database.dump": b""}, {}),
        ({"archive/a": b""}, {"archive/a": EMPTY}),
        ({"database.dump": b"", "archive/../../a": b""},
         {"database.dump": EMPTY, "archive/../../a": EMPTY}),
        ({"database.dump": b"", "/etc/a": b""}, {"database.dump": EMPTY, "/etc/a": EMPTY}),
        ({"database.dump": b""}, {"database.dump": EMPTY, "archive/lost": EMPTY}),
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_file_is_refused_before_anything_happens(
    folder: Path, members: dict[str, bytes], hashes: dict[str, str]
) -> None:
    from django.db import connection

    with pytest.raises(DatabaseRefusal) as refused:
        restore(connection, folder, packed_with(folder, members, hashes), force=True)
    assert refused.value.code == "backup_damaged"


@pytest.mark.parametrize("content", [b"", b"not a zip", None])
def test_what_is_no_backup_is_refused(folder: Path, content: bytes | None) -> None:
    from django.db import connection

    file = folder / "save.zip"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DatabaseRefusal) as refused:
        restore(connection, folder, file)
    assert refused.value.code == "backup_unreadable"
