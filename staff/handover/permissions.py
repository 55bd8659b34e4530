"""The right of the handover book, by name; `staff.roles` says who has it."""

from __future__ import annotations

HAND_OVER = "staff.hand_over"
