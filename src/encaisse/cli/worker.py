"""The background worker, kept alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import cast

import click

from encaisse.cli.session import Session

_ONCE = "ENCAISSE_WORKER_ONCE"
"""Set in the child that really works; the parent only watches it."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


@click.command()
@click.option("--concurrency", default=2, show_default=True)
@click.pass_obj
def worker(session: Session, concurrency: int) -> None:
    """Run background jobs, in the foreground.

    The worker ends when PostgreSQL restarts; it is then started again, more slowly each time it
    ends at once.
    """
    session.open()
    if os.environ.get(_ONCE):
        _work(concurrency)
    else:
        _watch(concurrency)


def _work(concurrency: int) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    import encaisse.conf.schedule  # noqa: F401 - registers the periodic tasks

    connector = cast("DjangoConnector", app.connector)
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(concurrency=concurrency, install_signal_handlers=True)


def _watch(concurrency: int) -> None:
    stopping = False
    child: subprocess.Popen[bytes] | None = None

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        if child is not None and child.poll() is None:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    command = [sys.executable, "-m", "encaisse", "worker", f"--concurrency={concurrency}"]
    pause = FIRST_PAUSE
    while not stopping:
        started = time.monotonic()
        child = subprocess.Popen(command, env=os.environ | {_ONCE: "1"})
        status = child.wait()
        if stopping:
            break
        pause = FIRST_PAUSE if time.monotonic() - started > LONGEST_PAUSE else pause * 2
        print(f"worker ended ({status}), again in {pause:.0f} s", file=sys.stderr, flush=True)
        time.sleep(min(pause, LONGEST_PAUSE))


COMMANDS = (worker,)
