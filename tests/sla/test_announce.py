"""Rounds of notices: one bell item and one mail a recipient and round, each event told exactly once."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import call_command

from notifications.models import BellItem, Message
from notifications.render import render
from sla import announce as announcing
from sla.announce import announce
from sla.engine import sweep
from sla.models import ClockEvent
from sla.services import start_clocks, stop_clocks
from tests.factories import NOON, UserFactory
from tests.sla.conftest import HOUR, spec

DUE = NOON + 24 * HOUR
SECOND = dt.timedelta(seconds=1)


def test_one_notice_a_recipient_and_round_with_the_five_most_urgent(ana, sam, olli):
    start_clocks([spec(n, NOON + n * SECOND) for n in range(12)], now=NOON)
    sweep(now=DUE + HOUR)
    assert announce(DUE + HOUR) == 12
    assert sorted(BellItem.objects.values_list("user__username", flat=True)) == ["ana", "olli"]
    assert Message.objects.count() == 2
    bell = BellItem.objects.get(user=ana)
    assert bell.severity == "danger"
    assert bell.url == "/desk/?kind=tests.plain&state=late"
    (group,) = bell.context["groups"]
    assert (group["kind"], group["policy"], group["count"]) == ("breach", "tests.plain", 12)
    assert [row["title"] for row in group["urgent"]] == ["T0", "T1", "T2", "T3", "T4"]
    mail = render("sla.round", Message.objects.first().context, "en")
    assert mail.subject == "12 overdue: plain"
    assert "T0" in mail.text
    assert "T0" in mail.html


def test_a_second_round_tells_nothing_again(ana, django_assert_max_num_queries):
    start_clocks([spec()], now=NOON)
    sweep(now=DUE + HOUR)
    assert announce(DUE + HOUR) == 1
    with django_assert_max_num_queries(5):
        sweep(now=DUE + HOUR)
        announce(DUE + HOUR)
    assert BellItem.objects.count() == 1
    assert Message.objects.count() == 1
    assert ClockEvent.objects.get().announced_at == DUE + HOUR


def test_the_assignee_alone_hears_of_his_own_clocks_and_the_ladder_climbs(ana, sam):
    other = UserFactory(username="eve")
    start_clocks([spec(1, assignee_id=ana.pk), spec(2)], now=NOON)
    sweep(now=DUE - HOUR)
    announce(DUE - HOUR)
    counts = {item.user_id: item.context["total"] for item in BellItem.objects.all()}
    assert counts == {ana.pk: 2, other.pk: 1}
    sweep(now=DUE + HOUR)
    announce(DUE + HOUR)
    sweep(now=DUE + 5 * HOUR)
    announce(DUE + 5 * HOUR)
    assert BellItem.objects.filter(user=sam).count() == 1


def test_suppliers_hear_by_their_digest_and_the_event_counts_as_told(petra):
    start_clocks([spec()], now=NOON)
    sweep(now=DUE - HOUR)
    ClockEvent.objects.update(audiences=["supplier"])
    assert announce(DUE) == 1
    assert BellItem.objects.count() == 0


def test_a_warning_about_a_clock_that_has_ended_is_told_to_nobody(ana):
    start_clocks([spec()], now=NOON)
    sweep(now=DUE - HOUR)
    stop_clocks(policies=None, subject_type="tests.thing", subject_ids=[1], stopped_at=DUE - HOUR)
    assert announce(DUE) == 1
    assert BellItem.objects.count() == 0


def test_marked_and_told_in_one_transaction(ana, monkeypatch):
    start_clocks([spec()], now=NOON)
    sweep(now=DUE - HOUR)

    def broken(**kwargs):
        raise RuntimeError("killed between marking and telling")

    monkeypatch.setattr(announcing, "notify", broken)
    with pytest.raises(RuntimeError):
        announce(DUE)
    assert ClockEvent.objects.filter(announced_at__isnull=True).count() == 1


def test_the_sweep_command_prints_its_counts(ana, noon, capsys):
    start_clocks([spec(1, NOON - 25 * HOUR), spec(2, NOON - 21 * HOUR)], now=NOON)
    call_command("sweep", "--json")
    counts = {"looked_at": 2, "warned": 1, "breached": 1, "escalated": 0, "set_aside": 0}
    assert json.loads(capsys.readouterr().out) == counts
    assert BellItem.objects.count() == 1
