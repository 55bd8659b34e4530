"""What may be done with a handover: it opens, the leaver writes and signs it, the taker goes through it and signs."""

from __future__ import annotations

from staff.handover.services.opening import open_due_handovers, open_for_duty, open_handover
from staff.handover.services.taking import accept_item, give_back_item, name_taker, sign_as_taker
from staff.handover.services.writing import (
    Typed,
    refresh_handover,
    save_handover,
    sign_as_leaver,
    take_back_handover,
)

__all__ = [
    "Typed",
    "accept_item",
    "give_back_item",
    "name_taker",
    "open_due_handovers",
    "open_for_duty",
    "open_handover",
    "refresh_handover",
    "save_handover",
    "sign_as_leaver",
    "sign_as_taker",
    "take_back_handover",
]
