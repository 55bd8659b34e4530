"""Pages of `staff.conduct`."""

from __future__ import annotations

from django.urls import path

from staff.conduct import evaluation_views, training_views, views

app_name = "conduct"
urlpatterns = [
    path("", evaluation_views.evaluation, name="evaluation"),
    path("<int:pk>/", evaluation_views.person, name="person"),
    path("<int:pk>/rows/<slug:key>/", evaluation_views.rows, name="rows"),
    path("teams/<int:team_pk>/improve/", evaluation_views.improve, name="improve"),
    path("weights/", evaluation_views.weights, name="weights"),
    path("penalties/", views.penalties, name="penalties"),
    path("penalties/new/", views.propose, name="propose"),
    path("penalties/<int:pk>/", views.penalty, name="penalty"),
    path("penalties/<int:pk>/<slug:action>/", views.act, name="act"),
    path("fund/", views.fund, name="fund"),
    path("fund/<int:pk>/enter/", views.fund_enter, name="fund_enter"),
    path("fund/entries/<int:pk>/correct/", views.fund_correct, name="fund_correct"),
    path("training/", training_views.overview, name="training"),
    path("training/new/", training_views.training_new, name="training_new"),
    path("training/<int:pk>/", training_views.training_edit, name="training_edit"),
    path("mentoring/", training_views.mentoring_start, name="mentoring_start"),
    path("mentoring/<int:pk>/pass/", training_views.mentoring_pass, name="mentoring_pass"),
]
