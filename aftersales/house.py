"""What the house has decided (aftersales.models.rules), as every opening of a case reads it: remembered for seconds."""

from __future__ import annotations

from aftersales.models import FreightRule, Reason
from common.kept import Kept


def _reasons() -> list[Reason]:
    return list(Reason.objects.filter(enabled=True).prefetch_related("needs").order_by("position", "name"))


def _freight_rules() -> list[FreightRule]:
    return list(FreightRule.objects.order_by("pk"))


reasons = Kept(_reasons)  # those in use with the evidence that they need, in their order: nobody changes these objects
freight_rules = Kept(_freight_rules)  # the whole table (RET-13, RET-24, RET-25)
