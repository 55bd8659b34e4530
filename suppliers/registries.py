"""What this app tells the house services below it: the names of the suppliers."""

from __future__ import annotations

from sla import facets
from suppliers.models import Supplier


def suppliers() -> list[tuple[int, str]]:
    return list(Supplier.objects.order_by("code").values_list("pk", "name"))


facets.register("supplier", suppliers)
