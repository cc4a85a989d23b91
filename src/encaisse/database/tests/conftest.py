"""Homes of real clusters: short paths in /tmp, since a unix socket's path may not be long."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from encaisse.database import cluster
from encaisse.database.location import find


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter; clusters in it must be ended by their own fixture."""
    made = Path(tempfile.mkdtemp(prefix="encaisse-t-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def home(folder: Path) -> Iterator[Path]:
    """A home without a cluster yet; whatever was made of it is cleared away."""
    chosen = folder / "home"
    yield chosen
    end(chosen)


def end(home: Path) -> None:
    """Stop the home's cluster and remove its folders, wherever they are."""
    cluster.stop(home)
    place = find(home)
    if place is not None:
        shutil.rmtree(place.socket_folder, ignore_errors=True)
        shutil.rmtree(place.folder, ignore_errors=True)


def python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Run code in a process of its own; `sys.argv[1:]` are the arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
            **environment,
        },
    )
