"""Redis as the broker, for workers that outlive it.

When Redis dies, kombu closes its channels; a task that ends later is acknowledged through a closed channel, and calls
that are not done are handed back through one. That raises AttributeError, which no worker survives. As the lost
connection that it is, they survive it: the call is lost, and beat says it again within a minute.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as LostConnectionError


class Channel(redis.Channel):
    def _connparams(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise LostConnectionError("The channel is closed.")
        return dict(super()._connparams(*arguments, **options))  # type: ignore[misc]  # not in the stubs


class Transport(redis.Transport):
    Channel = Channel


def register() -> None:
    """Makes it what kombu understands by `redis://`."""
    TRANSPORT_ALIASES["redis"] = "common.redis_broker:Transport"
