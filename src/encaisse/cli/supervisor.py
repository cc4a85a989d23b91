"""Keeps the programs of the demo alive, and ends all of them together.

As long as it or any of its children lives, its notes (who it is, whom it started, where to look)
are locked: others can tell the living from a file that was left behind.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

PROGRAM = ("-m", "encaisse")
"""What the same Python runs for every child, before the child's own words."""
WRONG_USAGE = 2
"""Exit status of a command that will not do better when it is called again."""
CHILDREN_SECONDS = 5.0
"""What children get to end by themselves; with the database all stops within ten."""
LONGEST_PAUSE = 30.0
WORKED_LONG = 60.0
"""A child that lived so long is started again at once."""
PORTS_TRIED = 50


@dataclass(slots=True)
class Child:
    """One program that is to run all the time."""

    name: str
    arguments: Sequence[str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    is_given_up: bool = False


@dataclass(slots=True)
class Supervisor:
    """Runs commands of ``encaisse`` as children until somebody asks to stop."""

    notes: Path
    environment: Mapping[str, str]
    tell: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _lock: IO[str] | None = None

    def claim(self) -> bool:
        """Take the lock on the notes; False when another supervisor lives."""
        self.notes.parent.mkdir(parents=True, exist_ok=True)
        page = self.notes.open("a+", encoding="utf-8")
        try:
            fcntl.flock(page, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            page.close()
            return False
        self._lock = page
        return True

    def listen(self) -> None:
        """Stop on Ctrl-C, on SIGTERM, and when the terminal goes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def run(self, name: str, *arguments: str) -> Child:
        """Start a command of ``encaisse`` and keep it alive from now on."""
        child = Child(name, arguments)
        self.children.append(child)
        self._start(child)
        return child

    def write_notes(self, url: str) -> None:
        """Write down where everything is, for `read_notes`."""
        assert self._lock is not None
        facts = {
            "pid": os.getpid(),
            "url": url,
            "children": [one.running.pid for one in self.children if one.running],
        }
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(json.dumps(facts))
        self._lock.flush()

    def watch(self, url: str) -> None:
        """Start again whatever ends, until asked to stop."""
        while not self.stopping.wait(0.5):
            for child in self.children:
                self._look_after(child, url)

    def end(self) -> None:
        """Ask every child to end, wait, and insist."""
        deadline = time.monotonic() + CHILDREN_SECONDS
        living = [one.running for one in self.children if one.running is not None]
        for program in living:
            _signal(program.pid, signal.SIGTERM)
        for program in living:
            try:
                program.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.tell(f"{program.pid}: SIGKILL")
            _signal(program.pid, signal.SIGKILL)
            program.wait()
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()
            self._lock = None

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C reaches the supervisor, and it alone ends the children.
        child.running = subprocess.Popen(
            [sys.executable, *PROGRAM, *child.arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            start_new_session=True,
            pass_fds=[self._lock.fileno()] if self._lock is not None else [],
        )
        child.started = time.monotonic()

    def _look_after(self, child: Child, url: str) -> None:
        if child.running is None or child.is_given_up:
            return
        status = child.running.poll()
        if status is None:
            return
        lived = time.monotonic() - child.started
        if status == WRONG_USAGE:
            self.tell(f"{child.name}: exit {status}")
            child.is_given_up = True
            return
        if lived > WORKED_LONG:
            child.pause = 0.0
        if lived < child.pause:
            return
        self.tell(f"{child.name}: exit {status}, starting again")
        child.pause = min(LONGEST_PAUSE, child.pause * 2 or 1.0)
        self._start(child)
        self.write_notes(url)


def read_notes(notes: Path) -> dict[str, Any] | None:
    """The notes of a living supervisor, or None."""
    try:
        with notes.open("r+", encoding="utf-8") as page:
            try:
                fcntl.flock(page, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                text = page.read()
                return dict(json.loads(text)) if text else {}
    except FileNotFoundError:
        pass
    return None


def stop_other(notes: Path, *, seconds: float = 10.0) -> bool:
    """End the supervisor that wrote these notes, and its children; False when there is none."""
    known = read_notes(notes)
    if not known:
        return False
    if not _is_ours(int(known["pid"])):  # killed: its children must be told one by one
        for pid in known["children"]:
            if _is_ours(int(pid)):
                _signal(int(pid), signal.SIGTERM)
    _signal_one(int(known["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if read_notes(notes) is None:
            return True
        time.sleep(0.1)
    _signal_one(int(known["pid"]), signal.SIGKILL)
    for pid in known["children"]:
        if _is_ours(int(pid)):
            _signal(int(pid), signal.SIGKILL)
    return True


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return wanted


def answers(port: int, path: str, *, seconds: float, stopping: threading.Event) -> bool:
    """Wait until the web server answers a page without an error."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stopping.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status < 400:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        stopping.wait(0.2)
    return False


def _signal(pid: int, number: int) -> None:
    """Reach a child with everything it started itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _signal_one(pid: int, number: int) -> None:
    if _is_ours(pid):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_ours(pid: int) -> bool:
    """Whether that number is still a program of ours: the system gives numbers out again."""
    try:
        return b"encaisse" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc").is_dir()
