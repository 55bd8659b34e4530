"""Telling workers that there is work. The work itself is a row: a call that is lost costs a minute, never the work."""

from __future__ import annotations

import logging

from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

log = logging.getLogger(__name__)
AWAY = (OperationalError, ChannelError, OSError)  # what is raised by a broker that is not there, or hangs
# Seconds, and no second try: somebody waits for a page meanwhile.
PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 1, "interval_start": 0, "interval_step": 0}


def line() -> Connection:
    """A connection to the broker that gives up within a second or two. Whoever uses it meets AWAY."""
    options = {**current_app.conf.broker_transport_options, **PATIENCE}
    return current_app.connection_for_write(connect_timeout=1, transport_options=options)


def wake(task: str) -> None:
    """Says «look now» to the workers, once. When the broker is away, beat looks itself within a minute."""
    try:
        with line() as connection:
            current_app.send_task(task, connection=connection, retry=False)
    except AWAY as error:
        log.warning("The broker is away (%s): %s waits for the next tick.", type(error).__name__, task)
