"""Pages of this app."""

from __future__ import annotations

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.daily_page, name="daily"),
    path("daily.xlsx", views.daily_workbook, name="workbook"),
]
