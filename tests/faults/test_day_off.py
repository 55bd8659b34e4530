"""Beat off for a day: what fell due meanwhile is told once, as of when it was due, and the missed night is reported."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from notifications import services as notifications
from notifications.delivery import send_due
from notifications.models import BellItem, Message
from reports.models import DailyReport
from reports.services import send_due_reports
from sla import rungs
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock, ClockEvent
from sla.services import ensure_policies, start_clocks, stop_clocks
from tests.factories import NOON
from tests.reports.conftest import DAY, hour
from tests.sla.conftest import PLAIN, spec

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
CLOCKS = 3_000
DAY_LENGTH = dt.timedelta(hours=24)
DUE = NOON + DAY_LENGTH
LAST_SWEEP = NOON + dt.timedelta(hours=19)  # an hour before the first of four rungs
BACK = LAST_SWEEP + DAY_LENGTH


@pytest.fixture
def backlog(db: None) -> None:
    ensure_policies()
    start_clocks([spec(n) for n in range(CLOCKS)], now=NOON)
    assert sweep(now=LAST_SWEEP).looked_at == 0


def test_a_backlog_of_a_day_is_told_once_as_of_when_it_was_due(backlog: None, ana: Any, sam: Any) -> None:
    counts = sweep(now=BACK)
    assert (counts.breached, counts.warned, counts.escalated, counts.set_aside) == (CLOCKS, 0, CLOCKS, 0)
    assert ClockEvent.objects.count() == CLOCKS
    told = ClockEvent.objects.values_list("step", "kind", "at", "recorded_at", "collapsed").distinct()
    assert list(told) == [(2, "escalate", DUE + dt.timedelta(hours=4), BACK, 3)]
    assert Clock.objects.filter(due_at=DUE, verdict="breached", step=3).count() == CLOCKS
    assert announce(BACK) == CLOCKS
    assert dict(BellItem.objects.values_list("user__username", "context__total")) == {"ana": CLOCKS, "sam": CLOCKS}
    assert Message.objects.count() == 2
    assert sweep(now=BACK + dt.timedelta(minutes=1)).looked_at == 0
    assert announce(BACK) == 0


def test_a_breach_is_told_as_of_the_due_time(backlog: None) -> None:
    sweep(now=DUE + dt.timedelta(hours=3))
    told = ClockEvent.objects.values_list("kind", "at", "collapsed").distinct()
    assert list(told) == [("breach", DUE, 2)]


def test_control_the_time_of_waking_up_would_hide_the_delay(backlog: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `at` is made of matters: taken from the moment of recording, every breach would look fresh."""
    monkeypatch.setattr(rungs, "EVENT", rungs.EVENT.replace("at, recorded_at", "recorded_at, at", 1))
    sweep(now=DUE + dt.timedelta(hours=3))
    assert ClockEvent.objects.filter(at=DUE).count() == 0


def test_what_was_answered_during_the_outage_has_its_right_verdict(backlog: None) -> None:
    """A breach is not hidden by the answer that came before anybody looked, nor invented where it came in time."""
    late, early = range(10), range(10, 20)
    stop_clocks(
        policies=[PLAIN.key], subject_type="tests.thing", subject_ids=late, stopped_at=DUE + dt.timedelta(hours=2)
    )
    stop_clocks(policies=[PLAIN.key], subject_type="tests.thing", subject_ids=early, stopped_at=DUE)
    sweep(now=BACK)
    verdicts = Clock.objects.filter(subject_id__lt=20).order_by("subject_id").values_list("verdict", "late_seconds")
    assert list(verdicts) == [("breached", 7200)] * 10 + [("met", 0)] * 10
    assert Clock.objects.filter(state="running", verdict="breached").count() == CLOCKS - 20


# ── The nightly report ───────────────────────────────────────────────────────
def titles() -> list[tuple[str, str]]:
    return sorted((letter.to[0], next(d for d in ("11-18", "11-19") if d in letter.subject)) for letter in mail.outbox)


@pytest.fixture
def missed_night(month: None, sam: Any) -> dt.datetime:
    """The report of the 17th was sent; nobody was awake for that of the 18th. It is the morning of the 20th."""
    send_due_reports(now=hour(24.5, DAY - dt.timedelta(days=2)))
    Message.objects.all().delete()
    return hour(31.25)


def test_a_missed_night_is_reported_next_morning_with_its_date_once(missed_night: dt.datetime) -> None:
    people = ("gysa@example.com", "gysb@example.com", "sam@example.com")
    for minute in range(3):
        send_due_reports(now=missed_night + dt.timedelta(minutes=minute))
        send_due(missed_night + dt.timedelta(minutes=minute))
    assert titles() == sorted((address, day) for address in people for day in ("11-18", "11-19"))
    assert DailyReport.objects.count() == 3


def test_control_without_the_unique_key_it_is_sent_at_every_tick(
    missed_night: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = iter(range(10**6))
    monkeypatch.setattr(notifications, "once", lambda *parts: f"{next(fresh)}")
    for _ in range(2):
        send_due_reports(now=missed_night)
    assert Message.objects.filter(kind="reports.daily", address="sam@example.com").count() > 2


def test_the_backlog_is_drained_by_a_few_statements_each_batch(
    backlog: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20 if connection.vendor == "postgresql" else 25):
        sweep(now=BACK)
