"""`stock/`: what a supplier has of its goods, as it says itself."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from suppliers.models import SupplierToken
from suppliers.rest import ProblemOut, SupplierView, Text, valid
from suppliers.stock import StockRow, StockVerdict, put_stock

MOST_ROWS = 5_000
MOST_PIECES = 10_000_000


class StockIn(serializers.Serializer[Any]):
    sku = Text(required=True, default=empty, allow_blank=False, max_length=64, help_text="the merchant code")
    quantity = serializers.IntegerField(min_value=0, max_value=MOST_PIECES)
    again_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="when there is more")


class StockListIn(serializers.Serializer[Any]):
    stock: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=StockIn(), max_length=MOST_ROWS, allow_empty=False
    )


class StockResultOut(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    sku = serializers.CharField()
    verdict = serializers.ChoiceField(choices=StockVerdict.choices)
    message = serializers.CharField()


class StockOut(serializers.Serializer[Any]):
    results = StockResultOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="verdict → rows")


class StockView(SupplierView):
    """Levels of the supplier's goods."""

    scopes: ClassVar[dict[str, str]] = {"PUT": SupplierToken.Scope.STOCK}

    @extend_schema(operation_id="put_stock", request=StockListIn, responses={200: StockOut, "4XX": ProblemOut})
    def put(self, request: Request) -> Response:
        """Up to 5,000 levels: a verdict a row. The same again changes nothing, so no key is needed."""
        said = valid(StockListIn(data=request.data))["stock"]
        rows = [StockRow(row=number, **row) for number, row in enumerate(said, 1)]
        found = put_stock(rows, supplier=self.supplier, by=request.user)
        results = [
            {"row": each.row, "sku": each.sku, "verdict": each.verdict.value, "message": str(each.verdict.label)}
            for each in found
        ]
        return Response({"results": results, "counts": Counter(each.verdict.value for each in found)})
