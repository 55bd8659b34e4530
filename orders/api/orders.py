"""`GET orders/`: what a supplier has to ship."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock, masking, paging
from common.api import BadShape
from orders.api.serializers import LinesOut
from orders.supplier_work import STATES, Due, due_of, lines_of
from suppliers.rest import ProblemOut, SupplierView, number

MOST = 500
ORDER = ("fulfilment__paid_at", "fulfilment_id", "id")
COLUMNS = (
    *ORDER,
    "sku",
    "title",
    "attributes",
    "quantity",
    "shipped_quantity",
    "hold",
    "fulfilment__state",
    "order__order_no",
    "order__platform",
    "order__shop__name",
    "order__ship_mode",
    "order__flag",
    "order__remark_for_supplier",
    "order__receiver_name",
    "order__receiver_phone",
    "order__receiver_address",
)


class OrdersView(SupplierView):
    """The lines of the supplier's own parts, first paid first."""

    scopes: ClassVar[dict[str, str]] = {"GET": "orders:read"}

    @extend_schema(
        operation_id="orders",
        parameters=[
            OpenApiParameter("state", enum=list(STATES), default="to_ship"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
            OpenApiParameter("cursor", str, description="from `next`"),
        ],
        responses={200: LinesOut, "4XX": ProblemOut},
    )
    def get(self, request: Request) -> Response:
        state = request.query_params.get("state", "to_ship")
        if state not in STATES:
            raise BadShape(f"state: {' | '.join(STATES)}")
        cursor = request.query_params.get("cursor", "")
        if cursor and paging.decode(cursor, len(ORDER)) is None:
            raise BadShape("cursor")
        size = number(request, "limit", default=100, most=MOST)
        page = paging.keyset(lines_of(self.supplier, state).values(*COLUMNS), order=ORDER, cursor=cursor, size=size)
        now = clock.now()
        due = due_of({row["fulfilment_id"] for row in page.rows}, now=now)
        following = None
        if page.next_cursor:
            following = request.build_absolute_uri(f"?state={state}&limit={size}&cursor={page.next_cursor}")
        return Response(
            {"results": [shown(row, due.get(row["fulfilment_id"])) for row in page.rows], "next": following}
        )


def shown(row: dict[str, Any], due: Due | None) -> dict[str, Any]:
    """A line as suppliers see it: no key of ours, the buyer masked (SEC-07)."""
    return {
        "order_no": row["order__order_no"],
        "platform": row["order__platform"],
        "shop": row["order__shop__name"],
        "sku": row["sku"],
        "title": row["title"],
        "attributes": row["attributes"],
        "quantity": row["quantity"],
        "shipped_quantity": row["shipped_quantity"],
        "hold": row["hold"],
        "paid_at": clock.local(row["fulfilment__paid_at"]).isoformat(),
        "due_at": clock.local(due.at).isoformat() if due else None,
        "late": due.late if due else False,
        "state": row["fulfilment__state"],
        "promise": due.promise if due else "",
        "ship_mode": row["order__ship_mode"],
        "flag": row["order__flag"],
        "remark_for_supplier": row["order__remark_for_supplier"],
        "receiver": {
            "name": masking.name(row["order__receiver_name"]),
            "phone": masking.phone(row["order__receiver_phone"]),
            "region": masking.address(row["order__receiver_address"]),
        },
    }
