"""The embedded server as it is lived with: shared, killed, recovered, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from encaisse.database import cluster, presence
from encaisse.database.location import LOCK, Place, find
from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.tests.conftest import python

START = """
import sys; from pathlib import Path; from encaisse.database import cluster
print(cluster.ensure_running(Path(sys.argv[1])).url)
"""


def placed(home: Path) -> Place:
    place = find(home)
    assert place is not None
    return place


def pid_of(home: Path) -> int:
    pid = cluster.status(home).pid
    assert pid is not None
    return pid


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [number for (number,) in connection.execute("SELECT n FROM kept ORDER BY n")]


def keep(url: str, *numbers: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        for number in numbers:
            connection.execute("INSERT INTO kept VALUES (%s)", [number])


def test_a_cluster_is_made_private_shared_stopped_and_found_again(home: Path) -> None:
    assert cluster.status(home).state == "absent"
    address = cluster.ensure_running(home)
    keep(address.url, 1)
    place = placed(home)
    assert place.data.stat().st_mode & 0o777 == 0o700
    assert place.socket_folder.stat().st_mode & 0o777 == 0o700
    assert {place.secret(role).stat().st_mode & 0o777 for role in ("postgres", "encaisse")} == {
        0o600
    }
    assert cluster.ensure_running(home) == address
    assert cluster.status(home).state == "running"

    assert cluster.stop(home)
    assert cluster.status(home).state == "stopped"
    assert not cluster.stop(home)
    assert rows(cluster.ensure_running(home).url) == [1]


def test_nobody_enters_without_the_password_nor_by_the_network(home: Path) -> None:
    address = cluster.ensure_running(home)
    for user in ("encaisse", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=address.host, user=user, password="guess", dbname="postgres")
    with psycopg.connect(address.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        may = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert may == (False, False, False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run the server")
def test_root_has_another_user_run_it(home: Path) -> None:
    cluster.ensure_running(home)
    assert Path(f"/proc/{pid_of(home)}").stat().st_uid == placed(home).owner.uid != 0


def test_it_outlives_the_process_that_started_it(home: Path) -> None:
    starter = python(START, home)
    url, errors = starter.communicate(timeout=60)
    assert starter.returncode == 0, errors
    keep(url.strip(), 7)
    assert cluster.ensure_running(home).url == url.strip()
    assert rows(url.strip()) == [7]


def test_several_processes_may_start_it_at_once(home: Path) -> None:
    starters = [python(START, home) for _ in range(4)]
    answers = {starter.communicate(timeout=60)[0] for starter in starters}
    assert len(answers) == 1
    assert {starter.returncode for starter in starters} == {0}
    assert placed(home).log.read_text().count("starting PostgreSQL") == 1


def test_a_killed_server_comes_back_with_everything_committed(home: Path) -> None:
    url = cluster.ensure_running(home).url
    keep(url, 1, 2, 3)
    for _ in range(2):
        os.kill(pid_of(home), signal.SIGKILL)
        begun = time.monotonic()
        assert cluster.ensure_running(home).url == url
        assert time.monotonic() - begun < 10
        assert rows(url) == [1, 2, 3]


def test_a_busy_backend_without_its_server_is_ended_before_the_restart(home: Path) -> None:
    url = cluster.ensure_running(home).url
    keep(url, 1)
    place = placed(home)
    with psycopg.connect(url) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # cannot notice that its server is gone
        os.kill(pid_of(home), signal.SIGKILL)
        assert cluster.ensure_running(home).url == url
        assert not presence._works_in(backend, place.data)
    assert rows(url) == [1]


def test_a_killed_backend_costs_only_the_open_connections(home: Path) -> None:
    url = cluster.ensure_running(home).url
    keep(url, 1)
    before = pid_of(home)
    with psycopg.connect(url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert rows(cluster.ensure_running(home).url) == [1]
    assert pid_of(home) == before


@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.5, 0.8])
def test_a_start_killed_half_way_is_finished_by_the_next(home: Path, seconds: float) -> None:
    starter = python(START, home)
    time.sleep(seconds)
    starter.kill()
    starter.communicate()
    keep(cluster.ensure_running(home).url, 1)
    assert cluster.stop(home)


def test_a_process_id_that_now_is_somebody_elses_is_neither_trusted_nor_killed(home: Path) -> None:
    url = cluster.ensure_running(home).url
    keep(url, 1)
    place = placed(home)
    with subprocess.Popen(["sleep", "60"], user=place.owner.uid) as bystander:
        try:
            os.kill(pid_of(home), signal.SIGKILL)
            for noted in (place.data / "postmaster.pid", *place.socket_folder.glob(".s.*.lock")):
                lines = noted.read_text().split("\n")
                noted.write_text("\n".join([str(bystander.pid), *lines[1:]]))
            assert presence.postmaster(place) is None
            assert rows(cluster.ensure_running(home).url) == [1]
            cluster.stop(home)
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_stopping_does_not_wait_for_clients(home: Path) -> None:
    url = cluster.ensure_running(home).url
    client = psycopg.connect(url)
    client.execute("SELECT 1")
    begun = time.monotonic()
    assert cluster.stop(home)
    assert time.monotonic() - begun < 10
    client.close()


def test_what_the_server_says_is_told_when_it_does_not_start(home: Path) -> None:
    cluster.ensure_running(home)
    cluster.stop(home)
    (placed(home).data / "global" / "pg_control").unlink()
    with pytest.raises(DatabaseRefusal, match="could not find the database system") as refused:
        cluster.ensure_running(home)
    assert refused.value.code == "database_does_not_start"


def test_a_link_in_place_of_the_lock_is_not_followed(home: Path) -> None:
    home.mkdir()
    target = home.parent / "precious"
    (home / LOCK).symlink_to(target)
    with pytest.raises(DatabaseRefusal):
        cluster.ensure_running(home)
    assert not target.exists()
    (home / LOCK).unlink()
