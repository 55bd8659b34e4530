"""Pages of this app; those of the imports stand in their own folder."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from orders import buyers, people_views, views
from orders.imports.urls import urlpatterns as import_pages

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = [
    *import_pages,
    path("", views.order_list, name="list"),
    path("unpaid/", views.unpaid, name="unpaid"),
    path("unpaid/remind/", views.remind, name="remind"),
    path("buyers/", buyers.buyers, name="buyers"),
    path("exceptions/", views.exceptions, name="exceptions"),
    path("waybills/", people_views.waybills, name="waybills"),
    path("commission/", people_views.commission, name="commission"),
    path("commission/export/", people_views.commission_export, name="commission_export"),
    path("deals/", people_views.deals, name="deals"),
    path("<int:pk>/", views.order_detail, name="detail"),
    path("<int:pk>/reveal/", views.reveal, name="reveal"),
    path("<int:pk>/presence/", views.present, name="presence"),
    path("<int:pk>/buyer-note/", buyers.note, name="buyer_note"),
    path("<int:pk>/phrases/", buyers.phrases, name="phrases"),
    path("<int:pk>/phrases/<int:phrase_pk>/copy/", buyers.copy_phrase, name="phrase_copy"),
    path("<int:pk>/do/<slug:action>/", views.act, name="act"),
]
