"""Tell PostgreSQL how much there is, right after much has come in.

Its own vacuum does so within minutes; a plan drafted before that would be computed for an empty
ledger, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from encaisse.database.roles import as_owner

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MANY = 2_000
"""From so many new rows on it is worth it."""


def analyze(connection: BaseDatabaseWrapper, tables: Sequence[str], *, new_rows: int) -> None:
    """Renew the statistics of these tables where many rows are new. Works in a transaction."""
    if new_rows < MANY:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(names).as_string(connection.connection))
