"""Pages of `staff.conduct`."""

from __future__ import annotations

from django.urls import path

from staff.conduct import views

app_name = "conduct"
urlpatterns = [
    path("penalties/<int:pk>/", views.penalty, name="penalty"),
]
