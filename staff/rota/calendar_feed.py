"""Somebody's duties as iCalendar, for a phone: one event a window, in the time of Asia/Shanghai."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from common import clock
from staff.models import CalendarFeed, User
from staff.rota.selectors import own_duties
from staff.rota.services.own import digest_of
from staff.rota.states import Skill

DAY = dt.timedelta(days=1)
BACK, AHEAD = 31 * DAY, 92 * DAY  # what a feed holds
ZONE = "Asia/Shanghai"


def reader_of(token: str) -> User | None:
    """Whose feed has this secret; None when nobody's has, or the person may no longer log in."""
    feed = CalendarFeed.objects.select_related("user").filter(digest=digest_of(token)).first()
    if feed is None or not feed.user.is_active:
        return None
    return feed.user


def calendar_of(user: User, now: dt.datetime) -> bytes:
    """`user`'s own published duties of a month back and three months ahead. Two queries."""
    calendar = Calendar()
    calendar.add("prodid", "-//Houtai//Rota//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Shifts of %(name)s") % {"name": user.name})
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(_shanghai())
    today = clock.day_of(now)
    for duty in own_duties(user, today - BACK, today + AHEAD):
        for number, window in enumerate(duty.windows.all()):
            event = Event()
            event.add("uid", f"duty-{duty.pk}-{number}@houtai")
            event.add("summary", f"{duty.template.name} · {Skill(duty.skill).label}")
            event.add("dtstart", clock.local(window.starts_at))
            event.add("dtend", clock.local(window.ends_at))
            event.add("dtstamp", now.astimezone(dt.UTC))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _shanghai() -> Timezone:
    """The zone's rule, which has been the same since 1991: programs that know no zone names need it."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", dt.datetime(1991, 9, 15, 1, 0))  # noqa: DTZ001 - local by RFC 5545
    standard.add("tzoffsetfrom", dt.timedelta(hours=8))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone
