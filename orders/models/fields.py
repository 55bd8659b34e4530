"""Fields that several models share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django_stubs_ext import StrOrPromise


def money(label: StrOrPromise) -> models.DecimalField[str | float | Decimal | Combinable, Decimal]:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0)
