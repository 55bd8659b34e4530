"""Small things that pages share: where to go back to, and how a refusal is shown."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """Every request, behind the middleware of django_htmx."""

    htmx: HtmxDetails


def back_to(request: HttpRequest, fallback: str) -> str:
    """The `next` of a form when it is an address of ours, else `fallback` (a URL or a URL name)."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=settings.PRODUCTION
    )
    return wanted if wanted and ours else resolve_url(fallback)
