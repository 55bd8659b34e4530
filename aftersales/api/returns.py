"""`returns/`: goods on their way to a supplier, their arrival, what was in them (RET-03, RET-04)."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales.api import shown
from aftersales.api.serializers import GoodsIn, GoodsWithPhotosIn, ReturnOut, ReturnsOut
from aftersales.evidence import shared_with
from aftersales.models import Case
from aftersales.services import supplier_side
from aftersales.supplier_work import FEEDBACK, RETURN_STATES, due_of, returns_of
from aftersales.views.evidence import served
from common import clock
from common.api import BadShape, PlainJSONParser
from suppliers.idempotency import fingerprint_of, idempotent
from suppliers.rest import ProblemOut, SupplierView, chosen, paged, valid

READ, WRITE = "cases:read", "cases:write"
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
PAGE = [
    OpenApiParameter("limit", int, description="at most 500"),
    OpenApiParameter("cursor", str, description="from `next`"),
]


class ReturnsView(SupplierView):
    """Goods that buyers were told to send to the supplier."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(
        operation_id="returns",
        parameters=[OpenApiParameter("state", enum=list(RETURN_STATES), default="all"), *PAGE],
        responses={200: ReturnsOut, "4XX": ProblemOut},
    )
    def get(self, request: Request) -> Response:
        state = chosen(request, "state", RETURN_STATES, "all")
        rows, following = paged(request, returns_of(self.supplier, state), order=("opened_at", "id"))
        due = due_of([row.pk for row in rows], now=clock.now(), policies=FEEDBACK)
        results = [shown.returned(request, row, due.get(row.pk), self.supplier) for row in rows]
        return Response({"results": results, "next": following})


class _OneReturn(SupplierView):
    """An action on one return; its answer is the return as it is then."""

    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    def shown(self, request: Request, number: str) -> Response:
        row = returns_of(self.supplier).filter(number=number).first()
        if row is None:
            raise Http404
        due = due_of([row.pk], now=clock.now(), policies=FEEDBACK)
        return Response(shown.returned(request, row, due.get(row.pk), self.supplier))


class ArrivalView(_OneReturn):
    @extend_schema(
        operation_id="return_arrived", request=None, parameters=[KEY], responses={200: ReturnOut, "4XX": ProblemOut}
    )
    @idempotent("return-arrival")
    def post(self, request: Request, number: str) -> Response:
        """The parcel was signed for: 24 hours to count it begin."""
        try:
            supplier_side.note_arrival(supplier=self.supplier, number=number, by=request.user)
        except Case.DoesNotExist:
            raise Http404 from None
        return self.shown(request, number)


class ReceiptView(_OneReturn):
    """JSON, or a form with photos."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [PlainJSONParser, MultiPartParser]  # type: ignore[misc]
    body_limit = 60 * 1024 * 1024
    mismatched = False

    def fingerprint(self, request: Request) -> str:
        """Of the fields and of every photo: a form's own separators differ each time it is sent."""
        fields = repr(sorted((key, request.data.getlist(key)) for key in request.data if key not in request.FILES)) if (
            hasattr(request.data, "getlist")
        ) else repr(request.data)  # fmt: skip
        digests = [hashlib.sha256(photo.read()).digest() for photo in request.FILES.getlist("photos")]
        for photo in request.FILES.getlist("photos"):
            photo.seek(0)
        return fingerprint_of(request.method or "", request.path, fields, *digests)

    @extend_schema(
        operation_id="report_receipt",
        request={"application/json": GoodsIn, "multipart/form-data": GoodsWithPhotosIn},
        parameters=[KEY],
        responses={200: ReturnOut, "4XX": ProblemOut},
    )
    @idempotent("return-receipt")
    def post(self, request: Request, number: str) -> Response:
        """What came back, as agreed: the service can pay the buyer."""
        return self.report(request, number)

    def report(self, request: Request, number: str) -> Response:
        row = returns_of(self.supplier).filter(number=number).first()
        if row is None:
            raise Http404
        said = valid(GoodsWithPhotosIn(data=request.data))
        supplier_side.report_goods(
            supplier=self.supplier,
            number=number,
            counts=counts_of(row, said),
            remark=said["remark"],
            photos=request.FILES.getlist("photos"),
            mismatched=self.mismatched,
            by=request.user,
        )
        return self.shown(request, number)


class MismatchView(ReceiptView):
    mismatched = True

    @extend_schema(
        operation_id="report_mismatch",
        request={"application/json": GoodsIn, "multipart/form-data": GoodsWithPhotosIn},
        parameters=[KEY],
        responses={200: ReturnOut, "4XX": ProblemOut},
    )
    @idempotent("return-mismatch")
    def post(self, request: Request, number: str) -> Response:
        """What came back, and what about it is not as agreed (`remark`): the buyer is called back."""
        return self.report(request, number)


def counts_of(row: Case, said: dict[str, Any]) -> dict[int, tuple[int, int]]:
    """The counts for the lines of a case: by merchant code, or the one count of its only line. Raises BadShape (400)."""
    lines = list(row.lines.all())
    if "lines" in said:
        told = {each["sku"]: (each["good"], each["bad"]) for each in said["lines"]}
        codes = [each.line.sku for each in lines]
        if len(told) != len(said["lines"]) or set(told) != set(codes) or len(set(codes)) != len(codes):
            raise BadShape("lines: " + " | ".join(codes))
        return {each.pk: told[each.line.sku] for each in lines}
    if len(lines) != 1 or "good" not in said or "bad" not in said:
        raise BadShape("good, bad" if len(lines) == 1 else "lines: [{sku, good, bad}, …]")
    return {lines[0].pk: (said["good"], said["bad"])}


class PhotoView(SupplierView):
    """A picture of one of the supplier's own cases: sent by it, or shown to it."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(operation_id="photo", responses={(200, "image/jpeg"): OpenApiTypes.BINARY, "4XX": ProblemOut})
    def get(self, request: Request, key: str) -> FileResponse:
        found = shared_with(self.supplier).filter(key=key).first()
        if found is None:
            raise Http404
        return served(found)
