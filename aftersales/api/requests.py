"""What suppliers are asked: is it in stock, can it be stopped, what is to be sent again; and what they report short."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales.api import shown
from aftersales.api.returns import KEY, PAGE, READ, WRITE
from aftersales.api.serializers import (
    CaseOut,
    QuestionOut,
    QuestionsOut,
    ResendIn,
    ResendsOut,
    ShortageIn,
    ShortageListOut,
    ShortagesIn,
    ShortagesOut,
    StockAnswerIn,
    StopAnswerIn,
    StopOut,
    StopsOut,
)
from aftersales.models import Case, Intercept, StockQuestion
from aftersales.services import supplier_side
from aftersales.services.supplier_side import ShortageRow
from aftersales.supplier_work import due_of, questions_of, resends_of, resent_by, shortages_of, stops_of
from common import clock
from common.api import BadShape
from orders.carriers import carrier_of
from suppliers.idempotency import idempotent
from suppliers.rest import ProblemOut, SupplierView, chosen, paged, valid

OPEN_OR_ANSWERED = ("open", "answered")
STATE = OpenApiParameter("state", enum=list(OPEN_OR_ANSWERED), default="open")
BODY = PolymorphicProxySerializer(
    component_name="ShortageReport", serializers=[ShortageIn, ShortagesIn], resource_type_field_name=None
)


class QuestionsView(SupplierView):
    """Questions about stock that wait for an answer, the oldest first."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(
        operation_id="stock_questions", parameters=[STATE, *PAGE], responses={200: QuestionsOut, "4XX": ProblemOut}
    )
    def get(self, request: Request) -> Response:
        answered = chosen(request, "state", OPEN_OR_ANSWERED, "open") == "answered"
        rows, following = paged(request, questions_of(self.supplier, answered=answered), order=("asked_at", "id"))
        due = due_of([row.case_id for row in rows], now=clock.now(), policies=(supplier_side.STOCK_ANSWER,))
        return Response({"results": [shown.question(row, due.get(row.case_id)) for row in rows], "next": following})


class QuestionAnswerView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    @extend_schema(
        operation_id="answer_stock_question",
        request=StockAnswerIn,
        parameters=[KEY],
        responses={200: QuestionOut, "4XX": ProblemOut},
    )
    @idempotent("stock-answer")
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """In stock or not, and when again."""
        get_object_or_404(StockQuestion, supplier=self.supplier, public_id=public_id)
        said = valid(StockAnswerIn(data=request.data))
        row = supplier_side.answer_question(supplier=self.supplier, public_id=public_id, by=request.user, **said)
        return Response(shown.question(row, None))


class StopsView(SupplierView):
    """Requests to cancel an order or to intercept its parcel, the oldest first (SUP-25, LOG-17)."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(
        operation_id="stop_requests", parameters=[STATE, *PAGE], responses={200: StopsOut, "4XX": ProblemOut}
    )
    def get(self, request: Request) -> Response:
        answered = chosen(request, "state", OPEN_OR_ANSWERED, "open") == "answered"
        rows, following = paged(request, stops_of(self.supplier, answered=answered), order=("asked_at", "id"))
        due = due_of([row.case_id for row in rows], now=clock.now(), policies=(supplier_side.STOP_GOODS,))
        return Response({"results": [shown.stop(row, due.get(row.case_id)) for row in rows], "next": following})


class StopAnswerView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    @extend_schema(
        operation_id="answer_stop_request",
        request=StopAnswerIn,
        parameters=[KEY],
        responses={200: StopOut, "4XX": ProblemOut},
    )
    @idempotent("stop-answer")
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Stopped, or too late."""
        get_object_or_404(Intercept, supplier=self.supplier, public_id=public_id)
        said = valid(StopAnswerIn(data=request.data))
        row = supplier_side.answer_stop(
            supplier=self.supplier,
            public_id=public_id,
            stopped=said["answer"] == Intercept.Answer.STOPPED,
            note=said["note"],
            by=request.user,
        )
        return Response(shown.stop(row, None))


class ResendsView(SupplierView):
    """What is to be sent again: exchanges, and what was missing (SUP-06, SUP-09)."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(operation_id="resends", parameters=PAGE, responses={200: ResendsOut, "4XX": ProblemOut})
    def get(self, request: Request) -> Response:
        rows, following = paged(request, resends_of(self.supplier), order=("entered_at", "id"))
        due = due_of([row.pk for row in rows], now=clock.now())
        return Response({"results": [shown.case(row, due.get(row.pk)) for row in rows], "next": following})


class ResendView(SupplierView):
    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    @extend_schema(
        operation_id="send_again", request=ResendIn, parameters=[KEY], responses={200: CaseOut, "4XX": ProblemOut}
    )
    @idempotent("resend")
    def post(self, request: Request, number: str) -> Response:
        """The number under which it was sent: the promise is kept when it arrives here."""
        get_object_or_404(Case, supplier=self.supplier, number=number)
        said = valid(ResendIn(data=request.data))
        supplier_side.send_again(
            supplier=self.supplier,
            number=number,
            carrier=carrier_of(said["carrier"]),
            tracking_no=said["tracking_no"],
            by=request.user,
        )
        return Response(shown.case(resent_by(self.supplier).get(number=number), None))


class ShortagesView(SupplierView):
    """Orders that cannot be shipped (SUP-11)."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ, "POST": WRITE}

    @extend_schema(operation_id="shortages", parameters=PAGE, responses={200: ShortageListOut, "4XX": ProblemOut})
    def get(self, request: Request) -> Response:
        """Those that are known, the latest first."""
        rows, following = paged(request, shortages_of(self.supplier), order=("-opened_at", "-id"))
        due = due_of([row.pk for row in rows], now=clock.now())
        results = [
            shown.case(row, due.get(row.pk)) | {"state": row.state, "promised_at": shown.time_of(row.promised_at)}
            for row in rows
        ]
        return Response({"results": results, "next": following})

    @extend_schema(
        operation_id="report_shortages",
        request=BODY,
        parameters=[KEY],
        responses={200: ShortagesOut, "4XX": ProblemOut},
    )
    @idempotent("shortages")
    def post(self, request: Request) -> Response:
        """One, or up to 500: a verdict a row; the buyers are contacted at once."""
        rows = [ShortageRow(row=n, **row) for n, row in enumerate(taken(request.data), 1)]
        found = supplier_side.report_shortages(rows, supplier=self.supplier, by=request.user)
        results = [
            {
                "row": each.row,
                "order_no": each.order_no,
                "verdict": each.verdict.value,
                "number": each.number,
                "message": str(each.verdict.label),
            }
            for each in found
        ]
        return Response({"results": results, "counts": Counter(each.verdict.value for each in found)})


def taken(data: Any) -> list[dict[str, Any]]:
    """The body's rows; a single object is a list of one."""
    if not isinstance(data, dict) or not data:
        raise BadShape('Send one object, or {"shortages": [...]}.')
    if "shortages" not in data:
        data = {"shortages": [data]}
    rows: list[dict[str, Any]] = valid(ShortagesIn(data=data))["shortages"]
    return rows
