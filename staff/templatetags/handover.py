"""What other pages show of the handover book: the lines at the top of the desk."""

from __future__ import annotations

from typing import Any

from django import template

from common import clock
from staff.handover.permissions import HAND_OVER
from staff.handover.selectors import may_wait_for, waiting_for
from staff.models import User

register = template.Library()


@register.inclusion_tag("staff/handover/_waiting.html")
def handovers_waiting(user: User) -> dict[str, Any]:
    """The handovers that `user` has to read or sign, seen first on coming to work (STF-08).

    One query while nothing waits.
    """
    now = clock.now()
    asked = user.has_perm(HAND_OVER) and may_wait_for(user, now)
    return {"waiting": waiting_for(user, now) if asked else [], "user": user}
