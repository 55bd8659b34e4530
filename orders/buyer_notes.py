"""The note on a buyer as an order's page shows it."""

from __future__ import annotations

from typing import Any

from orders import permissions, wording
from orders.buyer_forms import BuyerNoteForm
from orders.models import Order
from staff.models import User

FIELDS = ("vip", "group", "tag", "marketing_consent", "consent_how", "stop_list")


def buyer_note(order: Order, user: User) -> dict[str, Any]:
    """What is remembered of the order's buyer, with the form for who may change it. One query."""
    note = wording.note_of(order)
    initial = {name: getattr(note, name) for name in FIELDS} if note else {}
    may = user.has_perm(permissions.CHANGE_ORDER)
    return {"note": note, "note_form": BuyerNoteForm(initial=initial, prefix="note") if may else None, "may_note": may}
