"""The shapes of requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from aftersales.models import Intercept, StockQuestion
from aftersales.services.inspecting import MOST_PIECES
from aftersales.services.supplier_side import ShortageVerdict
from aftersales.states import Kind, ShortageState
from ledger.states import ClaimState
from suppliers.rest import Text

MOST_ROWS = 500
STAGES = ("announced", "on_the_way", "arrived", "counted", "mismatched")


def _needed(**more: Any) -> Text:
    return Text(required=True, default=empty, allow_blank=False, **more)


class CountIn(serializers.Serializer[Any]):
    sku = _needed(max_length=64)
    good = serializers.IntegerField(min_value=0, max_value=MOST_PIECES)
    bad = serializers.IntegerField(min_value=0, max_value=MOST_PIECES)


class LinesField(serializers.ListField):
    """A list of counts; in a form its JSON text."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) == 1 and isinstance(data[0], str):
            data = data[0]
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                self.fail("not_a_list", input_type="text")
        found: list[Any] = super().to_internal_value(data)
        return found


class GoodsIn(serializers.Serializer[Any]):
    """`good` and `bad` where the return has one line; `lines` where it has several."""

    good = serializers.IntegerField(min_value=0, max_value=MOST_PIECES, required=False)
    bad = serializers.IntegerField(min_value=0, max_value=MOST_PIECES, required=False)
    lines = LinesField(child=CountIn(), required=False, max_length=100, help_text="a list; in a form its JSON text")
    remark = Text(max_length=300)


class GoodsWithPhotosIn(GoodsIn):
    photos = serializers.ListField(child=serializers.FileField(), required=False)


class PhotoOut(serializers.Serializer[Any]):
    url = serializers.CharField()
    name = serializers.CharField()
    sent_by_you = serializers.BooleanField()


class ReturnParcelOut(serializers.Serializer[Any]):
    carrier = serializers.CharField()
    tracking_no = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)


class ReturnLineOut(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    attributes = serializers.CharField()
    quantity = serializers.IntegerField()
    wanted = serializers.CharField(help_text="of an exchange: what the buyer wants instead")
    good = serializers.IntegerField(allow_null=True)
    bad = serializers.IntegerField(allow_null=True)


class CaseOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    order_no = serializers.CharField()
    reason = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    lines = ReturnLineOut(many=True)


class ReturnOut(CaseOut):
    stage = serializers.ChoiceField(choices=STAGES)
    buyer_words = serializers.CharField()
    parcels = ReturnParcelOut(many=True)
    photos = PhotoOut(many=True)


class QuestionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.CharField()
    order_no = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    answer = serializers.ChoiceField(choices=["", *StockQuestion.Answer.values])
    again_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()


class StockAnswerIn(serializers.Serializer[Any]):
    in_stock = serializers.BooleanField()
    again_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = Text()


class StopOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.CharField()
    order_no = serializers.CharField()
    how = serializers.ChoiceField(choices=Intercept.How.choices)
    tracking_no = serializers.CharField()
    goods = serializers.ListField(child=serializers.CharField())
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    answer = serializers.ChoiceField(choices=["", *Intercept.Answer.values])
    note = serializers.CharField()


class StopAnswerIn(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=Intercept.Answer.choices)
    note = Text()


class ResendIn(serializers.Serializer[Any]):
    carrier = _needed(help_text="a code (ZTO) or a name (中通快递)")
    tracking_no = _needed(max_length=60)


class ShortageIn(serializers.Serializer[Any]):
    order_no = _needed(max_length=40)
    sku = Text(max_length=64, help_text="only where a part of the order is short: the merchant code")
    again_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = Text(max_length=160)


class ShortagesIn(serializers.Serializer[Any]):
    shortages: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ShortageIn(), max_length=MOST_ROWS, allow_empty=False
    )


class ShortageResultOut(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    order_no = serializers.CharField()
    verdict = serializers.ChoiceField(choices=ShortageVerdict.choices)
    number = serializers.CharField(help_text="of the case; empty where there is none")
    message = serializers.CharField()


class ShortagesOut(serializers.Serializer[Any]):
    results = ShortageResultOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="verdict → rows")


class ShortageOut(CaseOut):
    state = serializers.ChoiceField(choices=ShortageState.choices)
    promised_at = serializers.DateTimeField(allow_null=True, help_text="the day that the buyer was told")


class ClaimGoodsOut(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class ClaimOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    case = serializers.CharField(help_text="number of the case that it grew out of, if any")
    goods = ClaimGoodsOut(many=True, help_text="of that case")
    order_no = serializers.CharField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="yuan")
    state = serializers.ChoiceField(choices=ClaimState.choices)
    sent_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    answer = serializers.CharField()
    note = serializers.CharField(help_text="why we think so")
    month = serializers.DateField(allow_null=True, help_text="of the statement")
    photos = PhotoOut(many=True)


class AcceptIn(serializers.Serializer[Any]):
    answer = Text(max_length=500)


class DisputeIn(serializers.Serializer[Any]):
    reason = _needed(max_length=500)


def _list_of(name: str, row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    following = serializers.CharField(allow_null=True, help_text="address of the next page")
    made: type[serializers.Serializer[Any]] = type(
        name, (serializers.Serializer,), {"results": row(many=True), "next": following, "__doc__": f"A page of {name}."}
    )
    return made


ReturnsOut = _list_of("Returns", ReturnOut)
QuestionsOut = _list_of("StockQuestions", QuestionOut)
StopsOut = _list_of("StopRequests", StopOut)
ResendsOut = _list_of("Resends", CaseOut)
ShortageListOut = _list_of("ShortageList", ShortageOut)
ClaimsOut = _list_of("Claims", ClaimOut)
