"""What the world holds of cases as their pages need them: one to work on, with a call that was promised."""

from __future__ import annotations

import datetime as dt
from typing import Any

from aftersales.models import Contact
from aftersales.services.opening import Wanted, open_case
from aftersales.states import Channel, Kind
from common import clock
from orders.models import OrderLine
from sla.states import Party
from staff.models import User


def add_cases(agent: User, line: OrderLine, number: int) -> dict[str, Any]:
    """One more complaint about `line`; what the arguments of its routes are."""
    now = clock.now()
    case = open_case(
        kind=Kind.COMPLAINT,
        channel=Channel.HOTLINE,
        by=agent,
        order=line.order,
        lines=[Wanted(line, 1)],
        summary=f"投诉{number}",
        now=now,
    )
    promised = Contact.objects.create(
        case=case, party=Party.BUYER, way=Contact.Way.PHONE, result="再打", at=now, by=agent,
        call_back_at=now + dt.timedelta(hours=1),
    )  # fmt: skip
    return {"aftersales": {"pk": case.pk, "step": "transfer", "action": "take", "contact_pk": promised.pk}}
