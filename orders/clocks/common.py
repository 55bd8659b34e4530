"""What the orders' clocks share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

CHUNK = 10_000
Table = tuple[str, str]  # a (temporary) table and its column of ids
Row = dict[str, Any]


def chunked(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """`ids` in pieces that every database takes as parameters."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def order_topic(order_id: int) -> str:
    """The page that all clocks of an order belong to (common.topics)."""
    return f"orders.order:{order_id}"
