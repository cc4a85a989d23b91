"""The demo as a person starts it: one line to wait for, pages, and an end within ten seconds."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

READY = re.compile(
    rb"READY http://127\.0\.0\.1:(?P<port>\d+) login=(?P<login>\S+) password=(?P<password>\S+)"
)


@pytest.fixture
def home() -> Iterator[Path]:
    # Not below pytest's own folder: the database's user must get there.
    with tempfile.TemporaryDirectory(prefix="encaisse-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made)
        _encaisse(Path(made), "stop")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    return {
        **kept, "ENCAISSE_HOME": str(home), "ENCAISSE_TODAY": "2026-11-22",
        "ENCAISSE_PORT": "18650",
    }  # fmt: skip


def _encaisse(home: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "encaisse", *words],
        env=_environment(home),
        capture_output=True,
        check=False,
        timeout=60,
    )


def _start(home: Path) -> tuple[subprocess.Popen[bytes], re.Match[bytes]]:
    with (home / "said.log").open("ab") as said:
        started = subprocess.Popen(
            [sys.executable, "-m", "encaisse", "demo", "--profile", "tiny"],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=said,
        )
    assert started.stdout is not None
    line = started.stdout.readline()
    found = READY.match(line)
    if found is None:
        _end(started, signal.SIGKILL)
        pytest.fail((home / "said.log").read_text(encoding="utf-8", errors="replace")[-2000:])
    return started, found


def _end(started: subprocess.Popen[bytes], number: int) -> float:
    began = time.monotonic()
    started.send_signal(number)
    started.wait(30)
    assert started.stdout is not None
    started.stdout.close()
    return time.monotonic() - began


def test_the_demo_from_start_to_stop_and_again(home: Path) -> None:
    started, first = _start(home)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", int(first["port"]), timeout=20)
        connection.request("GET", "/accounts/login/")
        assert connection.getresponse().status == 200
        connection.close()
        refused = _encaisse(home, "demo")
        assert refused.returncode == 3, refused.stderr
    finally:
        seconds = _end(started, signal.SIGTERM)
    assert started.returncode == 0
    assert seconds < 10

    again, second = _start(home)
    try:
        assert second.group("login", "password") == first.group("login", "password")
    finally:
        _end(again, signal.SIGKILL)
        stopped = _encaisse(home, "stop")
    assert stopped.returncode == 0, stopped.stderr
    status = _encaisse(home, "database", "status", "--json").stdout
    assert status.startswith(b'{"status": "stopped"')
    assert not _answers(int(second["port"]))


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
