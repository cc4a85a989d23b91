"""Clusters for tests leave nothing, even when the tests are killed."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
from psycopg import conninfo

from encaisse.database.tests.conftest import python
from encaisse.database.throwaway import throwaway_cluster

WAIT = """
import time; from encaisse.database.throwaway import throwaway_cluster
with throwaway_cluster() as url:
    print(url, flush=True)
    time.sleep(60)
"""


def folder_of(url: str) -> Path:
    return Path(str(conninfo.conninfo_to_dict(url)["host"])).parent.parent


def test_it_may_create_databases_and_is_gone_afterwards() -> None:
    with throwaway_cluster() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE one_more")
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert folder_of(url).exists()
    assert not folder_of(url).exists()


def test_it_goes_with_a_process_that_is_killed() -> None:
    owner = python(WAIT)
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    assert folder_of(url).exists()
    owner.kill()
    owner.communicate()
    deadline = time.monotonic() + 10
    while folder_of(url).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder_of(url).exists()
