"""`POST shipments/`: tracking numbers, one or up to 5,000 at once."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import BadShape
from orders.api.serializers import OutcomeOut, ShipmentIn, ShipmentsIn
from orders.shipments import ShipmentRow, accept_rows
from suppliers.idempotency import idempotent
from suppliers.rest import ProblemOut, SupplierView, flag

BODY = PolymorphicProxySerializer(
    component_name="Shipments", serializers=[ShipmentIn, ShipmentsIn], resource_type_field_name=None
)


class ShipmentsView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": "shipments:write"}

    @extend_schema(
        operation_id="send_shipments",
        request=BODY,
        parameters=[
            OpenApiParameter("dry_run", bool),
            OpenApiParameter("confirm_odd_numbers", bool),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER),
        ],
        responses={200: OutcomeOut, "4XX": ProblemOut},
    )
    @idempotent("shipments")
    def post(self, request: Request) -> Response:
        body = taken(request.data)
        dry_run = flag(request, "dry_run")
        outcome = accept_rows(
            [ShipmentRow(row=n, **row) for n, row in enumerate(body["shipments"], 1)],
            supplier=self.supplier,
            by=request.user,
            confirm_odd_numbers=body["confirm_odd_numbers"] or flag(request, "confirm_odd_numbers"),
            dry_run=dry_run,
        )
        results = [
            {"row": r.row, "order_no": r.order_no, "verdict": r.verdict.value, "message": r.message}
            for r in outcome.rows
        ]
        return Response({"dry_run": dry_run, "results": results, "counts": outcome.counts})


def taken(data: Any) -> dict[str, Any]:
    """The body's rows; a single object is a list of one."""
    if not isinstance(data, dict) or not data:
        raise BadShape('Send one object, or {"shipments": [...]}.')
    if "shipments" not in data:
        data = {"shipments": [data], "confirm_odd_numbers": data.get("confirm_odd_numbers", False)}
    serializer = ShipmentsIn(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
