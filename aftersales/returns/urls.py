"""The return desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from aftersales.returns import batch_views, views

app_name = "returns"
urlpatterns: list[URLPattern] = [
    path("", views.desk, name="desk"),
    path("scan/", views.scan, name="scan"),
    path("arrive/", views.arrive, name="arrive"),
    path("pool/add/", views.pool_add, name="pool_add"),
    path("parcels/<int:pk>/assign/", views.assign, name="assign"),
    path("parcels/<int:pk>/count/", views.count, name="count"),
    path("parcels/<int:pk>/judge/", views.judge, name="judge"),
    path("lists/<slug:which>/", views.parcels, name="list"),
    path("goods/", batch_views.goods, name="goods"),
    path("batches/", batch_views.batches, name="batches"),
    path("batches/<int:pk>/", batch_views.batch, name="batch"),
    path("batches/<int:pk>/send/", batch_views.send, name="send"),
    path("batches/<int:pk>/list.pdf", batch_views.printed, name="print"),
    path("batches/goods/<int:pk>/off/", batch_views.take_off, name="take_off"),
]
