"""Pages of `staff.words`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "words"
urlpatterns: list[URLPattern] = []
