"""Starting, stopping, pausing, extending, moving: one by one and in sets, verdicts frozen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.utils import translation

from audit.models import Entry
from common import bulk
from common.exceptions import BusinessError
from sla import starting
from sla.apps import seed_policies
from sla.engine import SweepCounts, sweep
from sla.models import Calendar, Clock, PolicyVersion
from sla.selectors import clocks_of
from sla.services import (
    edit_policy,
    extend_clock,
    move_platform_due,
    pause_clock,
    preview_policy_edit,
    resume_clock,
    start_clocks,
    stop_clocks,
    void_clocks,
)
from tests.factories import NOON
from tests.sla.conftest import HOUR, PLAIN, spec

SECOND = dt.timedelta(seconds=1)
DUE = NOON + 24 * HOUR
THING = {"subject_type": "tests.thing"}
SHOWN = [field.attname for field in Clock._meta.concrete_fields if field.attname != "id"]


def rows():
    return list(Clock.objects.order_by("subject_id").values_list(*SHOWN))


def stop(*ids, at, **more):
    return stop_clocks(policies=None, **THING, subject_ids=ids, stopped_at=at, **more)


def many_specs():
    return [
        spec(
            n,
            NOON + n * SECOND,
            platform_due_at=NOON + 20 * HOUR if n % 3 == 0 else None,
            own_due_at=NOON + 30 * HOUR if n % 5 == 0 else None,
            supplier_id=n if n % 2 else None,
            facts={"note": '引号 " \\ \t and\nlines'},
        )
        for n in range(150)
    ]


def test_a_set_of_clocks_equals_the_same_clocks_one_by_one(db):
    assert start_clocks(many_specs(), now=NOON) == 150
    together = rows()
    assert start_clocks(many_specs(), now=NOON) == 0  # they run already
    assert rows() == together
    Clock.objects.all().delete()
    for one in many_specs():
        start_clocks([one], now=NOON)
    assert rows() == together
    assert len(together) > starting.FEW


def test_stopping_a_set_from_a_table_equals_stopping_one_by_one(db, django_assert_max_num_queries):
    start_clocks(many_specs(), now=NOON)
    stops = {n: NOON + (n + 1) * HOUR / 3 for n in range(150)}
    for n, when in stops.items():
        stop(n, at=when, now=DUE)
    one_by_one = rows()
    Clock.objects.all().delete()
    start_clocks(many_specs(), now=NOON)
    bulk.load_temp("tmp_stops", {"subject": "bigint", "at": "timestamp"}, stops.items())
    with django_assert_max_num_queries(6):
        table = {"subject_table": ("tmp_stops", "subject"), "stopped_at_column": "at"}
        assert stop_clocks(policies=[PLAIN.key], **THING, **table, now=DUE) == 150
    assert rows() == one_by_one
    assert {row[SHOWN.index("verdict")] for row in one_by_one} == {"met", "breached"}


def test_an_open_clock_is_left_alone_and_an_ended_one_makes_room(db):
    assert start_clocks([spec(), spec()], now=NOON) == 1
    assert start_clocks([spec(started_at=DUE)], now=DUE) == 0
    stop(1, at=NOON)
    assert start_clocks([spec(started_at=DUE)], now=DUE) == 1


@pytest.mark.parametrize(
    ("at", "verdict", "late"),
    [(DUE, "met", 0), (DUE + SECOND, "breached", 1), (DUE + 3 * HOUR, "breached", 10_800)],
)
def test_met_up_to_the_due_instant_itself_and_late_after_it(start, at, verdict, late):
    clock = start()
    assert stop(1, at=at) == 1
    clock.refresh_from_db()
    assert (clock.state, clock.verdict, clock.late_seconds) == ("stopped", verdict, late)
    assert clock.next_look_at is None


def test_a_breach_that_no_sweep_saw_has_its_event_when_the_clock_stops(start):
    clock = start()
    stop(1, at=DUE + 2 * HOUR, now=DUE + 9 * HOUR)
    event = clock.events.get()
    assert (event.kind, event.step, event.at, event.collapsed) == ("breach", 1, DUE, 2)
    assert sweep(now=DUE + 9 * HOUR) == SweepCounts()


def test_a_breach_that_was_told_already_is_not_told_again_when_the_clock_stops(start):
    clock = start()
    clock.events.create(step=1, kind="breach", at=DUE, recorded_at=DUE)
    assert stop(1, at=DUE + HOUR) == 1
    clock.refresh_from_db()
    assert (clock.events.count(), clock.verdict, clock.late_seconds) == (1, "breached", 3600)


def test_a_verdict_that_has_fallen_is_never_rewritten(start, sam):
    clock = start()
    sweep(now=DUE + SECOND)
    extend_clock(clock_id=clock.pk, until=DUE + 9 * HOUR, reason="agreed", by=sam, now=DUE + HOUR)
    move_platform_due(**THING, rows=[(1, DUE + 8 * HOUR)], policies=[PLAIN.key], now=DUE + HOUR)
    edit_policy(key=PLAIN.key, changes={"length_seconds": 99 * 3600}, by=sam, note="longer", now=DUE + HOUR)
    stop(1, at=DUE + 2 * HOUR)
    clock.refresh_from_db()
    assert (clock.verdict, clock.late_seconds) == ("breached", 0)


def test_a_void_clock_has_no_verdict(start):
    clock = start()
    assert void_clocks(policies=None, **THING, subject_ids=[1], reason="closed", now=DUE + HOUR) == 1
    clock.refresh_from_db()
    assert (clock.state, clock.verdict, clock.stop_reason) == ("void", "", "closed")


def pause(clock, now, by):
    return pause_clock(clock_id=clock.pk, reason="waits for the buyer", party="buyer", by=by, now=now)


def test_a_pause_moves_everything_by_exactly_its_length_and_nothing_breaches_in_it(start, sam):
    clock = start()
    pause(clock, NOON + 23 * HOUR, sam)  # its warning is behind it and is told
    assert clock.events.count() == 1
    assert sweep(now=DUE + 99 * HOUR) == SweepCounts()
    resume_clock(clock_id=clock.pk, by=sam, now=DUE + 100 * HOUR + SECOND)
    clock.refresh_from_db()
    moved = 101 * HOUR + SECOND
    assert (clock.due_at, clock.next_look_at) == (DUE + moved, DUE + moved)
    assert clock.paused_seconds == moved.total_seconds()
    assert clock.verdict == ""
    assert sweep(now=DUE + moved) == SweepCounts()
    assert sweep(now=DUE + moved + SECOND).breached == 1
    assert list(Entry.objects.values_list("action", flat=True)) == ["sla.paused", "sla.resumed"]


def test_a_stop_in_a_pause_ends_the_pause_there(start, sam):
    clock = start()
    pause(clock, NOON + HOUR, sam)
    stop(1, at=DUE + 9 * HOUR)
    clock.refresh_from_db()
    assert (clock.verdict, clock.due_at) == ("met", DUE + 32 * HOUR)
    assert clock.pauses.get().ended_at == DUE + 9 * HOUR


def test_the_platforms_date_does_not_wait_for_a_pause(start, sam):
    clock = start(platform_due_at=DUE + HOUR)
    pause(clock, NOON, sam)
    resume_clock(clock_id=clock.pk, by=sam, now=NOON + 9 * HOUR)
    clock.refresh_from_db()
    assert (clock.own_due_at, clock.due_at) == (DUE + 9 * HOUR, DUE + HOUR)


def test_a_pause_counts_working_time_where_a_calendar_is_set(start, sam):
    office = Calendar.objects.create(
        key="office", name="office", windows={str(n): [[540, 1080]] for n in range(5)}, workdays_only=True
    )
    changes = {"calendar_id": office.pk, "length_seconds": 9 * 3600}
    edit_policy(key=PLAIN.key, changes=changes, by=sam, note="office hours", now=NOON)
    clock = start(started_at=NOON)  # Friday noon: six hours today, three on Monday
    assert clock.due_at == NOON + 72 * HOUR
    pause(clock, NOON + 5 * HOUR, sam)  # Friday 17:00
    resume_clock(clock_id=clock.pk, by=sam, now=NOON + 70 * HOUR)  # Monday 10:00: two working hours
    clock.refresh_from_db()
    assert (clock.due_at, clock.paused_seconds) == (NOON + 74 * HOUR, 7200)


@pytest.mark.parametrize("action", ["pause", "resume", "extend"])
def test_an_ended_clock_refuses_and_nothing_happens(start, sam, action):
    clock = start()
    stop(1, at=NOON)
    before = rows()
    with pytest.raises(BusinessError):
        {
            "pause": lambda: pause(clock, NOON, sam),
            "resume": lambda: resume_clock(clock_id=clock.pk, by=sam, now=NOON),
            "extend": lambda: extend_clock(clock_id=clock.pk, until=DUE + HOUR, reason="x", by=sam, now=NOON),
        }[action]()
    assert rows() == before
    assert Entry.objects.count() == 0


def test_an_extension_arms_the_rungs_ahead_again(start, sam):
    clock = start()
    assert sweep(now=DUE - HOUR).warned == 1
    extend_clock(clock_id=clock.pk, until=DUE + 48 * HOUR, reason="agreed", by=sam, now=DUE - HOUR)
    assert sweep(now=DUE + 45 * HOUR).warned == 1
    assert sweep(now=DUE + 49 * HOUR).breached == 1
    assert list(clock.events.order_by("id").values_list("arming", "step")) == [(0, 0), (1, 0), (1, 1)]


def test_the_earlier_of_ours_and_the_platforms_counts(start):
    clock = start()
    assert move_platform_due(**THING, rows=[(1, DUE - 5 * HOUR), (2, DUE)], policies=[PLAIN.key], now=NOON) == 1
    clock.refresh_from_db()
    assert (clock.due_at, clock.own_due_at, clock.next_look_at) == (DUE - 5 * HOUR, DUE, DUE - 9 * HOUR)
    move_platform_due(**THING, rows=[(1, DUE + HOUR)], policies=[PLAIN.key], now=NOON)
    clock.refresh_from_db()
    assert clock.due_at == DUE
    assert move_platform_due(**THING, rows=[(1, DUE + HOUR)], policies=[PLAIN.key], now=NOON) == 0


def test_a_preview_counts_what_the_edit_then_moves_and_writes_nothing(db, sam):
    start_clocks([spec(n, NOON - n * HOUR) for n in range(24)], now=NOON)
    start_clocks([spec(99, own_due_at=DUE)], now=NOON)
    before, changes = rows(), {"length_seconds": 12 * 3600}
    preview = preview_policy_edit(key=PLAIN.key, changes=changes, now=NOON)
    assert (preview.running, preview.moved, preview.earlier, preview.later) == (25, 24, 24, 0)
    assert preview.newly_late == 11
    assert len(preview.samples) == 10
    assert rows() == before
    edit_policy(key=PLAIN.key, changes=changes, by=sam, note="shorter", now=NOON)
    assert sweep(now=NOON).breached == 11
    assert PolicyVersion.objects.filter(policy=PLAIN.key).count() == 2
    assert Clock.objects.get(subject_id=99).due_at == DUE


def test_an_edited_ladder_does_not_tell_again_what_was_told(start, sam):
    clock = start()
    sweep(now=DUE - HOUR)
    steps = [("warn", -6 * 3600, ["agent"]), ("warn", -1800, ["agent"]), ("breach", 0, ["agent"])]
    edit_policy(key=PLAIN.key, changes={"steps": steps}, by=sam, note="nearer", now=DUE - HOUR)
    clock.refresh_from_db()
    assert (clock.step, clock.next_look_at) == (1, DUE - HOUR / 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"length_seconds": 0},
        {"steps": [("breach", 0, []), ("breach", 1, [])]},
        {"steps": [("breach", 0, []), ("warn", 1, [])]},
        {"steps": [("warn", 0, []), ("breach", 0, [])]},
    ],
)
def test_numbers_that_make_no_sense_are_refused(db, sam, changes):
    with pytest.raises(BusinessError):
        edit_policy(key=PLAIN.key, changes=changes, by=sam, note="x", now=NOON)
    assert PolicyVersion.objects.filter(policy=PLAIN.key).count() == 1


def test_an_edit_needs_a_note_and_a_disabled_policy_starts_nothing(db, sam):
    with pytest.raises(BusinessError):
        edit_policy(key=PLAIN.key, changes={"enabled": False}, by=sam, note=" ", now=NOON)
    edit_policy(key=PLAIN.key, changes={"enabled": False}, by=sam, note="off", now=NOON)
    assert start_clocks([spec()], now=NOON) == 0


def test_a_clock_says_why_it_is_due_then(start, sam):
    clock = start(platform_due_at=NOON + 30 * HOUR)
    pause(clock, NOON + HOUR, sam)
    resume_clock(clock_id=clock.pk, by=sam, now=NOON + 2 * HOUR)
    extend_clock(clock_id=clock.pk, until=NOON + 40 * HOUR, reason="agreed", by=sam, now=NOON + 3 * HOUR)
    with translation.override("en"):
        (shown,) = clocks_of("tests.thing:1")
    assert shown.explanation == [
        "Started 2026-11-20 12:00, 24 hours long.",
        "Paused from 2026-11-20 13:00 to 2026-11-20 14:00 on account of: buyer (waits for the buyer).",
        "Extended on 2026-11-20 15:00 by 山姆 to 2026-11-22 04:00: agreed.",
        "The platform says 2026-11-21 18:00, ours would be 2026-11-22 04:00: the earlier one counts.",
        "Due 2026-11-21 18:00.",
    ]


# ── A promise that another one replaces ──────────────────────────────────────
def test_taking_back_may_keep_the_breaches_that_fell(start):
    late, unseen, in_time, waiting = (start(n) for n in (1, 2, 3, 4))
    late_only = NOON + 25 * HOUR
    Clock.objects.filter(pk=in_time.pk).update(due_at=late_only, own_due_at=late_only)
    pause_clock(clock_id=waiting.pk, reason="x", party="buyer", by=None, now=NOON)
    Clock.objects.filter(pk=late.pk).update(verdict="breached", step=2)
    found = void_clocks(
        policies=None, **THING, subject_ids=[1, 2, 3, 4], reason="another date", now=late_only, keep_breaches=True
    )
    assert found == 4
    ended = Clock.objects.order_by("subject_id").values_list("state", "verdict", "late_seconds", "stop_reason")
    assert list(ended) == [
        ("stopped", "breached", 3600, "another date"),
        ("stopped", "breached", 3600, "another date"),
        ("void", "", None, "another date"),
        ("void", "", None, "another date"),
    ]
    assert [(event.clock_id, event.kind) for event in unseen.events.all()] == [(unseen.pk, "breach")]


def test_migrating_back_to_nothing_seeds_no_policies(db, monkeypatch):
    """The receiver runs after every migration, after one that has just dropped the table too."""
    monkeypatch.setattr(PolicyVersion._meta, "db_table", "sla_gone")
    seed_policies(apps.get_app_config("sla"))
