"""What this app tells the house services below it: its pages, its lists, the names of its shops."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders import handed_on
from orders.models import Shop
from sla import facets, saved, topics
from staff.handover import sources


def shops() -> list[tuple[int, str]]:
    return list(Shop.objects.order_by("name").values_list("pk", "name"))


topics.register("orders.order", url_name="orders:detail")
facets.register("shop", shops)
saved.register("orders", url_name="orders:list")
sources.register(handed_on.KEY, _("remarks of the day"), handed_on.remarks_of)
