"""Whose sessions run: begun at the login, ended by idleness, by age, by a click, or with the user's rights."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from common import clock
from staff.models import User

SEEN = "seen_at"  # seconds since 1970, written at most once a minute
STARTED = "started_at"
GRAIN = 60


def begin(request: HttpRequest) -> None:
    """Marks the beginning; django.contrib.auth.login has just given the session its new key."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())


def is_poll(request: HttpRequest) -> bool:
    """Whether a page asks by itself: its element names itself in X-Poll, and htmx in HX-Trigger what triggered.

    Both must agree, because htmx sends an element's headers with the clicks on what stands inside it as well.
    """
    poll = request.headers.get("X-Poll", "")
    return poll != "" and poll == request.headers.get("HX-Trigger")


def is_over(request: HttpRequest) -> bool:
    """Idle for too long, or older than a session may get; moves the mark of the last request on.

    What an open page asks by itself is no activity, otherwise nobody who left a page open would ever be idle.
    """
    seconds = int(time.time())
    started = request.session.get(STARTED)
    if started is None:
        begin(request)
        return False
    seen = request.session.get(SEEN, started)
    if seconds - started >= settings.SESSION_COOKIE_AGE or seconds - seen > settings.SESSION_IDLE_SECONDS:
        return True
    if seconds - seen >= GRAIN and not is_poll(request):
        request.session[SEEN] = seconds
    return False


def of_user(user: User) -> list[Session]:
    """The sessions that `user` has. The table keeps nobody's name, so each one that runs is opened: keep it rare."""
    running = Session.objects.filter(expire_date__gt=clock.now()).iterator()
    return [session for session in running if session.get_decoded().get(SESSION_KEY) == str(user.pk)]


def last_seen(user_ids: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """When these users last did something in a session that runs at `now`, by id; what a page asks by itself does not count.

    Opens every running session: for the few moments in which a shift ends.
    """
    wanted = {str(pk): pk for pk in user_ids}
    found: dict[int, dt.datetime] = {}
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        data = session.get_decoded()
        pk, seen = wanted.get(data.get(SESSION_KEY, "")), data.get(SEEN)
        if pk is not None and seen is not None:
            at = dt.datetime.fromtimestamp(seen, dt.UTC)
            found[pk] = max(at, found.get(pk, at))
    return found


def end_all(user: User, *, but: str | None = None) -> int:
    """Ends the sessions of `user`, except the one with the key `but`. Returns how many ended."""
    keys = [session.session_key for session in of_user(user) if session.session_key != but]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
