"""Django's PostgreSQL backend with two additions: it finds the embedded server, and steps down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, operations

from encaisse.database import cluster, roles
from encaisse.database.url import EMBEDDED


class DatabaseOperations(operations.DatabaseOperations):
    """Emptying the tables after a test needs the owner: nobody else may truncate."""

    connection: DatabaseWrapper

    def execute_sql_flush(self, sql_list: Any) -> None:
        """Truncate as owner."""
        with roles.as_owner(self.connection):
            super().execute_sql_flush(sql_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that starts the embedded server when needed and works as `encaisse_app`."""

    ops_class = DatabaseOperations
    owner_mode = False
    """True inside `encaisse.database.roles.as_owner`."""

    def get_connection_params(self) -> dict[str, Any]:
        """The arguments of `psycopg.connect`; the embedded server runs once this returns."""
        parameters: dict[str, Any] = super().get_connection_params()
        home = self.settings_dict.get(EMBEDDED)
        if home:
            address = cluster.ensure_running(Path(home))
            parameters.update(host=address.host, user=address.user, password=address.password)
        return parameters

    def _configure_role(self, connection: Any) -> bool:
        """Step down on every new connection, pooled ones included."""
        if self.owner_mode:
            return False
        with connection.cursor() as cursor:
            cursor.execute(roles.STEP_DOWN)
        return True
