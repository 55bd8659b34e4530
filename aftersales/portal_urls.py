"""Pages of the supplier portal about cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from aftersales import portal

app_name = "supply"
urlpatterns: list[URLPattern] = [
    path("returns/", portal.returns, name="returns"),
    path("returns/<slug:number>/arrival/", portal.arrival, name="arrival"),
    path("returns/<slug:number>/count/", portal.count, name="count"),
    path("requests/", portal.requests, name="requests"),
    path("requests/stock/<uuid:public_id>/", portal.answer_question, name="answer_question"),
    path("requests/stop/<uuid:public_id>/", portal.answer_stop, name="answer_stop"),
    path("requests/resend/<slug:number>/", portal.send_again, name="send_again"),
    path("shortages/", portal.shortages, name="shortages"),
    path("order-sheets/", portal.order_sheet, name="order_sheet"),
    path("claims/", portal.claims, name="claims"),
    path("claims/<slug:number>/", portal.answer_claim, name="answer_claim"),
    path("photos/<slug:key>/", portal.photo, name="photo"),
]
