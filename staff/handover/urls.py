"""Pages of `staff.handover`."""

from __future__ import annotations

from django.urls import URLPattern, path

from staff.handover import views

app_name = "handover"
urlpatterns: list[URLPattern] = [
    path("", views.book, name="book"),
    path("open/", views.open_by_hand, name="open"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/write/", views.write, name="write"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/taker/", views.name_taker, name="taker"),
    path("<int:pk>/items/<int:item_pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/items/<int:item_pk>/give-back/", views.give_back, name="give_back"),
    path("<int:pk>/sign/", views.sign, name="sign"),
]
