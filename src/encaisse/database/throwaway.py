"""A cluster for tests: in a temporary folder, without a care for power cuts, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from encaisse.database import cluster
from encaisse.database.location import Place

_WATCH = """
exec 3<&0
(
  read -r _ <&3
  pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  rm -rf "$1" "$2" "$3"
) >/dev/null 2>&1 &
"""
"""Waits for the end of its input, that is of the process that started it, then clears away."""


@contextmanager
def throwaway_cluster() -> Iterator[str]:
    """Run a new cluster and give the URL of its empty database; its login may create databases.

    It also goes away when the calling process is killed.
    """
    home = Path(tempfile.mkdtemp(prefix="encaisse-"))
    try:
        place = cluster.start(home, durable=False)
        watch = _watch(place, home)
        try:
            yield cluster.address(place).url
        finally:
            cluster.stop(home)
            for folder in (place.folder, place.socket_folder):
                shutil.rmtree(folder, ignore_errors=True)
            os.close(watch)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _watch(place: Place, home: Path) -> int:
    """Start the watch; it acts when the descriptor given back is closed, by us or by our death."""
    reading, writing = os.pipe()
    try:
        subprocess.run(
            ["/bin/sh", "-c", _WATCH, "sh", place.folder, place.socket_folder, home],
            stdin=reading,
            check=True,
            start_new_session=True,
        )
    finally:
        os.close(reading)
    return writing
