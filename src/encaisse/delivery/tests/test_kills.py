"""Kill a real run at random points, again and again: nothing is lost, nothing leaves twice."""

from __future__ import annotations

import email
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from encaisse.database.pytest_fixtures import dropped_afterwards, server_of
from encaisse.database.url import with_name

MESSAGES = 120
KILLS = int(os.environ.get("ENCAISSE_KILLS", "6"))
SEED = int(os.environ.get("ENCAISSE_SEED", "20261122"))


@dataclass
class World:
    url: str
    environment: dict[str, str]
    kept: Path

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "encaisse.delivery.tests.sending_run", *arguments]
        return subprocess.Popen(command, env=self.environment)

    def finish(self, *arguments: str) -> None:
        assert self.start(*arguments).wait(timeout=120) == 0

    def statuses(self) -> Counter[str]:
        return Counter(status for status, _ in self.messages().values())

    def messages(self) -> dict[str, tuple[str, int]]:
        query = "SELECT message_id, status, id FROM delivery_message"
        with psycopg.connect(self.url) as administrator:
            return {key: (status, pk) for key, status, pk in administrator.execute(query)}

    def received(self) -> Counter[str]:
        found = (email.message_from_bytes(p.read_bytes()) for p in self.kept.glob("*.eml"))
        return Counter(str(one["Message-ID"]) for one in found)


@pytest.fixture
def world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[World]:
    server = server_of(request.config)
    name = f"encaisse_kills_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server.url, autocommit=True) as administrator:
        administrator.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(server.template)
            )
        )
    kept = tmp_path / "kept"
    kept.mkdir()
    office = subprocess.Popen(
        [sys.executable, "-m", "encaisse.delivery.tests.mail_office", str(kept)],
        stdout=subprocess.PIPE,
    )
    try:
        assert office.stdout is not None
        port = int(office.stdout.readline())
        environment = {
            **os.environ,
            "DATABASE_URL": with_name(server.url, name),
            "DJANGO_SETTINGS_MODULE": "encaisse.conf.settings",
            "ENCAISSE_HOME": str(tmp_path / "home"),
            "ENCAISSE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        }
        with dropped_afterwards(server.url, name):
            yield World(with_name(server.url, name), environment, kept)
    finally:
        office.kill()
        office.wait()
        if office.stdout is not None:
            office.stdout.close()


def kill_soon(world: World, chance: random.Random) -> bool:
    """Start a run and kill it a few messages and some milliseconds later; False if it ended."""
    goal = len(list(world.kept.glob("*.eml"))) + chance.randint(0, 12)
    run = world.start("run")
    until = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < until:
        if len(list(world.kept.glob("*.eml"))) >= goal:
            time.sleep(chance.random() * 0.012)
            break
        time.sleep(0.001)
    if run.poll() is not None:
        return False
    run.send_signal(signal.SIGKILL)
    run.wait()
    return True


def test_nothing_is_lost_and_nothing_leaves_twice(world: World) -> None:
    chance = random.Random(SEED)
    world.finish("queue", str(MESSAGES))
    kills = 0
    for _ in range(KILLS):
        kills += kill_soon(world, chance)
        assert max(world.received().values(), default=0) <= 1
    world.finish("run")
    world.finish("run")

    received, messages = world.received(), world.messages()
    assert len(messages) == MESSAGES
    assert set(received.values()) == {1}
    assert set(received) <= set(messages)
    assert set(world.statuses()) <= {"sent", "uncertain"}
    for key, (status, _) in messages.items():
        if status == "sent":
            assert received[key] == 1  # what we say has left, has
    assert kills > 0
    uncertain = [pk for status, pk in messages.values() if status == "uncertain"]
    assert len(uncertain) <= kills
    with psycopg.connect(world.url) as administrator:
        tasks = administrator.execute(
            "SELECT key FROM followup_task WHERE kind = 'message_uncertain' AND done_on IS NULL"
        )
        assert sorted(key for (key,) in tasks) == sorted(map(str, uncertain))


def test_two_runs_at_once_send_each_message_once(world: World) -> None:
    world.finish("queue", "30")
    runs = [world.start("run") for _ in range(2)]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    assert Counter(world.received().values()) == {1: 30}
    assert world.statuses() == {"sent": 30}
