"""What is done to suppliers: tokens made and revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from staff.models import User
from suppliers.models import Supplier, SupplierToken
from suppliers.tokens import PREFIX, PREFIX_LENGTH, digest_of

ALL_SCOPES = tuple(SupplierToken.Scope.values)


@transaction.atomic
def make_token(
    *,
    supplier: Supplier,
    name: str,
    by: Any,
    scopes: Sequence[str] = ALL_SCOPES,
    expires_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> tuple[SupplierToken, str]:
    """A new token and its text, which is shown this once and kept nowhere.

    Raises BusinessError for a scope that does not exist, none at all, or a supplier that is not active.
    """
    now = now or clock.now()
    if not scopes or not set(scopes) <= set(ALL_SCOPES):
        raise BusinessError(_("A token needs one or more of the known rights."), code="unknown_scope")
    if not supplier.active:
        raise BusinessError(_("This supplier is not active."), code="inactive_supplier")
    text = PREFIX + secrets.token_urlsafe(32)
    token = SupplierToken.objects.create(
        supplier=supplier,
        name=name[:60],
        prefix=text[:PREFIX_LENGTH],
        digest=digest_of(text),
        scopes=sorted(scopes),
        created_at=now,
        created_by=by if isinstance(by, User) else None,
        expires_at=expires_at,
    )
    record("suppliers.token_made", about=supplier, by=by, now=now, token=token.prefix, name=token.name)
    return token, text


@transaction.atomic
def revoke_token(*, token: SupplierToken, by: Any, now: dt.datetime | None = None) -> SupplierToken:
    """Ends a token at once; one that is revoked already stays as it is."""
    now = now or clock.now()
    token = lock_one(SupplierToken.objects.filter(pk=token.pk))
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record("suppliers.token_revoked", about=token.supplier, by=by, now=now, token=token.prefix, name=token.name)
    return token
