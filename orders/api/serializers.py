"""The shapes of requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orders.states import FulfilmentState, JobState, LineHold, ShipMode, Verdict
from suppliers.rest import Text

MOST_ROWS = 5_000


class ShipmentIn(serializers.Serializer[Any]):
    order_no = Text(help_text="the platform's order number, as text")
    carrier = Text(help_text="a code (ZTO) or a name (中通快递)")
    tracking_no = Text()
    shipped_at = Text(help_text="ISO 8601, or 2026-11-20 16:00:00 (Asia/Shanghai)")
    sku = Text(help_text="only where a part of the order ships: the merchant code")
    quantity = Text(help_text="only with sku: how many pieces")


class ShipmentsIn(serializers.Serializer[Any]):
    shipments: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ShipmentIn(), max_length=MOST_ROWS, allow_empty=False
    )
    confirm_odd_numbers = serializers.BooleanField(default=False)


class ResultOut(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    order_no = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    message = serializers.CharField()


class OutcomeOut(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    results = ResultOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="verdict → rows")


class ReceiverOut(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="masked")
    phone = serializers.CharField(help_text="masked")
    region = serializers.CharField(help_text="masked after the district")


class LineOut(serializers.Serializer[Any]):
    order_no = serializers.CharField()
    platform = serializers.CharField()
    shop = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    attributes = serializers.CharField()
    quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    hold = serializers.ChoiceField(
        choices=LineHold.choices, allow_blank=True, help_text="shortage: the buyer decides; cancelled: do not ship it"
    )
    paid_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    state = serializers.ChoiceField(choices=FulfilmentState.choices)
    promise = serializers.CharField(help_text="daily, promotion, promised, chased, platform, or empty")
    ship_mode = serializers.ChoiceField(choices=ShipMode.choices)
    flag = serializers.IntegerField(help_text="0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 purple")
    remark_for_supplier = serializers.CharField()
    receiver = ReceiverOut()


class LinesOut(serializers.Serializer[Any]):
    results = LineOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="address of the next page")


class UploadOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    name = serializers.CharField()
    dry_run = serializers.BooleanField()
    state = serializers.ChoiceField(choices=JobState.choices)
    progress = serializers.IntegerField(help_text="rows read")
    row_count = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    errors = serializers.ListField(  # type: ignore[assignment]  # a field of that name takes the property's place
        child=serializers.CharField(), help_text="why the whole file was refused"
    )


class UploadWithRowsOut(UploadOut):
    rows = ResultOut(many=True)
    next = serializers.CharField(allow_null=True)


class UploadIn(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)
