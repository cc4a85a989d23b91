"""Many rows at once, by column: PostgreSQL's COPY from and to Polars frames.

Null and the empty string stay apart: in CSV a null is nothing, an empty string is ``""``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from django.db import transaction
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROWS_PER_WRITE = 100_000
_STAGE = "encaisse_copy_stage"
_TIMED = "%Y-%m-%d %H:%M:%S%.f"

Schema = Mapping[str, type[pl.DataType] | pl.DataType]


def copy_in(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    rows: pl.DataFrame | Iterable[Sequence[Any]],
) -> int:
    """Insert rows into `table`; returns how many.

    `rows` is a frame that has `columns` (others are ignored), or tuples in their order. Where row
    security applies, COPY itself is refused by PostgreSQL: the rows then pass through a temporary
    table and are checked like any INSERT. Either way all rows arrive or none.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target = sql.Identifier(table)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s::regclass)", [table])
        if not cursor.fetchone()[0]:
            return _copy(connection, target, columns, rows)
        stage = sql.Identifier(_STAGE)
        statement = sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} WITH NO DATA")
        cursor.execute(_text(connection, statement.format(stage, names, target)))
        copied = _copy(connection, stage, columns, rows)
        statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}")
        cursor.execute(_text(connection, statement.format(target, names, names, stage)))
        cursor.execute(f"DROP TABLE {_STAGE}")
        return copied


def copy_out(
    connection: BaseDatabaseWrapper,
    query: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None,
    schema: Schema,
) -> pl.DataFrame:
    """The rows of a query as a frame of that schema, one entry for each column in its order.

    Understands integers, floats, strings, booleans, decimals, dates, and datetimes (with time zone
    "UTC" for `timestamptz`).
    """
    received = io.BytesIO()
    with connection.cursor() as cursor:
        statement = f"COPY ({query}) TO STDOUT (FORMAT csv)"
        # the cursor inside: while debugging, the one around it knows no parameters
        with cursor.cursor.copy(statement, parameters) as copy:
            for block in copy:
                received.write(block)
    if not received.tell():
        return pl.DataFrame(schema=dict(schema))
    received.seek(0)
    frame = pl.read_csv(
        received,
        has_header=False,
        schema={name: _as_read(kind) for name, kind in schema.items()},
        try_parse_dates=False,
    )
    return frame.with_columns(
        _parsed(name, kind) for name, kind in schema.items() if _as_read(kind) != kind
    )


def next_ids(
    connection: BaseDatabaseWrapper, table: str, count: int, column: str = "id"
) -> pl.Series:
    """Draw `count` new ids of a table from its sequence, to be used by whoever asked (Int64)."""
    query = (
        "SELECT nextval(named.ids) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS ids "
        "OFFSET 0) AS named, generate_series(1, %s::int)"  # OFFSET: look the name up only once
    )
    return copy_out(connection, query, [table, column, count], {column: pl.Int64})[column]


def _copy(
    connection: BaseDatabaseWrapper,
    target: sql.Identifier,
    columns: Sequence[str],
    rows: pl.DataFrame | Iterable[Sequence[Any]],
) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    if isinstance(rows, pl.DataFrame):
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(target, names)
        frame = rows.select(columns)
        # A lone \. would end the data of an older server, unless it is quoted.
        quotes: Literal["non_numeric", "necessary"] = (
            "non_numeric" if len(columns) == 1 else "necessary"
        )
        with connection.cursor() as cursor, cursor.copy(_text(connection, statement)) as copy:
            for part in frame.iter_slices(ROWS_PER_WRITE):
                block = io.BytesIO()
                part.write_csv(block, include_header=False, quote_style=quotes)
                copy.write(block.getbuffer())
        return frame.height
    count = 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(target, names)
    with connection.cursor() as cursor, cursor.copy(_text(connection, statement)) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _text(connection: BaseDatabaseWrapper, statement: sql.Composed) -> str:
    return statement.as_string(connection.connection)


def _as_read(kind: type[pl.DataType] | pl.DataType) -> type[pl.DataType] | pl.DataType:
    """What the CSV reader is asked for: what it would misread comes as text first."""
    return pl.String if kind.base_type() in {pl.Boolean, pl.Decimal, pl.Datetime} else kind


def _parsed(name: str, kind: type[pl.DataType] | pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.base_type() is pl.Boolean:
        return column == "t"
    if kind.base_type() is pl.Decimal:
        return column.cast(kind)
    zone = kind.time_zone if isinstance(kind, pl.Datetime) else None
    return column.str.to_datetime(f"{_TIMED}%#z" if zone else _TIMED, time_zone=zone).cast(kind)
