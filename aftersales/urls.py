"""Pages of cases."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from aftersales.views import bulk, case, evidence, lists, opening, papers, patrol

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
    path("<int:pk>/evidence/", evidence.add, name="evidence_add"),
    path("<int:pk>/kit/", evidence.draft, name="kit_draft"),
    path("<int:pk>/kit/<int:number>/", evidence.kit, name="kit"),
    path("evidence/<slug:key>/", evidence.file, name="evidence_file"),
    path("evidence/<slug:key>/small/", evidence.thumbnail, name="evidence_thumbnail"),
    path("evidence/<slug:key>/sort/", evidence.sort, name="evidence_sort"),
    path("evidence/<slug:key>/share/", evidence.share, name="evidence_share"),
    path("evidence/<slug:key>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
    path("patrol/", patrol.patrol, name="patrol"),
    path("patrol/<int:pk>/", patrol.round_, name="patrol_round"),
    path("patrol/marks/<int:pk>/", patrol.remark, name="patrol_remark"),
    path("<int:pk>/print/<slug:paper>/", papers.paper, name="paper"),
    path("handover-list/", papers.handover, name="handover_list"),
]
