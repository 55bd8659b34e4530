"""Beat's scheduler: says «look now» to the workers, and looks itself while there is no broker to say it to."""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError
from django.db import close_old_connections
from kombu import Producer

from common import waking

log = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Every task of the schedule is idempotent and finds its work in the database, so it may run here as well.

    One after the other: a long one delays the next tick, which then makes up for it.
    """

    producer: Any = None  # the parent's waits for a broker without end, before its first tick

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Says it to the workers; where nobody can be told within a second or two, does it."""
        try:
            with waking.line() as connection:
                self.apply_async(entry, producer=Producer(connection, auto_declare=False), advance=False)
        except (SchedulingError, *waking.AWAY) as error:
            log.warning("The broker is away (%s): beat does %s itself.", type(error).__name__, entry.task)
            self._do(entry)

    def _do(self, entry: ScheduleEntry) -> None:
        """An error is logged by Celery, as a worker's would be; beat goes on."""
        close_old_connections()
        self.app.tasks[str(entry.task)].apply()
        close_old_connections()
