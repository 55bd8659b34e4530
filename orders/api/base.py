"""What every endpoint for suppliers shares: who asks, how large a body may be, whose rows are looked at."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.api import BadShape, PlainJSONParser, refuse_encoded, refuse_longer
from suppliers.authentication import token_of
from suppliers.idempotency import fingerprint_of
from suppliers.models import Supplier
from suppliers.throttling import TokenThrottle

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


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names a supplier's token."""

    target_class = "suppliers.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
