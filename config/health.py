"""/healthz, /readyz and /metrics."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.figures import broker_error, database_error, figures

LOOPBACK = {"127.0.0.1", "::1"}
HELP = {
    "open_clocks": "Clocks that run or are paused.",
    "due_clocks": "Clocks whose next look is over: the sweep has not come to them yet.",
    "oldest_due_clock_seconds": "How long the oldest of them has been waiting.",
    "unannounced_events": "Steps of clocks that nobody has been told of yet.",
    "queued_messages": "Messages waiting to be sent.",
    "dead_messages": "Messages given up: somebody must look.",
    "oldest_unsent_message_seconds": "Age of the oldest message that waits.",
    "sweep_heartbeat_seconds": "Time since the sweep last ended well.",
}


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody else: a restart would not mend a database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether the servers behind it answer too, and how far behind the work is. 503 when one is gone."""
    database, broker = database_error(), broker_error()
    answer: dict[str, Any] = {"database": database or "ok", "broker": broker or "ok"}
    if not database:
        answer |= figures()
    return JsonResponse(answer, status=503 if database or broker else 200)


def may_measure(request: HttpRequest) -> bool:
    """Who sits on this machine, or brings METRICS_TOKEN. What a proxy passes on does not come from this machine."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as Prometheus reads them."""
    if not may_measure(request):
        return HttpResponseForbidden("METRICS_TOKEN is needed.\n", content_type="text/plain; charset=utf-8")
    values = {"database_up": int(not database_error()), "broker_up": int(not broker_error())}
    if values["database_up"]:
        values |= figures()
    lines = []
    for name, value in values.items():
        if value is not None:
            about = HELP.get(name, "1 when it answers.")
            lines += [f"# HELP houtai_{name} {about}", f"# TYPE houtai_{name} gauge", f"houtai_{name} {value}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
