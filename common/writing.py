"""Rows written one or a few at a time: by plain statements, which can go to PostgreSQL together, in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import BooleanField, CharField, Field, ForeignKey, IntegerField, Model, TextField

from common import bulk
from common.prepared import Prepared

Statement = tuple[str, Sequence[Any]]
_waiting: ContextVar[list[Statement] | None] = ContextVar("statements_that_wait", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Inside, the statements of `send` wait, and go to PostgreSQL at once: at the end, or before anything else is asked.

    They are carried out in the order in which they were sent, and whoever asks finds their rows; only a refusal
    (IntegrityError) comes where they go. Raises TransactionManagementError outside a transaction. SQLite, to which
    there is no trip, is told each at once.
    """
    if not bulk.on_postgres() or _waiting.get() is not None:
        yield
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("together needs a transaction")
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_those_first):
            yield
            _go()
    finally:
        _waiting.reset(token)


def send(statement: str | Prepared, params: Sequence[Any] = ()) -> None:
    """Carries out one statement of whose answer nobody wants to know; inside `together` it may wait."""
    sql, waiting = statement if isinstance(statement, str) else statement.text(), _waiting.get()
    if waiting is None:
        bulk.execute(sql, params)
    else:
        waiting.append((sql, params))


def insert(*rows: Model) -> None:
    """Writes new rows of one model as they stand, by one statement; inside `together` it may wait.

    The ORM puts the same statement together anew each time, which takes longer than the database needs to carry it out.
    No signals are sent, and a row that brings no key is not told the one that it gets.
    """
    if not rows:
        return
    written = _written(type(rows[0]), rows[0].pk is not None)
    send(
        written.one if len(rows) == 1 else f"{written.into} {', '.join([written.marks] * len(rows))}",
        [value for row in rows for value in written.values(row)],
    )
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


class _Written:
    """The columns that rows of a model, which may be a proxy, are written with."""

    def __init__(self, model: type[Model], with_key: bool) -> None:
        fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
        names = ", ".join([f'"{field.column}"' for field in fields])
        self.into = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES'
        self.marks = f"({', '.join(['%s'] * len(fields))})"
        self.one = Prepared(f"{self.into} {self.marks}")
        self._fields = [(field, field.attname, _plain(field)) for field in fields]

    def values(self, row: Model) -> list[Any]:
        """What the database is told of `row`, in the order of the columns."""
        known, asked = row.__dict__, connections[DEFAULT_DB_ALIAS]
        return [
            known[name]
            if type(known.get(name, ...)) in plain
            else field.get_db_prep_save(field.pre_save(row, True), asked)
            for field, name, plain in self._fields
        ]


PLAIN: dict[type[Field[Any, Any]], type] = {
    CharField: str,
    TextField: str,
    IntegerField: int,
    BooleanField: bool,
    ForeignKey: int,
}


def _plain(field: Field[Any, Any]) -> tuple[type, ...]:
    """The types of values that the field hands to the database as they are: asking it takes longer than the rest."""
    steps = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save")
    for kind, plain in PLAIN.items():
        if isinstance(field, kind) and all(getattr(type(field), step) is getattr(kind, step) for step in steps):
            return plain, type(None)
    return ()


@cache
def _written(model: type[Model], with_key: bool) -> _Written:
    return _Written(model, with_key)


def _those_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """What is asked now is asked after what waits; what waits when a savepoint is rolled back was sent after it."""
    waiting = _waiting.get()
    if waiting and sql.startswith("ROLLBACK TO SAVEPOINT"):
        waiting.clear()
    _go()
    return execute(sql, params, many, context)


def _go() -> None:
    waiting = _waiting.get()
    if not waiting:
        return
    statements, waiting[:] = list(waiting), []
    with connection.cursor() as cursor:
        texts = [cursor.cursor.mogrify(sql, list(params) or None) for sql, params in statements]
        cursor.execute(b";\n".join(texts).decode())
