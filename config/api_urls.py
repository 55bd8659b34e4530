"""The suppliers' REST interface under /api/v1/, all endpoints together."""

from __future__ import annotations

from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from common.api import no_such_address
from orders.api.orders import OrdersView
from orders.api.shipments import ShipmentsView
from orders.api.uploads import UploadsView, UploadView
from suppliers.api import StockView

app_name = "api"
urlpatterns = [
    path("orders/", OrdersView.as_view(), name="orders"),
    path("shipments/", ShipmentsView.as_view(), name="shipments"),
    path("shipment-uploads/", UploadsView.as_view(), name="shipment-uploads"),
    path("shipment-uploads/<uuid:public_id>/", UploadView.as_view(), name="shipment-upload"),
    path("stock/", StockView.as_view(), name="stock"),
    path("", include("aftersales.api.urls")),
    re_path(r"^.*$", csrf_exempt(no_such_address), name="nothing"),
]
