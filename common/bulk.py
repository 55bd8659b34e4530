"""Set-based writing: rows go into a temporary table, then a few statements do the work, the same on both databases."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

TYPES = {  # the words callers use → the column types of SQLite, which are those Django gives its own columns
    "text": "text",
    "bigint": "integer",
    "integer": "integer",
    "numeric": "decimal",
    "timestamp": "datetime",
    "boolean": "bool",
}
POSTGRES = TYPES | {"bigint": "bigint", "numeric": "numeric", "timestamp": "timestamptz", "boolean": "boolean"}
NAME = re.compile(r"^tmp_[a-z0-9_]+$")
SPOOL = 8 * 1024 * 1024  # bytes of COPY text kept in memory; more goes to disk
BATCH = 5_000  # rows an executemany takes at a time


@cache
def on_postgres() -> bool:
    """Whether this process works on PostgreSQL, and not on SQLite: it has one database as long as it lives."""
    return bool(connection.vendor == "postgresql")


def load_temp(name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Makes the temporary table `name` (it begins with `tmp_`) anew and fills it; answers the number of rows.

    `columns` maps names to one of TYPES. None is NULL, times are aware. Must run inside a transaction: on PostgreSQL
    the table goes with it. `rows` is streamed, so memory stays flat.
    """
    if not NAME.match(name):
        raise ValueError(f"a temporary table is called tmp_…, not {name!r}")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("load_temp needs a transaction")
    kinds = POSTGRES if on_postgres() else TYPES
    layout = ", ".join(f'"{column}" {kinds[kind]}' for column, kind in columns.items())
    drop_temp(name)
    execute(f"CREATE TEMPORARY TABLE {name} ({layout}){' ON COMMIT DROP' if on_postgres() else ''}")
    count = _copy(name, columns, rows) if on_postgres() else _insert(name, columns, rows)
    analyze(name)
    return count


def analyze(name: str) -> None:
    """Tells PostgreSQL's planner how large a filled table is; nothing to do on SQLite."""
    if on_postgres():
        execute(f"ANALYZE {name}")


def drop_temp(name: str) -> None:
    """Removes a temporary table before its time; one that is not there is no error."""
    execute(f"DROP TABLE IF EXISTS {name if on_postgres() else 'temp.' + name}")


def temp_names() -> list[str]:
    """The temporary tables that this connection has."""
    if on_postgres():
        return [
            row[0]
            for row in fetch(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 't'"
                " AND relnamespace = pg_my_temp_schema()"
            )
        ]
    return [row[0] for row in fetch("SELECT name FROM sqlite_temp_master WHERE type = 'table' AND name LIKE 'tmp%'")]


def index_temp(name: str, *columns: str) -> None:
    """An index on a filled temporary table: joins from SQLite's side need one."""
    execute(f"CREATE INDEX {name}_{'_'.join(columns)} ON {name} ({', '.join(columns)})")
    analyze(name)


def make_temp(name: str, select: str, params: Sequence[Any] = ()) -> int:
    """A temporary table from a query; answers the number of rows. Must run inside a transaction."""
    if not NAME.match(name):
        raise ValueError(f"a temporary table is called tmp_…, not {name!r}")
    drop_temp(name)
    execute(f"CREATE TEMPORARY TABLE {name}{' ON COMMIT DROP' if on_postgres() else ''} AS {select}", params)
    analyze(name)
    return int(fetch(f"SELECT COUNT(*) FROM {name}")[0][0])


def insert_select(model: type[Model], values: dict[str, str], source: str, params: Sequence[Any] = ()) -> int:
    """INSERT INTO the model's table SELECT `values` (column → SQL) FROM `source`; answers the rows made.

    Columns that are not named get the default of their field, as the ORM would give it. `params` belong to `values`
    and `source`, in that order.
    """
    return execute(*insertion(model, values, source, params))


def insertion(
    model: type[Model], values: dict[str, str], source: str, params: Sequence[Any] = ()
) -> tuple[str, list[Any]]:
    """The statement of `insert_select`, with its parameters."""
    columns, defaults = list(values), []
    for field in model._meta.concrete_fields:
        if not field.column or field.column in values or field.primary_key or (field.null and not field.has_default()):
            continue
        columns.append(field.column)
        defaults.append(field.get_db_prep_save(field.get_default(), connection))
    chosen = ", ".join(["%s"] * len(defaults) + list(values.values()))
    names = ", ".join(f'"{column}"' for column in [*columns[len(values) :], *values])
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM {source}', [*defaults, *params]


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one statement with %s parameters (times, decimals and UUIDs as Python has them); answers the rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        return max(0, int(cursor.rowcount))


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query. SQLite hands times back as text: `moment()` reads them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        return list(cursor.fetchall())


def stream(sql: str, params: Sequence[Any] = (), *, size: int = 2_000) -> Iterator[tuple[Any, ...]]:
    """The rows of a query one by one, `size` of them at a time in memory."""
    pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS", False)
    with connection.cursor() if pooled else connection.chunked_cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        while batch := cursor.fetchmany(size):
            yield from batch


def next_key(model: type[Model]) -> int:
    """A key that no row of `model` has or will be given by itself: for rows that quote their own key.

    On SQLite, whose one writer this transaction is, the key is taken by the row that is written with it.
    """
    table = model._meta.db_table
    if on_postgres():
        return int(fetch(f"SELECT nextval('{table}_id_seq')")[0][0])
    found = fetch("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    return int(found[0][0]) + 1 if found else 1


def moment(value: Any) -> dt.datetime | None:
    """A time out of a raw query as an aware one, whichever database it came from."""
    if value is None or (isinstance(value, dt.datetime) and value.tzinfo):
        return value
    naive = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return naive.replace(tzinfo=dt.UTC)


def _adapted(params: Sequence[Any]) -> list[Any]:
    if on_postgres():
        return list(params)
    return [_sqlite(value) for value in params]


def _sqlite(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, uuid.UUID):
        return value.hex
    return value


def _insert(name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> int:
    marks = ", ".join(["%s"] * len(columns))
    names = ", ".join(f'"{column}"' for column in columns)
    todo, count = iter(rows), 0
    with connection.cursor() as cursor:
        while batch := [[_sqlite(value) for value in row] for row in islice(todo, BATCH)]:
            cursor.executemany(f"INSERT INTO temp.{name} ({names}) VALUES ({marks})", batch)
            count += len(batch)
    return count


def _copy(name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """By way of a spool: while COPY runs nothing else can be asked, and `rows` may read the database itself."""
    names = ", ".join(f'"{column}"' for column in columns)
    count = 0
    with tempfile.SpooledTemporaryFile(SPOOL, "w+", encoding="utf-8", newline="\n") as spool:
        for row in rows:
            spool.write(_line(row) + "\n")
            count += 1
        spool.seek(0)
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(f"COPY {name} ({names}) FROM STDIN", spool, size=1 << 16)
    return count


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


def _line(row: Sequence[Any]) -> str:
    """A row as COPY takes it; what needs no escapes for certain is not looked into."""
    return "\t".join(
        [
            r"\N"
            if value is None
            else str(value)
            if type(value) is int
            else value
            if type(value) is str and value.isalnum()
            else _field(value)
            for value in row
        ]
    )


def _field(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isprintable() and "\\" not in value else value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)
