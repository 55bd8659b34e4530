"""Browser URLs; the suppliers' REST stands in `config.api_urls`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

handler500 = "common.errors.server_error"
urlpatterns = [
    path("", include("staff.urls")),
    path("desk/", include("sla.urls")),
    path("orders/", include("orders.urls")),
    path("cases/", include("aftersales.urls")),
    path("portal/", include("orders.portal_urls")),
    path("portal/", include("aftersales.portal_urls")),
    path("returns/", include("aftersales.returns.urls")),
    path("finance/", include("ledger.urls")),
    path("notices/", include("notifications.urls")),
    path("reports/", include("reports.urls")),
    path("rota/", include("staff.rota.urls")),
    path("duty/", include("staff.duty.urls")),
    path("swaps/", include("staff.exchanges.urls")),
    path("handover/", include("staff.handover.urls")),
    path("words/", include("staff.words.urls")),
    path("records/", include("staff.records.urls")),
    path("people/", include("staff.conduct.urls")),
    path("api/v1/", include("config.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("", include("config.health_urls")),
    path("admin/", admin.site.urls),
]
