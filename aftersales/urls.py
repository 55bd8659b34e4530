"""Pages of cases."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from aftersales.views import bulk, case, lists, opening

app_name = "aftersales"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.case_list, name="list"),
    path("export/", lists.export, name="export"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("new/", opening.open_cases, name="open"),
    path("<int:pk>/", case.case, name="case"),
    path("<int:pk>/presence/", case.present, name="presence"),
    path("<int:pk>/step/<slug:step>/", case.act, name="act"),
    path("<int:pk>/do/<slug:action>/", case.do, name="do"),
    path("<int:pk>/calls/<int:contact_pk>/", case.called_back, name="called_back"),
]
