"""What is done about swaps, leave and emergencies, and what the house does by itself every five minutes."""

from __future__ import annotations

from staff.exchanges.services.deciding import approve_leave, decline_leave
from staff.exchanges.services.emergency import assign_at_once
from staff.exchanges.services.gaps import find_gaps
from staff.exchanges.services.leaves import agree_substitute, ask_leave, refuse_substitute, withdraw_leave
from staff.exchanges.services.rounds import look_after
from staff.exchanges.services.swaps import (
    agree_swap,
    approve_swap,
    ask_swap,
    confirm_swap,
    decline_swap,
    withdraw_swap,
)

__all__ = [
    "agree_substitute",
    "agree_swap",
    "approve_leave",
    "approve_swap",
    "ask_leave",
    "ask_swap",
    "assign_at_once",
    "confirm_swap",
    "decline_leave",
    "decline_swap",
    "find_gaps",
    "look_after",
    "refuse_substitute",
    "withdraw_leave",
    "withdraw_swap",
]
