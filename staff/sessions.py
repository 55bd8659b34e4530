"""Whose sessions run: begun at the login, ended by idleness, by age, by a click, or with the user's rights."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from common import clock
from staff.models import Session, User
from staff.session_store import SEEN

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


def proven_owner(request: HttpRequest) -> User | None:
    """The user who came with the session, if it proves him as django.contrib.auth asks: logged in by a backend that
    counts, not switched off, and with the password that he has now."""
    session = request.session
    logged_in = session.get(SESSION_KEY)  # the session is read here
    owner: User | None = getattr(session, "owner", None)
    if owner is None or not owner.is_active or logged_in != str(owner.pk):
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    known = constant_time_compare(session.get(HASH_SESSION_KEY, ""), owner.get_session_auth_hash())
    return owner if known else None


def of_user(user: User) -> QuerySet[Session]:
    """The sessions that `user` has."""
    return Session.objects.filter(user=user, expire_date__gt=clock.now())


def last_seen(user_ids: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """When these users last did something in a session that runs at `now`, by id.

    What a page asks by itself does not count.
    """
    running = Session.objects.filter(user__in=set(user_ids), expire_date__gt=now, seen_at__isnull=False)
    return dict(running.values_list("user").annotate(Max("seen_at")))


def end_all(user: User, *, but: str | None = None) -> int:
    """Ends the sessions of `user`, except the one with the key `but`. Returns how many ended."""
    ended, _by_model = of_user(user).exclude(session_key=but or "").delete()
    return ended
