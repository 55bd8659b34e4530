"""/healthz, /readyz and /metrics: what a watcher outside asks."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
