"""The order of a case that is opened, with its lines: the columns that opening looks at, by one statement.

Putting the same query together takes the ORM three times as long as asking it, and an opening is measured against a page
with one query (docs/bench.md). Columns that are not named here are read when somebody asks a row for them.
"""

from __future__ import annotations

from common.prepared import Prepared
from common.rows import Columns, split
from orders.models import Fulfilment, Order, OrderLine
from suppliers.models import Product

LINE = Columns(OrderLine, "id", "order_id", "fulfilment_id", "product_id", "title", "quantity")
ORDER = Columns(Order, "id", "state", "shop_id", "flag")
PART = Columns(Fulfilment, "id", "state", "supplier_id")
PRODUCT = Columns(Product, "id", "custom_made")
READ = Prepared(f"""
    SELECT {LINE.sql("l")}, {ORDER.sql("o")}, {PART.sql("f")}, {PRODUCT.sql("p")}
    FROM {OrderLine._meta.db_table} l JOIN {Order._meta.db_table} o ON o.id = l.order_id
    LEFT JOIN {Fulfilment._meta.db_table} f ON f.id = l.fulfilment_id
    LEFT JOIN {Product._meta.db_table} p ON p.id = l.product_id
    WHERE l.order_id = %s ORDER BY l.id""")


def lines_of(order_id: int) -> list[OrderLine]:
    """The lines of an order with the order itself, their parts and goods; none when there is no such order."""
    found: list[OrderLine] = []
    for row in READ.fetch([order_id]):
        line, order, part, product = split(row, LINE, ORDER, PART, PRODUCT)
        known = {"order": found[0].order if found else order, "fulfilment": part, "product": product}
        line._state.fields_cache |= known
        found.append(line)
    return found
