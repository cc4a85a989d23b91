"""Where the cluster goes when the natural place will not do. Real folders, real servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from encaisse.database import cluster, location, programs
from encaisse.database.location import DISTANT, POINTER, find, private_folder
from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.service_user import Owner
from encaisse.database.tests.conftest import end, python

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")


@pytest.fixture
def closed(folder: Path) -> Iterator[Path]:
    """A folder of root's that nobody else may enter, with a home in it."""
    parent = folder / "closed"
    parent.mkdir(mode=0o700)
    yield parent
    end(parent / "home")
    assert parent.stat().st_mode & 0o777 == 0o700


def works(home: Path) -> None:
    with psycopg.connect(cluster.ensure_running(home).url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@only_root
def test_a_fresh_closed_home_is_given_to_the_service_user(home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "secret_key").touch(mode=0o600)  # the settings made it before the database was needed
    works(home)
    place = find(home)
    assert place is not None
    assert place.folder == home / "postgres"
    assert home.stat().st_uid == place.owner.uid
    assert home.stat().st_mode & 0o777 == 0o700


@only_root
def test_a_closed_home_with_other_things_in_it_is_left_alone(home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / ".ssh").mkdir()
    works(home)
    assert home.stat().st_uid == 0
    assert (home / POINTER).exists()


@only_root
def test_under_a_closed_parent_the_cluster_lives_elsewhere(closed: Path) -> None:
    home = closed / "home"
    works(home)
    place = find(home)
    assert place is not None
    assert place.folder.parent == DISTANT
    assert (home / POINTER).read_text().strip() == str(place.folder)
    assert place.folder.stat().st_mode & 0o777 == 0o700
    cluster.stop(home)
    works(home)


@only_root
def test_a_home_made_anew_does_not_find_the_data_of_the_one_removed(closed: Path) -> None:
    home = closed / "home"
    home.mkdir()
    first, second = location._distant_folder(home), location._distant_folder(home)
    assert first != second


@only_root
def test_programs_that_the_service_user_cannot_reach_are_copied(closed: Path, home: Path) -> None:
    package = programs.installed().parent.parent
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.exists():
            shutil.copytree(tree, closed / tree.name, ignore=shutil.ignore_patterns("pginstall"))
    starter = python(
        "import sys; from pathlib import Path; from encaisse.database import cluster\n"
        "cluster.ensure_running(Path(sys.argv[1]))",
        home,
        PYTHONPATH=str(closed),
    )
    _, errors = starter.communicate(timeout=60)
    assert starter.returncode == 0, errors
    works(home)
    place = find(home)
    assert place is not None
    server = Path(f"/proc/{cluster.status(home).pid}/exe").readlink()
    assert server.is_relative_to(place.folder)


@pytest.mark.parametrize("name", ["x" * 90, "with, comma", "with space and é"])
def test_a_socket_path_too_long_or_strange_is_replaced(folder: Path, name: str) -> None:
    home = folder / name
    try:
        works(home)
        place = find(home)
        assert place is not None
        assert (place.socket_folder.parent == place.folder) == ("space" in name)
        assert len(os.fsencode(place.socket_folder)) < 100
        assert place.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        end(home)


@pytest.mark.parametrize("made", ["open", "link", "file"])
def test_a_prepared_private_folder_is_refused(folder: Path, made: str) -> None:
    target = folder / "socket"
    match made:
        case "open":
            target.mkdir()
            target.chmod(0o777)
        case "link":
            target.symlink_to(folder)
        case _:
            target.touch()
    with pytest.raises(DatabaseRefusal) as refused:
        private_folder(target, Owner(os.geteuid(), os.getegid()))
    assert refused.value.code == "folder_not_private"
