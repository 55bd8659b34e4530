"""Pieces of SQL that the import's statements share. They read the same on both databases."""

from __future__ import annotations

from common import bulk
from orders.models import Fulfilment, Order
from orders.states import RANK, OrderState
from orders.workflow import sources

SHIPPED_STATES = "('shipped', 'delivered', 'finished')"


def rank(column: str) -> str:
    """How far a state is, as a number."""
    ways = " ".join(f"WHEN '{state}' THEN {number}" for state, number in RANK.items())
    return f"CASE {column} {ways} END"


def quoted(states: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


def advanced(old: str, new: str) -> str:
    """The state after a file says `new`: `new` where the machine allows the way from `old`, else `old`."""
    ways = " ".join(
        f"WHEN {new} = '{state}' AND {old} IN {quoted(sources(Order, state))} THEN '{state}'"
        for state in OrderState.values
        if sources(Order, state)
    )
    return f"CASE {ways} ELSE {old} END"


def may_become(column: str, target: str) -> str:
    """Whether a supplier's part in the state of `column` may become `target`."""
    return f"{column} IN {quoted(sources(Fulfilment, target))}"


def part_state(column: str) -> str:
    """The state that a supplier's part begins in, by the state of its order."""
    return (
        f"CASE {column} WHEN 'unpaid' THEN 'waiting' WHEN 'paid' THEN 'to_ship'"
        " WHEN 'closed' THEN 'cancelled' ELSE 'shipped' END"
    )


def ids(query: str) -> list[int]:
    """The first column of a query."""
    return [row[0] for row in bulk.fetch(query)]
