"""Knows who asks, ends sessions that are idle or too old, and keeps those who owe a second factor at its door."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from staff import second_factor, sessions
from staff.models import User

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_PAGES = {
    "login",
    "logout",
    "set_language",
    "second_factor",
    "second_factor_start",
    "second_factor_enrol",
}


class WhoAsks(AuthenticationMiddleware):
    """Django's middleware; the user is the one who came with the session, without a query more.

    Not a lazy one: SessionLimits wants to know him in any case.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = _who_asks(request)


def _who_asks(request: HttpRequest) -> User | AnonymousUser:
    """Whom the session proves; all but the usual, such as a key that was changed, is left to Django."""
    return sessions.proven_owner(request) or auth.get_user(request)


class SessionLimits:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.is_over(request):
            auth.logout(request)
        return self.get_response(request)


class SecondFactor:
    """A session that knows the password only reaches nothing but the second step (T11)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if second_factor.is_owed(request.user) and page_name(request) not in OPEN_PAGES:
            if request.headers.get("HX-Request"):
                return HttpResponseClientRedirect(resolve_url("second_factor"))
            return redirect("second_factor")
        return self.get_response(request)


def page_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
