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
NEEDS_NO_TRANSACTION = ("SELECT nextval(", "EXECUTE ")  # new keys, and prepared queries (common.prepared)


class _Together:
    """The statements of one transaction that wait."""

    def __init__(self, is_whole: bool) -> None:
        self.waiting: list[Statement] = []
        self._goes = False
        self._begins = is_whole  # as soon as that is needed: until then psycopg2 sends no BEGIN
        if is_whole:
            connection.connection.autocommit = True

    def before(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """What is asked now is asked after what waits; what waits when a savepoint is rolled back was sent after it."""
        if not self._goes:
            if self._begins and (self.waiting or not sql.startswith(NEEDS_NO_TRANSACTION)):
                self._begins = connection.connection.autocommit = False
            if sql.startswith("ROLLBACK TO SAVEPOINT"):
                self.waiting.clear()
            self.go()
        return execute(sql, params, many, context)

    def go(self) -> None:
        """Sends what waits. Where no transaction was begun, PostgreSQL makes one of all that comes in one message."""
        if not self.waiting:
            return
        statements, self.waiting[:] = list(self.waiting), []
        self._goes = True
        try:
            with connection.cursor() as cursor:
                texts = [cursor.cursor.mogrify(sql, list(params) or None) for sql, params in statements]
                cursor.execute(b";\n".join(texts).decode())
        finally:
            self._goes = False


_together: ContextVar[_Together | None] = ContextVar("statements_that_wait", default=None)


@contextmanager
def together() -> Iterator[None]:
    """A transaction in which the statements of `send` wait, and go to PostgreSQL at once: at its end, or before
    anything else is asked.

    They are carried out in the order in which they were sent, and whoever asks finds their rows; only a refusal
    (IntegrityError) comes where they go. When nothing but keys and prepared queries was asked, neither BEGIN nor COMMIT
    is sent: one message is one transaction. Inside another transaction it is a savepoint of that one. SQLite, to which
    there is no trip, is told each at once.
    """
    if _together.get() is not None:
        yield
        return
    is_whole = not connection.in_atomic_block
    with transaction.atomic():
        if not bulk.on_postgres():
            yield
            return
        those = _Together(is_whole)
        token = _together.set(those)
        try:
            with connection.execute_wrapper(those.before):
                yield
                those.go()
        finally:
            _together.reset(token)


def send(statement: str | Prepared, params: Sequence[Any] = ()) -> None:
    """Carries out one statement of whose answer nobody wants to know; inside `together` it may wait."""
    sql, those = statement if isinstance(statement, str) else statement.text(), _together.get()
    if those is None:
        bulk.execute(sql, params)
    else:
        those.waiting.append((sql, params))


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
