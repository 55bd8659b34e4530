"""Pages of `staff.duty`."""

from __future__ import annotations

from django.urls import path

from staff.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.now, name="now"),
    path("chip/", views.chip, name="chip"),
    path("in/", views.come, name="come"),
    path("out/", views.leave, name="leave"),
    path("away/", views.away, name="away"),
    path("back/", views.back, name="back"),
    path("out/<int:pk>/", views.let_go, name="let_go"),
]
