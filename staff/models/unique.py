"""Uniqueness over a column that may be empty, on every database: SQLite knows no NULLS NOT DISTINCT."""

from __future__ import annotations

from django.db.models import BaseConstraint, Q, UniqueConstraint


def once(*fields: str, empty: str, name: str, condition: Q | None = None) -> list[BaseConstraint]:
    """`fields` with `empty` are there once; and where `empty` is NULL, the rest of the fields are there once."""
    rest = [field for field in fields if field != empty]
    base = condition if condition is not None else Q()
    return [
        UniqueConstraint(fields=list(fields), condition=base & Q(**{f"{empty}__isnull": False}), name=name),
        UniqueConstraint(fields=rest, condition=base & Q(**{f"{empty}__isnull": True}), name=f"{name}_empty"),
    ]
