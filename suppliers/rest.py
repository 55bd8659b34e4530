"""What every endpoint for suppliers shares: who asks, how large a body may be, whose rows are looked at, how text and
refusals look. The floors above build theirs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common import paging
from common.api import BadShape, PlainJSONParser, refuse_encoded, refuse_longer
from suppliers.authentication import token_of
from suppliers.idempotency import fingerprint_of
from suppliers.models import Supplier
from suppliers.throttling import TokenThrottle

MOST = 500
YES = {"1", "true", "yes"}


class SupplierView(APIView):
    """Sees the rows of the token's supplier only: what is another's is not found, like what does not exist."""

    scopes: ClassVar[dict[str, str]] = {}
    body_limit = 2 * 1024 * 1024
    parser_classes: ClassVar[list[type[BaseParser]]] = [PlainJSONParser]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [TokenThrottle]  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_encoded(request)
        refuse_longer(request, self.body_limit)

    @property
    def supplier(self) -> Supplier:
        return token_of(self.request).supplier

    def fingerprint(self, request: Request) -> str:
        """Of method, query and body: the same key with another one is refused."""
        return fingerprint_of(request.method or "", request.META.get("QUERY_STRING", ""), request.body)


def flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in YES


def number(request: Request, name: str, *, default: int, most: int) -> int:
    """A whole number from 1 to `most` out of the query. Raises BadShape (400)."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most and len(text) < 10):
        raise BadShape(f"{name}: 1 … {most}")
    return int(text)


def paged(
    request: Request, rows: QuerySet[Any], *, order: Sequence[str], most: int = MOST
) -> tuple[list[Any], str | None]:
    """The rows of the page that `limit` and `cursor` ask for, and the address of the next one. Raises BadShape (400)."""
    cursor = request.query_params.get("cursor", "")
    if cursor and paging.decode(cursor, len(order)) is None:
        raise BadShape("cursor")
    page = paging.keyset(rows, order=order, cursor=cursor, size=number(request, "limit", default=100, most=most))
    if not page.next_cursor:
        return page.rows, None
    query = request.query_params.copy()
    query["cursor"] = page.next_cursor
    return page.rows, request.build_absolute_uri(f"?{query.urlencode()}")


def chosen(request: Request, name: str, known: Sequence[str], default: str) -> str:
    """One of the known words out of the query. Raises BadShape (400)."""
    word = request.query_params.get(name, default)
    if word not in known:
        raise BadShape(f"{name}: {' | '.join(known)}")
    return word


def valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What a body says. Raises ValidationError (400)."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names a supplier's token."""

    target_class = "suppliers.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Text(serializers.CharField):
    """Text or a number, missing or null as empty; half a surrogate pair is no text."""

    def __init__(self, **more: Any) -> None:
        usual: dict[str, Any] = {"required": False, "allow_blank": True, "default": "", "max_length": 200}
        super().__init__(**usual | more)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail("invalid")
        return str(text)


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457"""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
