"""What the figures of a day mean. One place says it: the queries use it, the page and the workbook print it.

A day is an Asia/Shanghai day, from 00:00:00 to 24:00:00. Void promises (a closed order) count nowhere. Times are as
they stood at the end of the day, or now while the day still runs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from sla.models import PolicyVersion
from sla.states import OPEN, ClockState, StepKind, Verdict

DEFINITIONS = (
    (_("Started"), _("promises that began to run on the day")),
    (_("Met"), _("fulfilled on the day, by their due time")),
    (_("Met late"), _("due time passed on the day; fulfilled after it, before the day ended")),
    (_("Breached"), _("due time passed on the day; not fulfilled when the day ended")),
    (
        _("Share in time"),
        _("met ÷ (met + met late + breached): of all promises decided on the day, those that were kept"),
    ),
    (_("Still open"), _("not fulfilled when the day ended, whenever they began; «late» of them were past due")),
    (
        _("Time taken"),
        _("from start to fulfilment without pauses, of all promises fulfilled on the day: median and 90th percentile"),
    ),
    (_("How late"), _("from due time to fulfilment, of all promises fulfilled late on the day, whenever due")),
    (_("Due tomorrow morning"), _("open and due on the next day before 12:00")),
    (_("Overdue refunds"), _("platform refund deadlines that passed unfulfilled, by the week in which they passed")),
)


@dataclass(frozen=True)
class Period:
    """A day as instants: [start, end), and the moment at which it is looked at."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime
    as_of: dt.datetime
    timers: tuple[int, ...] = ()  # policy versions that only remind: without a breach rung nothing is ever late

    @classmethod
    def of(cls, day: dt.date, now: dt.datetime) -> Period:
        end = clock.day_start(day + dt.timedelta(days=1))
        timers = PolicyVersion.objects.exclude(steps__kind=StepKind.BREACH).values_list("pk", flat=True)
        return cls(day, clock.day_start(day), end, min(end, now), tuple(timers))

    @property
    def touching(self) -> Q:
        """Every clock that was open at some time of the day."""
        return (
            ~Q(state=ClockState.VOID) & Q(started_at__lt=self.end) & (Q(state__in=OPEN) | Q(stopped_at__gte=self.start))
        )

    @property
    def started(self) -> Q:
        return Q(started_at__gte=self.start)

    @property
    def met(self) -> Q:
        return Q(verdict=Verdict.MET, stopped_at__lt=self.end)

    @property
    def missed(self) -> Q:
        """Due on the day and not met: met late, or still breached at its end."""
        return Q(due_at__gte=self.start) & self.past_due

    @property
    def past_due(self) -> Q:
        """By the due time, not by whether the sweep has been there yet; a paused promise is not late."""
        return Q(due_at__lt=self.as_of) & (
            Q(verdict=Verdict.BREACHED)
            | (Q(verdict=Verdict.NONE, state=ClockState.RUNNING) & ~Q(version_id__in=self.timers))
        )

    @property
    def open_at_end(self) -> Q:
        return Q(state__in=OPEN) | Q(stopped_at__gte=self.end)

    @property
    def ended(self) -> Q:
        """Fulfilled on the day, in time or late."""
        return Q(state=ClockState.STOPPED, stopped_at__gte=self.start, stopped_at__lt=self.end)
