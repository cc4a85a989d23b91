"""The tutorial does what it says: its commands are run, its answers are found in theirs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from encaisse.database import cluster

FOLDER = Path(__file__).parent.parent / "docs" / "tutorial"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder whose parents are open, so that the cluster lives in it and goes with it."""
    with tempfile.TemporaryDirectory(prefix="encaisse-tutorial-") as place:
        folder = Path(place) / "home"
        yield folder
        cluster.stop(folder)


def test_the_first_day(home: Path) -> None:
    surroundings = {key: one for key, one in os.environ.items() if key != "DATABASE_URL"}
    surroundings["ENCAISSE_HOME"] = str(home)
    said, ran = "", 0
    for kind, block in BLOCK.findall((FOLDER / "first-day.md").read_text()):
        if kind == "text":
            for line in block.strip().splitlines():
                assert _folded(line) in _folded(said), f"{line!r} is not in:\n{said}"
            continue
        said = ""
        for command in block.strip().splitlines():
            program, *arguments = shlex.split(command)
            assert program == "encaisse"
            done = subprocess.run(
                [sys.executable, "-m", "encaisse", *arguments],
                cwd=FOLDER, env=surroundings, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            said, ran = said + done.stdout, ran + 1
    assert ran == 10


def _folded(text: str) -> str:
    return " ".join(text.split())
