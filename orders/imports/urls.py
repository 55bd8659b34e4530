"""URLs of the import pages; `orders.urls` takes them in."""

from __future__ import annotations

from django.urls import URLPattern, path

from orders.imports import views

urlpatterns: list[URLPattern] = [
    path("imports/", views.imports, name="imports"),
    path("imports/<uuid:public_id>/", views.import_page, name="import"),
    path("imports/<uuid:public_id>/errors/", views.error_file, name="import_errors"),
    path("imports/<uuid:public_id>/repeat/", views.repeat, name="import_repeat"),
    path("codes/", views.codes, name="codes"),
    path("promotions/", views.promotions, name="promotions"),
    path("promotions/<int:pk>/withdraw/", views.withdraw, name="promotion_withdraw"),
]
