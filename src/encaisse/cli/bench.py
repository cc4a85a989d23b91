"""Measure the speeds that the project promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import click

from encaisse.cli.session import Session
from encaisse.database import cluster
from encaisse.demo.benchmarks import BENCHMARKS, measure

_INSIDE = "ENCAISSE_BENCH_FOLDER"
"""Set in the process that measures: the folder it may fill."""


@click.command()
@click.argument("name", type=click.Choice([*BENCHMARKS, "all"]))
@click.option("--size", type=int, default=0, help="Otherwise the size that is promised.")
@click.pass_obj
def bench(session: Session, name: str, size: int) -> None:
    """Run one of the project's own benchmarks, in a database of its own."""
    if folder := os.environ.get(_INSIDE):
        session.open()
        print(json.dumps(measure(name, size, Path(folder))))
        return
    names = [name] if name != "all" else list(BENCHMARKS)
    for one in names:
        result = _aside(one, size or BENCHMARKS[one][1])
        session.answer(result, partial(_text, result))


def _aside(name: str, size: int) -> dict[str, Any]:
    """Measure in a new process on a new cluster, and clear both away."""
    with tempfile.TemporaryDirectory(prefix="encaisse-bench-") as place:
        home = Path(place) / "home"
        surroundings = {key: one for key, one in os.environ.items() if key != "DATABASE_URL"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "encaisse", "bench", name, f"--size={size}"],
                env=surroundings
                | {"ENCAISSE_HOME": str(home), _INSIDE: str(Path(place) / "files")},
                stdout=subprocess.PIPE,
                check=True,
            )
        finally:
            cluster.stop(home)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _text(result: dict[str, Any]) -> str:
    return "  ".join(f"{key}={one}" for key, one in result.items() if key != "machine")


COMMANDS = (bench,)
