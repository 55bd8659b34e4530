"""Pages of `ledger`, under /finance/."""

from __future__ import annotations

from django.urls import path

from ledger.views import batches, claims, slips, statements

app_name = "ledger"
urlpatterns = [
    path("", slips.queue, name="queue"),
    path("approve/", slips.approve_many, name="approve_many"),
    path("export/", slips.export, name="export"),
    path("batches/", batches.batches, name="batches"),
    path("batches/make/", batches.make, name="make_batches"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/pay/", batches.pay, name="pay_batch"),
    path("batches/<int:pk>/dissolve/", batches.dissolve, name="dissolve_batch"),
    path("batches/<int:pk>/export/", batches.export, name="export_batch"),
    path("differences/", batches.differences, name="differences"),
    path("differences/compare/", batches.compare, name="compare"),
    path("differences/<int:refund_pk>/slip/", batches.write_slip, name="write_slip"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/<slug:action>/", claims.act, name="claim_act"),
    path("losses/<int:pk>/shares/", claims.shares, name="shares"),
    path("statements/", statements.overview, name="statements"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("statements/<int:pk>/export/", statements.export, name="export_statement"),
    path("balance/", statements.months, name="balance"),
    path("slips/<int:pk>/", slips.slip, name="slip"),
    path("slips/<int:pk>/<slug:action>/", slips.act, name="act"),
]
