"""The only place that locks rows: always in primary-key order, so that two actions can never wait for each other."""

from __future__ import annotations

from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from common.exceptions import Conflict

M = TypeVar("M", bound=Model)


def lock(queryset: QuerySet[M]) -> list[M]:
    """The rows of `queryset`, locked until the transaction ends. (SQLite's single writer does the same.)"""
    return list(queryset.select_for_update(of=("self",)).order_by("pk"))


def lock_one(queryset: QuerySet[M], *, version: int | None = None) -> M:
    """The one row, locked. Raises Conflict when a `version` from a form is no longer the row's."""
    row = queryset.select_for_update(of=("self",)).get()
    if version is not None and getattr(row, "version", version) != version:
        from django.utils.translation import gettext as _

        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    return row


def lock_joined(model: type[Model], *, table: str, column: str) -> None:
    """Locks the rows of `model` whose keys stand in a temporary table, without reading them into this process."""
    if connection.vendor != "postgresql":
        return  # the transaction holds SQLite's only writer already
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT id FROM {model._meta.db_table} "
            f"WHERE id IN (SELECT {column} FROM {table}) ORDER BY id FOR NO KEY UPDATE) locked"
        )


def lock_alone(name: str) -> None:
    """Waits until nobody else is in the section of this name; held until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
