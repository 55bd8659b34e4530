"""Bearer tokens of suppliers: who sends a request, and what the token may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common import clock
from suppliers.models import Supplier, SupplierToken
from suppliers.tokens import LONGEST, digest_of

USED_GRAIN = dt.timedelta(minutes=1)  # «last used» is written at most this often


@dataclass(frozen=True)
class TokenActor:
    """A supplier's program, as `request.user` and as the trail names it."""

    supplier: Supplier
    token: SupplierToken
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def audit_label(self) -> str:
        return f"supplier {self.supplier.code} ({self.token.prefix}…)"

    def __str__(self) -> str:
        return self.audit_label


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`. What is wrong with a token is not told: unknown, expired and revoked look alike."""

    def authenticate(self, request: Request) -> tuple[TokenActor, SupplierToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2 or len(words[1]) > LONGEST:
            raise AuthenticationFailed(_("Send one token: «Authorization: Bearer TOKEN»."))
        now = clock.now()
        digest = digest_of(words[1].decode("latin-1"))
        token = SupplierToken.objects.select_related("supplier").filter(digest=digest).first()
        if token is None or not usable(token, now):
            raise AuthenticationFailed(_("This token is not valid."))
        if token.last_used_at is None or now - token.last_used_at >= USED_GRAIN:
            stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USED_GRAIN)
            SupplierToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return TokenActor(token.supplier, token), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="houtai"'


def usable(token: SupplierToken, now: dt.datetime) -> bool:
    """Neither revoked nor expired, and its supplier still works with us."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now) and token.supplier.active


def token_of(request: Request) -> SupplierToken:
    """The token behind a request that `HasScope` has let in."""
    return cast("SupplierToken", request.auth)


class HasScope(BasePermission):
    """The token's scopes hold the one that the view names for the method: `scopes = {"GET": "orders:read"}`."""

    message = _("This token has not the right that the request needs.")
    code = "insufficient_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, SupplierToken):
            return False
        needed = getattr(view, "scopes", {}).get(request.method)
        return needed is None or needed in token.scopes
