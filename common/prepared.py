"""Statements that most requests send: PostgreSQL plans them once a connection."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from common import bulk

READS = re.compile(r"\s*SELECT\b", re.I)
LOCKS = re.compile(r"\bFOR\s+(NO\s+KEY\s+|KEY\s+)?(UPDATE|SHARE)\b", re.I)


class Prepared:
    """A statement with %s for its parameters. To plan it takes PostgreSQL several times as long as to find a row by its key.

    SQLite is told it as it stands.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._only_reads = bool(READS.match(sql)) and not LOCKS.search(sql)
        self._name = f"houtai_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
        marks = ", ".join(["%s"] * sql.count("%s"))
        self._execute = f"EXECUTE {self._name}({marks})" if marks else f"EXECUTE {self._name}"

    def fetch(self, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows, as `bulk.fetch` answers them.

        Raises ValueError for what does more than read: `writing.together` asks it before its transaction begins, where
        no lock would be held and nothing taken back.
        """
        if not self._only_reads:
            raise ValueError(f"This is asked outside of a transaction and may only read: {self.sql}")
        return bulk.fetch(self.text(), params)

    def text(self) -> str:
        """The statement as this connection is told it from now on."""
        known: Any = connection  # common.postgres
        return self._execute if bulk.on_postgres() and known.prepare(self._name, self.sql) else self.sql


@lru_cache(maxsize=256)
def prepared(sql: str) -> Prepared:
    """A statement that is put together where it is sent, but comes out as one of a few."""
    return Prepared(sql)
