"""Put a frame beside the tables, so that one statement can use all of it.

Row security forbids COPY into its tables; a temporary table has none, and the statement that
moves the rows on is checked as any other.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import connection

from encaisse.database.columns import copy_in

_TYPES: dict[pl.DataType | type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "bigint",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


def stage(name: str, frame: pl.DataFrame) -> None:
    """A temporary table `name` with the frame's columns and rows, gone with the transaction."""
    columns = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in frame.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
    copy_in(connection, name, frame.columns, frame)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {name}")


def run(sql: str, params: list[Any] | dict[str, Any] | None = None) -> int:
    """Execute one statement and say how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
