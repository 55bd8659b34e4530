"""Set-based writing: rows go into a temporary table, then a few statements do the work, the same on both databases."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, transaction

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
BATCH = 5_000  # rows an executemany takes at a time


def on_postgres() -> bool:
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


def index_temp(name: str, *columns: str) -> None:
    """An index on a filled temporary table: joins from SQLite's side need one."""
    execute(f"CREATE INDEX {name}_{'_'.join(columns)} ON {name} ({', '.join(columns)})")
    analyze(name)


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one statement with %s parameters (times, decimals and UUIDs as Python has them); answers the rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        return max(0, cursor.rowcount)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query. SQLite hands times back as text: `moment()` reads them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        return list(cursor.fetchall())


def stream(sql: str, params: Sequence[Any] = (), *, size: int = 2_000) -> Iterator[tuple[Any, ...]]:
    """The rows of a query one by one, `size` of them at a time in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, _adapted(params) or None)
        while batch := cursor.fetchmany(size):
            yield from batch


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
    names = ", ".join(f'"{column}"' for column in columns)
    source = _CopyStream(rows)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {name} ({names}) FROM STDIN", source, size=1 << 16)
    return source.count


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


def _field(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


class _CopyStream(io.TextIOBase):
    """Rows as COPY's text format, made while PostgreSQL reads."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.count = 0
        self._rows = iter(rows)
        self._left = ""
        self._format: Callable[[Any], str] = _field

    def read(self, size: int | None = -1) -> str:
        parts, length = [self._left], len(self._left)
        while size is None or size < 0 or length < size:
            row = next(self._rows, None)
            if row is None:
                break
            self.count += 1
            line = "\t".join(map(self._format, row)) + "\n"
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        if size is None or size < 0:
            size = length
        self._left = text[size:]
        return text[:size]
