"""Endpoints about cases, joined to the suppliers' REST by `config.api_urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from aftersales.api import claims, requests, returns

urlpatterns: list[URLPattern] = [
    path("returns/", returns.ReturnsView.as_view(), name="returns"),
    path("returns/<slug:number>/arrival/", returns.ArrivalView.as_view(), name="return-arrival"),
    path("returns/<slug:number>/receipt/", returns.ReceiptView.as_view(), name="return-receipt"),
    path("returns/<slug:number>/mismatch/", returns.MismatchView.as_view(), name="return-mismatch"),
    path("photos/<slug:key>/", returns.PhotoView.as_view(), name="photo"),
    path("stock-questions/", requests.QuestionsView.as_view(), name="stock-questions"),
    path("stock-questions/<uuid:public_id>/answer/", requests.QuestionAnswerView.as_view(), name="stock-answer"),
    path("stop-requests/", requests.StopsView.as_view(), name="stop-requests"),
    path("stop-requests/<uuid:public_id>/answer/", requests.StopAnswerView.as_view(), name="stop-answer"),
    path("resends/", requests.ResendsView.as_view(), name="resends"),
    path("resends/<slug:number>/", requests.ResendView.as_view(), name="resend"),
    path("shortages/", requests.ShortagesView.as_view(), name="shortages"),
    path("claims/", claims.ClaimsView.as_view(), name="claims"),
    path("claims/<slug:number>/accept/", claims.AcceptView.as_view(), name="claim-accept"),
    path("claims/<slug:number>/dispute/", claims.DisputeView.as_view(), name="claim-dispute"),
]
