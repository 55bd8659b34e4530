"""What the order list's URL asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from orders import querysets
from orders.models import Order
from orders.states import Flag, OrderState

WORKLISTS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "unmarked": (_("has a number, not marked as shipped"), querysets.unmarked),
    "unverified": (_("address not checked"), querysets.unverified),
    "ownerless": (_("nobody's deal"), querysets.ownerless),
    "held": (_("waits for notice"), querysets.held),
    "remarked": (_("with a remark"), querysets.remarked),
    "later": (_("later date agreed"), querysets.later),
    "code_unknown": (_("merchant code unknown"), querysets.code_unknown),
    "refund_blocks": (_("refund stands in the way"), querysets.refund_blocks),
    "to_remind": (_("payment to remind"), lambda: querysets.to_remind(clock.now())),
}


def number(text: Any) -> int | None:
    """A plain number from a URL, or None."""
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


@dataclass(frozen=True)
class OrderFilter:
    """The filter of the order list; a value that makes no sense asks for nothing."""

    q: str = ""
    shop: int | None = None
    supplier: int | None = None
    state: str = ""
    flag: int | None = None
    show: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> OrderFilter:
        state, show, flag = query.get("state", ""), query.get("show", ""), number(query.get("flag"))
        return cls(
            q=str(query.get("q", "")).strip().strip("=\"'’`\t ")[:100],
            shop=number(query.get("shop")),
            supplier=number(query.get("supplier")),
            state=state if state in OrderState.values else "",
            flag=flag if flag in Flag.values else None,
            show=show if show in WORKLISTS else "",
        )

    @property
    def query(self) -> str:
        """The filter as it stands in a URL."""
        values = {
            "q": self.q,
            "shop": self.shop,
            "supplier": self.supplier,
            "state": self.state,
            "flag": self.flag,
            "show": self.show,
        }
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})

    def apply(self, orders: QuerySet[Order]) -> QuerySet[Order]:
        """`orders` narrowed by everything but the search word (orders.selectors.search answers that)."""
        columns = {"shop_id": self.shop, "state": self.state or None, "flag": self.flag}
        orders = orders.filter(**{name: value for name, value in columns.items() if value is not None})
        if self.supplier is not None:
            orders = querysets.of_supplier(orders, self.supplier)
        return orders.filter(WORKLISTS[self.show][1]()) if self.show else orders
