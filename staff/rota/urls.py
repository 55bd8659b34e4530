"""Pages of `staff.rota`."""

from __future__ import annotations

from django.urls import path

from staff.rota import views, views_mine, views_setup

app_name = "rota"
urlpatterns = [
    path("", views.rota, name="rota"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/cell/", views.cell, name="cell"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/versions/", views.versions, name="versions"),
    path("<int:pk>/print/", views.printed, name="print"),
    path("mine/", views_mine.mine, name="mine"),
    path("mine/wishes/", views_mine.wish, name="wish"),
    path("mine/wishes/<int:pk>/remove/", views_mine.wish_remove, name="wish_remove"),
    path("mine/calendar/", views_mine.feed_make, name="feed_make"),
    path("mine/calendar/revoke/", views_mine.feed_revoke, name="feed_revoke"),
    path("feed/<str:token>.ics", views_mine.feed, name="feed"),
    path("cleaning/<int:pk>/give/", views_mine.cleaning_give, name="cleaning_give"),
    path("cleaning/<int:pk>/done/", views_mine.cleaning_done, name="cleaning_done"),
    path("setup/", views_setup.setup, name="setup"),
    path("setup/set/", views_setup.use_set, name="use_set"),
    path("setup/shifts/new/", views_setup.shift_new, name="shift_new"),
    path("setup/shifts/<int:pk>/", views_setup.shift, name="shift"),
    path("setup/shifts/<int:pk>/use/", views_setup.shift_use, name="shift_use"),
    path("setup/teams/", views_setup.teams, name="teams"),
    path("setup/teams/new/", views_setup.team_new, name="team_new"),
    path("setup/teams/<int:pk>/", views_setup.team, name="team"),
    path("setup/teams/<int:pk>/demand/", views_setup.demand, name="demand"),
    path("setup/people/<int:pk>/", views_setup.member, name="member"),
    path("setup/special/", views_setup.special, name="special"),
    path("setup/special/<int:pk>/remove/", views_setup.special_remove, name="special_remove"),
    path("setup/rules/", views_setup.rules, name="rules"),
    path("setup/cleaning/", views_setup.cleaning, name="cleaning"),
]
