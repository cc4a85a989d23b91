"""Bring the tables up to date: as owner, one process at a time, with the grants in place."""

from __future__ import annotations

from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.roles import as_owner, ensure_roles

OLDEST_VERSION = (15,)
_LOCK = 0x656E6361
"""Key of the advisory lock that keeps two migrations apart ("enca")."""


def pending(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations not yet applied, as ``app.name``, in the order in which they will run."""
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in steps]


def migrate(connection: BaseDatabaseWrapper, *, verbosity: int = 0) -> None:
    """Apply what is pending. Safe to call from several processes at once, and again."""
    version = connection.get_database_version()
    if version < OLDEST_VERSION:
        raise DatabaseRefusal("database_too_old", version=".".join(map(str, version)))
    with as_owner(connection):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            ensure_roles(connection)
            call_command(
                "migrate", database=connection.alias, interactive=False, verbosity=verbosity
            )
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
