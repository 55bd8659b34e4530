"""Ends sessions that were idle too long; the absolute limit is the cookie's age."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SEEN = "seen_at"
GRAIN = 60  # seconds between two writes of the session


class SessionLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            seconds = int(time.time())
            seen = request.session.get(SEEN, seconds)
            if seconds - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif seconds - seen >= GRAIN or SEEN not in request.session:
                request.session[SEEN] = seconds
        return self.get_response(request)
