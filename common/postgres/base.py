"""The database connection of every request."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket before it asks the server whether it is still there."""

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
