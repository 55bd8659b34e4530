"""The order of a case that is opened, with its lines: the columns that opening looks at, by one statement.

Putting the same query together takes the ORM three times as long as asking it, and an opening is measured against a page
with one query (docs/bench.md). Columns that are not named here are read when somebody asks a row for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from common import bulk
from orders.models import Fulfilment, Order, OrderLine
from suppliers.models import Product

READ: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (OrderLine, "l", ("id", "order_id", "fulfilment_id", "product_id", "title", "quantity")),
    (Order, "o", ("id", "state", "shop_id", "flag")),
    (Fulfilment, "f", ("id", "state", "supplier_id")),
    (Product, "p", ("id", "custom_made")),
)
SQL = f"""
    SELECT {", ".join(f"{name}.{column}" for _model, name, columns in READ for column in columns)}
    FROM {OrderLine._meta.db_table} l JOIN {Order._meta.db_table} o ON o.id = l.order_id
    LEFT JOIN {Fulfilment._meta.db_table} f ON f.id = l.fulfilment_id
    LEFT JOIN {Product._meta.db_table} p ON p.id = l.product_id
    WHERE l.order_id = %s ORDER BY l.id"""


def lines_of(order_id: int) -> list[OrderLine]:
    """The lines of an order with the order itself, their parts and goods; none when there is no such order."""
    found: list[OrderLine] = []
    for row in bulk.fetch(SQL, [order_id]):
        line, order, part, product = _rows(row)
        known = {"order": found[0].order if found else order, "fulfilment": part, "product": product}
        line._state.fields_cache |= known
        found.append(line)
    return found


def _rows(row: Sequence[Any]) -> list[Any]:
    """The rows of the four tables that a row of the result holds; None for one that is not there."""
    made: list[Any] = []
    start = 0
    for model, _name, columns in READ:
        values = row[start : start + len(columns)]
        made.append(None if values[0] is None else _row_of(model, columns, values))
        start += len(columns)
    return made


def _row_of(model: type[models.Model], columns: Sequence[str], values: Sequence[Any]) -> models.Model:
    """A row of which these columns are known, made as unpickling makes one: `from_db` would go through all the others."""
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    row.__dict__.update(zip(columns, values, strict=True))
    return row
