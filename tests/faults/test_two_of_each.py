"""Two beats, eight workers: everything they say together happens once. Each guard has its control."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from common import clock
from notifications import services as notifications
from notifications.delivery import lease, send_due
from notifications.models import Message
from orders.models import Parcel, ShipmentUpload
from orders.uploads import jobs
from orders.uploads.jobs import run_waiting_uploads, stage_upload
from reports.models import DailyReport
from reports.services import send_due_reports
from sla.announce import announce
from sla.engine import sweep
from sla.models import ClockEvent
from sla.services import ensure_policies, start_clocks
from staff.roles import Role
from suppliers.models import Supplier
from tests.factories import NOON, UserFactory
from tests.faults.conftest import parts, put_mails, table
from tests.faults.machines import MailServer, at_once
from tests.reports.conftest import hour
from tests.sla.conftest import spec

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MORNING = hour(24.5)
MAILS = 40


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are taken without locking them."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_options: queryset.all())


# ── The nightly mail ─────────────────────────────────────────────────────────
@pytest.fixture
def awake(ana: Any, sam: Any) -> None:
    UserFactory(username="mia", role=Role.MANAGER)
    ensure_policies()


def test_the_nightly_mail_goes_to_each_person_once(awake: None) -> None:
    assert at_once(lambda: len(send_due_reports(now=MORNING))) == [1] * 8
    assert DailyReport.objects.count() == 1
    assert Counter(Message.objects.values_list("address", flat=True)) == {"mia@example.com": 1, "sam@example.com": 1}


def test_control_without_the_unique_key_each_person_gets_several(awake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = iter(range(10**6))
    monkeypatch.setattr(notifications, "once", lambda *parts: f"{next(fresh)}")
    at_once(lambda: send_due_reports(now=MORNING))
    assert Message.objects.filter(address="sam@example.com").count() == 8


# ── Ticks of the sweep ───────────────────────────────────────────────────────
def test_two_beats_and_eight_workers_tell_each_breach_once(awake: None) -> None:
    start_clocks([spec(n) for n in range(500)], now=NOON)
    late = NOON.replace(day=NOON.day + 1, minute=1)
    told = [at_once(lambda: (sweep(now=late).breached, announce(late))) for _beat in range(2)]
    assert sum(breached for breached, _told in told[0]) == 500
    assert sum(breached for breached, _told in told[1]) == 0
    assert sum(count for both in told for _breached, count in both) == ClockEvent.objects.count() == 500
    mailed = Message.objects.filter(kind="sla.round", user__username="ana").values_list("context__total", flat=True)
    assert sum(mailed) == 500


# ── The outbox ───────────────────────────────────────────────────────────────
def test_eight_senders_send_each_mail_once(mail_server: MailServer) -> None:
    put_mails(MAILS)
    assert sum(counts.sent for counts in at_once(send_due)) == MAILS
    assert sorted(mail_server.taken.values()) == [1] * MAILS


def leased_by_two() -> list[Any]:
    """What a sender takes, and what another takes, or the error it ends in, before the first has committed."""

    def second() -> Message | None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return lease(clock.now())

    put_mails(2)
    with transaction.atomic():
        return [lease(clock.now()), *at_once(second, count=1)]


def test_a_sender_takes_the_next_mail_while_another_is_taking_the_first(db: None) -> None:
    assert [message.address for message in leased_by_two()] == ["p0@example.com", "p1@example.com"]


def test_control_without_skipping_locked_rows_it_waits_for_the_other(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = QuerySet.select_for_update
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **_options: lock(queryset))
    assert isinstance(leased_by_two()[1], OperationalError)


def test_control_without_the_row_lock_senders_send_the_same_mail(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_mails(MAILS)
    unlocked(monkeypatch)
    at_once(send_due)
    assert max(mail_server.taken.values()) > 1


# ── Uploads ──────────────────────────────────────────────────────────────────
@pytest.fixture
def staged(shared_files: Path, supplier_a: Supplier) -> None:
    for n, number in enumerate(parts(supplier_a, 12)):
        stage_upload(supplier=supplier_a, file=table([number], first=n))


def test_eight_workers_carry_out_each_upload_once(staged: None) -> None:
    assert sum(at_once(run_waiting_uploads)) == 12
    assert Counter(ShipmentUpload.objects.values_list("state", "counts__accepted")) == {("done", 1): 12}
    assert Parcel.objects.count() == 12


def test_control_without_the_row_lock_workers_claim_the_same_upload(
    staged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked(monkeypatch)
    monkeypatch.setattr(jobs, "_run", lambda upload: None)
    assert sum(at_once(run_waiting_uploads)) > 12
