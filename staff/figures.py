"""What the admin's start page says about the promises and the outbox."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.admin import Figure, counted, list_url
from notifications.models import Message
from sla.models import CalendarDay, Clock
from sla.policies import personal_keys
from sla.selectors import calendar_warnings, set_aside_clocks
from sla.states import ClockState
from staff.models import LoginFailure


def clocks(now: dt.datetime) -> list[Figure]:
    """Due today, late, the oldest one that is nobody's own promise, and those that the sweep had to set aside."""
    running = Clock.objects.filter(state=ClockState.RUNNING)
    desk = reverse("sla:desk")
    late = counted(running.filter(due_at__lt=now))
    today = counted(running.filter(due_at__range=(now, clock.day_end(clock.day_of(now)))))
    aside = counted(set_aside_clocks())
    oldest = running.exclude(policy__in=personal_keys()).order_by("due_at", "id").first()
    return [
        Figure(_("Due today"), today, desk, "soon" if today else ""),
        Figure(_("Late"), late, f"{desk}?state=late", "late" if late else "fine"),
        Figure(_("Oldest due"), oldest.title if oldest else _("none"), desk, due_at=oldest.due_at if oldest else None),
        Figure(_("Set aside after errors"), aside, list_url(Clock, "aside=1"), "late" if aside else ""),
    ]


def outbox(now: dt.datetime) -> list[Figure]:
    """Messages that were given up, and how long the oldest one has been waiting."""
    dead = counted(Message.objects.filter(state=Message.State.DEAD))
    oldest = Message.objects.filter(state=Message.State.QUEUED).order_by("next_try_at", "id").first()
    waiting = oldest is not None and now - oldest.created_at > dt.timedelta(minutes=15)
    return [
        Figure(
            _("Oldest unsent message"),
            clock.local(oldest.created_at).strftime("%m-%d %H:%M") if oldest else _("none"),
            list_url(Message, "state__exact=queued"),
            "late" if waiting else "",
        ),
        Figure(_("Messages given up"), dead, list_url(Message, "state__exact=dead"), "late" if dead else ""),
    ]


def warnings(now: dt.datetime) -> list[Figure]:
    """Years without a public calendar, and people who are locked out right now."""
    missing = [
        Figure(_("Calendar"), str(said), list_url(CalendarDay), "soon") for said in calendar_warnings(clock.day_of(now))
    ]
    locked = counted(LoginFailure.objects.filter(failures__gt=5, window_started_at__gt=now - dt.timedelta(minutes=15)))
    shut = Figure(_("Locked out now"), locked, list_url(LoginFailure), "soon")
    return [*missing, shut] if locked else missing
