"""Redis as the broker, without a habit of kombu's that ends workers.

When kombu closes a channel, it hands the calls that are not done yet back to the queue; when it closes one because
Redis died, that attempt raises what no worker survives. Here nothing is handed back: every call says no more than
«look now», and beat says it again within a minute.
"""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):  # type: ignore[misc]
    do_restore = False


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel


def register() -> None:
    """Makes it what kombu understands by `redis://`."""
    TRANSPORT_ALIASES["redis"] = "common.redis_broker:Transport"
