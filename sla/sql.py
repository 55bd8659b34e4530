"""The few words of SQL that PostgreSQL and SQLite spell differently, and the sets that statements work on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from common.bulk import on_postgres


def plus(moment: str, seconds: str) -> str:
    """`moment` moved by `seconds` (SQL expressions)."""
    if on_postgres():
        return f"({moment} + ({seconds}) * interval '1 second')"
    return f"django_format_dtdelta('+', {moment}, CAST({seconds} AS integer) * 1000000)"


def seconds_between(later: str, earlier: str) -> str:
    """Whole seconds from `earlier` to `later` (SQL expressions)."""
    if on_postgres():
        return f"FLOOR(EXTRACT(EPOCH FROM ({later}) - ({earlier})))::integer"
    return f"(django_timestamp_diff({later}, {earlier}) / 1000000)"


def in_list() -> str:
    """«… is one of the parameter», for a list of any length made by `list_param`."""
    return "= ANY(%s)" if on_postgres() else "IN (SELECT value FROM json_each(%s))"


def list_param(values: Sequence[Any]) -> Any:
    return list(values) if on_postgres() else json.dumps(list(values))


def moment_param() -> str:
    return "%s::timestamptz" if on_postgres() else "%s"


@dataclass(frozen=True)
class Targets:
    """The subjects a statement works on, as SQL that yields (subject_id, stopped_at), with its parameters."""

    sql: str
    params: tuple[Any, ...]


def targets(
    subject_ids: Sequence[int] | None,
    subject_table: tuple[str, str] | None,
    at: dt.datetime,
    at_column: str = "",
) -> Targets:
    """From a list of ids, or from a column of a temporary table with, if it has one, its own column of times."""
    if subject_table is not None:
        table, column = subject_table
        when, params = (f"MIN({at_column})", ()) if at_column else (moment_param(), (at,))
        return Targets(
            f"(SELECT {column} AS subject_id, {when} AS stopped_at FROM {table} "
            f"WHERE {column} IS NOT NULL GROUP BY {column})",
            params,
        )
    ids = list_param(list(subject_ids or ()))
    if on_postgres():
        return Targets("(SELECT DISTINCT unnest(%s::bigint[]) AS subject_id, %s::timestamptz AS stopped_at)", (ids, at))
    return Targets("(SELECT DISTINCT value AS subject_id, %s AS stopped_at FROM json_each(%s))", (at, ids))
