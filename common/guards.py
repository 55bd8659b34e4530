"""The guard of every page: one right, named as Django names it, answered from `staff.roles`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponseBase]


def right_required(*rights: str) -> Callable[[View], View]:
    """Let in who is logged in and has every one of `rights` («orders.view_order»); none named: any login.

    Nobody logged in: to the login page and back. Logged in without the right: 403. An htmx request gets
    the same answers as a part: a redirect of the whole page, or a short 403 part.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            if not request.user.has_perms(rights):
                return forbidden(request)
            return view(request, *args, **kwargs)

        guarded.rights = rights  # type: ignore[attr-defined]
        return guarded

    return decorate


def to_login(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url("login"))
    return redirect_to_login(request.get_full_path())


def forbidden(request: HttpRequest) -> HttpResponse:
    template = "staff/_forbidden.html" if getattr(request, "htmx", False) else "403.html"
    return render(request, template, status=403)
