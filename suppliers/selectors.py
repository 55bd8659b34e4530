"""Reading suppliers: who a user acts for, and the tokens of a supplier."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from suppliers.models import Supplier, SupplierToken


def supplier_of(user: Any) -> Supplier | None:
    """The active supplier that a portal user acts for; None for everybody else."""
    return Supplier.objects.filter(members__user_id=user.pk, active=True).first()


def tokens_of(supplier: Supplier) -> QuerySet[SupplierToken]:
    """A supplier's tokens, newest first. None of them can be read back: only what is needed to recognise it."""
    return SupplierToken.objects.filter(supplier=supplier).order_by("-id")
