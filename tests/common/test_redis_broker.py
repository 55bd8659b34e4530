"""What a worker does through a channel that Redis' death closed ends in an error that it survives."""

from __future__ import annotations

import pytest
from kombu import Connection
from kombu.transport import redis

from config.celery import app

BROKER = "redis://127.0.0.1:1/0"


def dead(kind: type[redis.Channel]) -> tuple[redis.Channel, tuple[type, ...]]:
    connection = Connection(BROKER)
    channel = kind.__new__(kind)
    channel.connection = None
    return channel, connection.connection_errors


def test_a_closed_channel_is_a_lost_connection() -> None:
    """Of the kind that the product's own connections open."""
    channel, survived = dead(app.connection_for_write(BROKER).get_transport_cls().Channel)
    with pytest.raises(survived):
        channel._connparams()


def test_control_kombus_own_raises_what_workers_die_of() -> None:
    channel, survived = dead(redis.Channel)
    with pytest.raises(AttributeError) as raised:
        channel._connparams()
    assert not isinstance(raised.value, survived)
