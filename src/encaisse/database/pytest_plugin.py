"""The suite's database: one throw-away cluster, one migrated template, one clone for each worker.

Loaded by ``-p encaisse.database.pytest_plugin``. With ``DATABASE_URL`` set the suite runs on that
server instead, in databases of its own: the one that the URL names is only connected to. The
variable is then taken away, as is ``ENCAISSE_HOME``, so that no test can reach real data.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from typing import Any

import pytest

from encaisse.database import pytest_fixtures
from encaisse.database.pytest_fixtures import CLEANUP, EXTERNAL, server_of


def pytest_addoption(parser: pytest.Parser) -> None:
    """Runs before Django's settings are read: the last moment to say where things are."""
    parser.addoption(
        "--database-only", action="store_true", help="run only tests of which the database is part"
    )
    os.environ["ENCAISSE_HOME"] = tempfile.mkdtemp(prefix="encaisse-tests-")
    if "DATABASE_URL" in os.environ:
        os.environ[EXTERNAL] = os.environ.pop("DATABASE_URL")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures after pytest-django's, so that ours are the ones used."""
    stack = config.stash[CLEANUP] = ExitStack()
    stack.callback(shutil.rmtree, os.environ["ENCAISSE_HOME"], ignore_errors=True)
    config.pluginmanager.register(pytest_fixtures, "encaisse-database-fixtures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another server cannot change."""
    if not config.getoption("--database-only"):
        return
    chosen = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    asked = fixtures & {"db", "transactional_db", "database_url", "live_server"}
    return bool(asked) or item.get_closest_marker("django_db") is not None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, clear away."""
    if stack := config.stash.get(CLEANUP, None):
        stack.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of xdist which server the controller has started for all of them."""
    server = server_of(node.config)
    node.workerinput["encaisse_server"] = (server.url, server.template)
