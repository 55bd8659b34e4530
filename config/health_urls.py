"""/healthz, /readyz and /metrics: what a watcher outside asks."""

from __future__ import annotations

from django.urls import path

from config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
