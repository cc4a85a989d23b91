"""Who sees which rows: PostgreSQL's row-level security, by organization.

Every connection acts as ``encaisse_app``, which owns nothing. The edges (a page's middleware, the
command line, a job) say for which organizations they act, in the setting
``encaisse.organizations``; unset means none, so that a forgotten edge shows nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, migrations

ORGANIZATIONS = (
    "ARRAY(SELECT unnest(string_to_array("
    "nullif(current_setting('encaisse.organizations', true), ''), ',')::bigint[]))"
)
COMPANIES = "ARRAY(SELECT id FROM teams_company)"
"""An uncorrelated sub-select: run once a query, itself under the row security of companies."""


def by_organization(table: str, column: str = "organization_id") -> migrations.RunSQL:
    """Show rows of `table` only to the organization they belong to."""
    return _policy(table, f"{column} = ANY ({ORGANIZATIONS})")


def by_company(table: str, column: str = "company_id") -> migrations.RunSQL:
    """Show rows of `table` only to the organization of their company."""
    return _policy(table, f"{column} = ANY ({COMPANIES})")


def append_only(table: str) -> migrations.RunSQL:
    """Take the right to change or delete rows away: corrections add."""
    return migrations.RunSQL(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM encaisse_app",
        f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO encaisse_app",
    )


def read_only(table: str) -> migrations.RunSQL:
    """Leave only reading: the table is kept by triggers."""
    return migrations.RunSQL(
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM encaisse_app",
        f"GRANT INSERT, UPDATE, DELETE, TRUNCATE ON {table} TO encaisse_app",
    )


def act_for(organizations: Iterable[int]) -> None:
    """From now on this connection sees the rows of these organizations, and no others."""
    chosen = ",".join(str(int(one)) for one in organizations)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('encaisse.organizations', %s, false)", [chosen])


@contextmanager
def acting_for(*organizations: int) -> Iterator[None]:
    """See the rows of these organizations inside the block, and what was seen before after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('encaisse.organizations', true)")
        row = cursor.fetchone()
    before = (row[0] if row else "") or ""
    act_for(organizations)
    try:
        yield
    finally:
        act_for(int(one) for one in before.split(",") if one)


def _policy(table: str, condition: str) -> migrations.RunSQL:
    name = f"{table}_of_organization"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY {name} ON {table} USING ({condition}) WITH CHECK ({condition})",
        f"DROP POLICY {name} ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )
