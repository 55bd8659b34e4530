"""A plain promise of the tests' own: 24 hours, warned 4 h before, broken at the due time, told on 4 h and 24 h later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from sla.models import Clock
from sla.policies import Defaults, Policy, register
from sla.services import ClockSpec, ensure_policies, start_clocks
from sla.states import Party
from tests.factories import NOON

HOUR = dt.timedelta(hours=1)
PLAIN = register(
    Policy(
        key="tests.plain",
        label="plain",
        subject_type="tests.thing",
        party=Party.AGENT,
        defaults=Defaults(
            24 * 3600,
            (
                ("warn", -4 * 3600, ("agent",)),
                ("breach", 0, ("agent", "operations")),
                ("escalate", 4 * 3600, ("supervisor",)),
                ("escalate", 24 * 3600, ("manager",)),
            ),
        ),
    )
)


def spec(subject_id: int = 1, started_at: dt.datetime = NOON, policy: str = PLAIN.key, **more: object) -> ClockSpec:
    """A clock of the plain promise about thing `subject_id`."""
    return ClockSpec(
        policy=policy,
        subject_type="tests.thing",
        subject_id=subject_id,
        topic=f"tests.thing:{subject_id}",
        title=f"T{subject_id}",
        started_at=started_at,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def start(db: None) -> Callable[..., Clock]:
    """`start(7, …)` starts a plain clock about thing 7 and hands it back."""
    ensure_policies()

    def started(subject_id: int = 1, started_at: dt.datetime = NOON, **more: object) -> Clock:
        start_clocks([spec(subject_id, started_at, **more)], now=started_at)
        return Clock.objects.get(subject_id=subject_id, subject_type="tests.thing", state="running")

    return started
