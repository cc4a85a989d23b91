"""The fixtures that `encaisse.database.pytest_plugin` registers in place of pytest-django's."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from encaisse.database.schema import migrate
from encaisse.database.throwaway import throwaway_cluster
from encaisse.database.url import settings_of_url, with_name

EXTERNAL = "ENCAISSE_TEST_DATABASE_URL"
"""Where the plugin puts what it found in ``DATABASE_URL``."""
_LOCK = 0x74657374
"""Key of the advisory lock under which one worker makes the template ("test")."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the suite's databases are, and the name of the template that all workers clone."""

    url: str
    template: str


CLEANUP = pytest.StashKey[ExitStack]()
_SERVER = pytest.StashKey[Server]()


def server_of(config: pytest.Config) -> Server:
    """The suite's server; started at the first call, by the controller if there are workers."""
    workerinput: dict[str, tuple[str, str]] | None = getattr(config, "workerinput", None)
    if workerinput is not None:
        return Server(*workerinput["encaisse_server"])
    if _SERVER not in config.stash:
        stack = config.stash[CLEANUP]
        url = os.environ.get(EXTERNAL) or stack.enter_context(throwaway_cluster())
        server = Server(url, f"encaisse_template_{uuid.uuid4().hex[:8]}")
        stack.enter_context(dropped_afterwards(url, server.template))
        config.stash[_SERVER] = server
    return config.stash[_SERVER]


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[str]:
    """The URL of this worker's own database, migrated and empty; for programs started aside."""
    server = server_of(request.config)
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"{server.template.replace('template', 'test')}_{worker}"
    with psycopg.connect(server.url, autocommit=True) as administrator:
        administrator.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        with django_db_blocker.unblock():
            _ensure_template(administrator, server)
        _create_database(administrator, name, server.template)
    with dropped_afterwards(server.url, name):
        yield with_name(server.url, name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, database_url: str) -> Iterator[None]:
    """Point Django's default connection at this worker's database."""
    connection.settings_dict.update(settings_of_url(database_url))
    yield
    with django_db_blocker.unblock():
        connection.close()


def _ensure_template(administrator: psycopg.Connection, server: Server) -> None:
    """Migrate once; the final name appears only when the template is complete."""
    found = administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [server.template])
    if found.fetchone() is not None:
        return
    draft = f"{server.template}_draft"
    with dropped_afterwards(server.url, draft):
        _create_database(administrator, draft, "template1")
        _migrate(with_name(server.url, draft))
        administrator.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(server.template)
            )
        )


def _migrate(url: str) -> None:
    connection.settings_dict.update(settings_of_url(url))
    migrate(connection)
    connection.close()


def _create_database(administrator: psycopg.Connection, name: str, template: str) -> None:
    administrator.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


@contextmanager
def dropped_afterwards(url: str, name: str) -> Iterator[None]:
    """Drop that database of the server when the block ends."""
    yield
    with psycopg.connect(url, autocommit=True) as administrator:
        administrator.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
