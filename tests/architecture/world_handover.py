"""What the world holds of the handover book: a page that the agent writes, and one of a colleague beside it."""

from __future__ import annotations

from typing import Any

from common import clock
from staff.handover.states import ItemKind
from staff.models import Handover, HandoverItem, User


def add_handover(leaver: User, number: int) -> dict[str, Any]:
    """One page with a matter on it; what the arguments of its routes are."""
    now = clock.now()
    page = Handover.objects.create(
        day=clock.day_of(now), shift=f"早班{number}", leaver=leaver, note="交接", opened_at=now, shift_ends_at=now
    )
    item = HandoverItem.objects.create(handover=page, position=1, kind=ItemKind.NOTE, subject="空调报修")
    return {"pk": page.pk, "item_pk": item.pk}
