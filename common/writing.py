"""Rows written one or a few at a time: by plain statements, which can go to PostgreSQL together, in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model

from common import bulk

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


def send(sql: str, params: Sequence[Any] = ()) -> None:
    """Carries out one statement of whose answer nobody wants to know; inside `together` it may wait."""
    waiting = _waiting.get()
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
    fields = _written(type(rows[0]), rows[0].pk is not None)
    names = ", ".join([f'"{field.column}"' for field in fields])
    marks = f"({', '.join(['%s'] * len(fields))})"
    send(
        f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) VALUES {", ".join([marks] * len(rows))}',
        [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields],
    )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _written(model: type[Model], with_key: bool) -> list[Field[Any, Any]]:
    """The columns that a row of `model`, which may be a proxy, is written with."""
    fields: Sequence[Field[Any, Any]] = model._meta.concrete_fields
    return [field for field in fields if with_key or not field.primary_key]


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
