"""Ends sessions that are idle or too old, and keeps those who owe a second factor at its door."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from staff import second_factor, sessions

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_PAGES = {
    "login",
    "logout",
    "set_language",
    "second_factor",
    "second_factor_start",
    "second_factor_enrol",
}


class SessionLimits:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.is_over(request):
            logout(request)
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
