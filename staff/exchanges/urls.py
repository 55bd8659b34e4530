"""Pages of `staff.exchanges`."""

from __future__ import annotations

from django.urls import path

from staff.exchanges import views, views_ask

app_name = "exchanges"
urlpatterns = [
    path("", views.exchanges, name="list"),
    path("new/", views_ask.ask_swap, name="ask_swap"),
    path("<int:pk>/", views.swap, name="swap"),
    path("<int:pk>/<slug:action>/", views.act_on_swap, name="swap_act"),
    path("leave/new/", views_ask.ask_leave, name="ask_leave"),
    path("leave/<int:pk>/", views.leave, name="leave"),
    path("leave/<int:pk>/<slug:action>/", views.act_on_leave, name="leave_act"),
    path("emergency/", views_ask.emergencies, name="emergencies"),
    path("emergency/<int:pk>/", views_ask.emergency, name="emergency"),
]
