"""The database connection of every request."""

from __future__ import annotations

import itertools
import re
import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket before it asks the server whether it is still there, and knows what it has prepared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared: set[str] = set()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._prepared = set()
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Whether the connection can be used, asked before the first statement of each request (CONN_HEALTH_CHECKS).

        A server that went away or ended the connection has closed its end, and such a socket has something to read. One
        that has nothing to read between two requests is as sound as an answer to «SELECT 1» could make it.
        """
        if self.connection is None or self.connection.closed:
            return False
        silent = select.poll()
        silent.register(self.connection.fileno(), select.POLLIN)
        return not silent.poll(0) or super().is_usable()

    def prepare(self, name: str, sql: str) -> bool:
        """Has the server plan `sql`, with %s for its parameters, under `name`, if this connection has not yet.

        False, and nothing done, for a connection that lives for one request (CONN_MAX_AGE 0), as a pooler in
        transaction mode wants it: it would be planned each time all the same, and the pooler lends each transaction
        another connection. What is prepared here is not undone by a rollback, and not counted as a query.
        """
        if self.settings_dict["CONN_MAX_AGE"] == 0:
            return False
        self.close_if_health_check_failed()
        self.ensure_connection()
        if name not in self._prepared:
            number = itertools.count(1)
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {re.sub('%s', lambda _mark: f'${next(number)}', sql)}")
            self._prepared.add(name)
        return True
