"""The desk's pages."""

from __future__ import annotations

from django.urls import path

from sla import views

app_name = "sla"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("next/", views.most_urgent, name="next"),
    path("clocks/<int:pk>/", views.clock, name="clock"),
    path("clocks/<int:pk>/<slug:action>/", views.act, name="act"),
    path("views/", views.save_view, name="save_view"),
    path("views/<int:pk>/delete/", views.delete_view, name="delete_view"),
]
