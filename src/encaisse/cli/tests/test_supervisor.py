"""Programs kept alive and ended together; real processes, no database."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from encaisse.cli import supervisor as module
from encaisse.cli.supervisor import Supervisor, free_port, read_notes, stop_other

SLEEPER = ("-c", "import sys, time; time.sleep(float(sys.argv[1]))")
STUBBORN = ("-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")
WRONG = ("-c", "import sys; sys.exit(2)")


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor whose children are small programs instead of commands of ours."""
    monkeypatch.setattr(module, "PROGRAM", SLEEPER)
    one = Supervisor(tmp_path / "demo.pid", {}, lambda line: None)
    assert one.claim()
    yield one
    one.stopping.set()
    one.end()


def _wait(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_supervisor_at_a_time(keeper: Supervisor) -> None:
    second = Supervisor(keeper.notes, {}, lambda line: None)

    assert not second.claim()


def test_notes_are_read_only_while_it_lives(keeper: Supervisor) -> None:
    keeper.run("web", "60")
    keeper.write_notes("http://127.0.0.1:1")

    known = read_notes(keeper.notes)
    assert known is not None
    assert known["pid"] == os.getpid()
    assert known["url"] == "http://127.0.0.1:1"
    keeper.end()
    assert read_notes(keeper.notes) is None
    assert not stop_other(keeper.notes)


def test_a_child_that_ends_is_started_again(keeper: Supervisor) -> None:
    child = keeper.run("worker", "60")
    assert child.running is not None
    first = child.running.pid
    watching = threading.Thread(target=keeper.watch, args=("",))
    watching.start()
    os.kill(first, signal.SIGKILL)

    assert _wait(lambda: child.running is not None and child.running.pid != first)
    keeper.stopping.set()
    watching.join()


def test_a_wrong_call_is_not_repeated(keeper: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", WRONG)
    child = keeper.run("worker")
    watching = threading.Thread(target=keeper.watch, args=("",))
    watching.start()

    assert _wait(lambda: child.is_given_up)
    keeper.stopping.set()
    watching.join()


def test_children_that_do_not_listen_are_ended(
    keeper: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHILDREN_SECONDS", 0.5)
    monkeypatch.setattr(module, "PROGRAM", STUBBORN)
    child = keeper.run("web")
    assert child.running is not None
    time.sleep(0.5)
    started = time.monotonic()
    keeper.end()

    assert time.monotonic() - started < 5
    assert not _lives(child.running.pid)


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert free_port(port) != port
