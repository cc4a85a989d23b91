"""Who may do what: the owner changes the schema, the program works as a lesser role.

The login owns the tables. Every connection of the program steps down to `encaisse_app`, which may
read and write rows and nothing else; row security and append-only tables rest on that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.db import DatabaseError
from psycopg.pq import TransactionStatus

from encaisse.database.creation import APP_ROLE
from encaisse.database.refusals import DatabaseRefusal

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from encaisse.database.backend.base import DatabaseWrapper

STEP_DOWN = f"""
SELECT set_config('role', '{APP_ROLE}', false) FROM pg_roles
WHERE rolname = '{APP_ROLE}' AND pg_has_role(session_user, oid, 'MEMBER')
"""
"""One round trip; steps down where the role exists and is ours to take."""

_DEFAULTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, USAGE, UPDATE ON SEQUENCES TO {APP_ROLE};
"""


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Work with the login's own rights, to change the schema; afterwards step down again.

    Nested use is fine. Inside a transaction that fails, the rollback restores the role by itself.
    """
    wrapper = cast("DatabaseWrapper", connection)
    if wrapper.owner_mode:
        yield
        return
    wrapper.owner_mode = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        yield
    finally:
        wrapper.owner_mode = False
        if _takes_commands(connection):
            with connection.cursor() as cursor:
                cursor.execute(STEP_DOWN)


def ensure_roles(connection: BaseDatabaseWrapper) -> None:
    """Create the lesser role if it is missing, and what it is granted on tables to come.

    Grants are given when a table is created, so that what a migration revokes stays revoked. On
    somebody else's server the login may lack the right to create roles: refused with the SQL that
    an administrator must run once.
    """
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        login = connection.ops.quote_name(cursor.fetchone()[0])
        commands = f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO {login};"
        cursor.execute("SELECT oid FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            _as_administrator(connection, f"CREATE ROLE {APP_ROLE} NOLOGIN", commands)
        cursor.execute("SELECT pg_has_role(session_user, %s, 'MEMBER')", [APP_ROLE])
        if not cursor.fetchone()[0]:
            _as_administrator(connection, f"GRANT {APP_ROLE} TO {login}", commands)
        cursor.execute(_DEFAULTS)


def _as_administrator(connection: BaseDatabaseWrapper, command: str, all_commands: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(command)
    except DatabaseError as reason:
        raise DatabaseRefusal("role_missing", commands=all_commands) from reason


def _takes_commands(connection: BaseDatabaseWrapper) -> bool:
    raw = connection.connection
    if raw is None or raw.closed or connection.needs_rollback:
        return False
    return bool(raw.info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS})
