"""Pages of `staff.words`."""

from __future__ import annotations

from django.urls import URLPattern, path

from staff.words import handbook_views, reference, views

app_name = "words"
urlpatterns: list[URLPattern] = [
    path("", views.phrases, name="phrases"),
    path("phrases/new/", views.add, name="phrase_new"),
    path("phrases/<int:pk>/", views.change, name="phrase"),
    path("phrases/<int:pk>/copy/", views.copy, name="copy"),
    path("phrases/<int:pk>/decide/", views.decide, name="phrase_decide"),
    path("phrases/<int:pk>/retire/", views.retire, name="phrase_retire"),
    path("phrases/<int:pk>/review/", views.review, name="phrase_review"),
    path("check/", reference.check_text, name="check"),
    path("terms/", reference.terms, name="terms"),
    path("terms/new/", reference.term, name="term_new"),
    path("terms/<int:pk>/", reference.term, name="term"),
    path("findings/", reference.found, name="findings"),
    path("guides/", reference.guides, name="guides"),
    path("handbook/", handbook_views.handbook, name="handbook"),
    path("handbook/new/", handbook_views.draft, name="page_new"),
    path("handbook/<int:pk>/", handbook_views.page, name="page"),
    path("handbook/<int:pk>/draft/", handbook_views.draft, name="page_draft"),
    path("handbook/<int:pk>/read/", handbook_views.read, name="page_read"),
    path("handbook/<int:pk>/approve/", handbook_views.approve, name="page_approve"),
]
