"""What this app tells the house services below it: its pages, its lists, the names of its shops."""

from __future__ import annotations

from orders.models import Shop
from sla import facets, saved, topics


def shops() -> list[tuple[int, str]]:
    return list(Shop.objects.order_by("name").values_list("pk", "name"))


topics.register("orders.order", url_name="orders:detail")
facets.register("shop", shops)
saved.register("orders", url_name="orders:list")
