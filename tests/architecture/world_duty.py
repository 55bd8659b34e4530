"""What the world holds of the shifts that run: the agent is clocked in, and a colleague a row."""

from __future__ import annotations

from typing import Any

from common import clock
from staff.models import Attendance, User
from tests.factories import UserFactory


def add_duty(agent: User, number: int) -> dict[str, dict[str, Any]]:
    """One attendance that runs; what the arguments of the routes are."""
    Attendance.objects.create(user=UserFactory() if number else agent, came_at=clock.now())
    return {"duty:let_go": {"pk": agent.pk}}
