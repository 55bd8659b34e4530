"""`shipment-uploads/`: whole files of tracking numbers, carried out in the background."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common import tablefile
from common.api import BadShape
from orders.api.serializers import UploadIn, UploadOut, UploadWithRowsOut
from orders.models import ShipmentUpload
from orders.states import Verdict
from orders.supplier_work import uploads_of
from orders.uploads.jobs import rows_read, stage_upload
from suppliers.authentication import token_of
from suppliers.idempotency import fingerprint_of, idempotent
from suppliers.rest import ProblemOut, SupplierView, flag, number

MOST = 1_000
FINE = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.REPLACED)


class UploadsView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": "shipments:write"}
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]
    body_limit = tablefile.MAX_BYTES + 64 * 1024

    def fingerprint(self, request: Request) -> str:
        digest = hashlib.sha256()
        for chunk in sent_file(request).chunks():
            digest.update(chunk)
        sent_file(request).seek(0)
        return fingerprint_of(request.method or "", request.META.get("QUERY_STRING", ""), digest.digest())

    @extend_schema(
        operation_id="upload_shipments",
        request={"multipart/form-data": UploadIn},
        parameters=[
            OpenApiParameter("dry_run", bool),
            OpenApiParameter("confirm_odd_numbers", bool),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER),
        ],
        responses={202: UploadOut, "4XX": ProblemOut},
    )
    @idempotent("shipment-uploads")
    def post(self, request: Request) -> Response:
        upload = stage_upload(
            supplier=self.supplier,
            file=sent_file(request),
            token=token_of(request),
            dry_run=flag(request, "dry_run"),
            confirm_odd_numbers=flag(request, "confirm_odd_numbers"),
        )
        body = shown(request, upload)
        return Response(body, status=202, headers={"Location": body["url"]})


class UploadView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"GET": "shipments:write"}

    @extend_schema(
        operation_id="upload",
        parameters=[
            OpenApiParameter("rows", enum=["all", "refused"], default="all"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
            OpenApiParameter("cursor", int, description="from `next`"),
        ],
        responses={200: UploadWithRowsOut, "4XX": ProblemOut},
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        upload = uploads_of(self.supplier).filter(public_id=public_id).first()
        if upload is None:
            raise Http404
        wanted = request.query_params.get("rows", "all")
        size = number(request, "limit", default=100, most=MOST)
        after = number(request, "cursor", default=0, most=999_999_999)
        rows = upload.rows.filter(row__gt=after).order_by("row")
        if wanted == "refused":
            rows = rows.exclude(verdict__in=FINE)
        found = list(rows.values("row", "order_no", "verdict", "message")[: size + 1])
        following = None
        if len(found) > size:
            following = request.build_absolute_uri(f"?rows={wanted}&limit={size}&cursor={found[size - 1]['row']}")
        return Response(shown(request, upload) | {"rows": found[:size], "next": following})


def sent_file(request: Request) -> Any:
    file = request.FILES.get("file")
    if file is None:
        raise BadShape("multipart/form-data: file")
    return file


def shown(request: Request, upload: ShipmentUpload) -> dict[str, Any]:
    return {
        "id": str(upload.public_id),
        "url": request.build_absolute_uri(reverse("api:shipment-upload", args=[upload.public_id])),
        "name": upload.name,
        "dry_run": upload.dry_run,
        "state": upload.state,
        "progress": rows_read(upload),
        "row_count": upload.row_count,
        "counts": upload.counts,
        "errors": [upload.refusal] if upload.refusal else [],
    }
