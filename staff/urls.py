"""Login, second step, account, start page, language, presence."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from staff import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.login, name="login"),
    path("login/code/", views.verify_second_factor, name="second_factor"),
    path("login/code/start/", views.start_second_factor, name="second_factor_start"),
    path("login/code/set-up/", views.enrol_second_factor, name="second_factor_enrol"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="password_change"),
    path("account/sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("presence/", views.still_here, name="presence"),
]
