"""Rows of models without the ORM, for what is asked and made so often that the ORM takes longer than the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """Columns of a model in such a query, and the row that they make.

    Columns that are not named are read when somebody asks a row for them; without names it is all of them. The model's
    signals are not sent.
    """

    def __init__(self, model: type[M], *names: str) -> None:
        self._model = model
        found = {field.attname: field for field in model._meta.concrete_fields}
        self._fields: list[Field[Any, Any]] = [found[name] for name in names] if names else list(found.values())
        self._names = [field.attname for field in self._fields]
        self._key = self._names.index(model._meta.pk.attname)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._names)

    def sql(self, alias: str) -> str:
        """The columns as a SELECT names them."""
        return ", ".join(f'{alias}."{field.column}"' for field in self._fields)

    def row(self, values: Sequence[Any]) -> M | None:
        """The row with these values; None where a LEFT JOIN found none. Made as unpickling makes one."""
        if values[self._key] is None:
            return None
        row = self._model.__new__(self._model)
        row._state = ModelState()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        row.__dict__.update(zip(self._names, values, strict=True))
        for name, field, convert in self._converters:
            row.__dict__[name] = convert(row.__dict__[name], field, connection)
        return row

    @cached_property
    def _converters(self) -> list[tuple[str, Any, Callable[..., Any]]]:
        """What makes Python's values of the database's; PostgreSQL's need almost none."""
        table = self._model._meta.db_table
        columns = [(name, field.get_col(table)) for name, field in zip(self._names, self._fields, strict=True)]
        return [
            (name, column, convert)
            for name, column in columns
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        ]


def split(values: Sequence[Any], *columns: Columns[Any]) -> list[Any]:
    """The rows that one row of a result holds, in the order of `columns`; None for one that is not there."""
    found, start = [], 0
    for each in columns:
        found.append(each.row(values[start : start + len(each)]))
        start += len(each)
    return found


def fresh(model: type[M], **values: Any) -> M:
    """A row that is not saved yet, as `model(**values)` makes it, which looks at every column that has its default."""
    defaults, made = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__ |= defaults
    row.__dict__ |= {name: make() for name, make in made}
    for name, value in values.items():
        if name in row.__dict__:
            row.__dict__[name] = value
        else:
            setattr(row, name, value)
    return row


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """The defaults that all rows can share, and those that each gets of its own."""
    fields = model._meta.concrete_fields
    made = [(field.attname, field.get_default) for field in fields if callable(field.default)]
    return {field.attname: field.get_default() for field in fields if not callable(field.default)}, made
