"""The weekly meeting: planned, drawn from the week, held, and what stays to be done (STF-24, AFT-14, PHR-02, QA-11)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from audit.models import Entry
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem
from sla import policies
from sla.engine import sweep
from sla.services import ClockSpec, start_clocks
from sla.states import Party
from staff.models import ActionItem, AgendaItem, Meeting, MeetingTime, Task, WeeklyRecord
from staff.records import agenda
from staff.records.agenda import AgendaLine
from staff.records.selectors.meetings import meeting_page
from staff.records.services import actions, meetings
from staff.records.states import ActionState, MeetingState
from staff.records.tasks import records_round
from staff.words.permissions import MANAGE_WORDS
from tests.factories import NOON, UserFactory, at
from tests.factories_staff import EmploymentFactory, a_team

MONDAY = dt.date(2026, 11, 23)
ON_MONDAY = at("2026-11-23 13:30")


@pytest.fixture
def meeting(noon, ana, sam):
    a_team(ana, leader=sam, name="客服一组")
    meetings.plan_meetings()
    return Meeting.objects.get()


def test_stf_24_each_team_meets_next_monday_at_its_times(meeting, sam):
    assert (meeting.week, meeting.state) == (MONDAY, MeetingState.PLANNED)
    assert [(s.starts_at, s.minutes, s.led_by) for s in meeting.sessions.all()] == [
        (at("2026-11-23 13:30"), 30, sam),
        (at("2026-11-23 17:00"), 30, sam),
    ]


def test_planning_again_adds_nothing_but_new_people(meeting):
    EmploymentFactory(team=meeting.team)
    assert meetings.plan_meetings() == 0
    assert (Meeting.objects.count(), meeting.sessions.count(), meeting.reports.count()) == (1, 2, 2)


def test_stf_24_the_times_are_data_and_meetings_to_come_follow(meeting, sam):
    meetings.set_meeting_times(team=meeting.team, times=[(0, dt.time(8), 45, "全员")], by=sam)
    assert [(s.starts_at, s.minutes, s.name) for s in meeting.sessions.all()] == [(at("2026-11-23 08:00"), 45, "全员")]
    with time_machine.travel(at("2026-11-24 06:00"), tick=False):
        meetings.plan_meetings()
    assert Meeting.objects.get(week=dt.date(2026, 11, 30)).sessions.get().starts_at == at("2026-11-30 08:00")


def test_a_team_without_times_stays_without(meeting, sam):
    meetings.set_meeting_times(team=meeting.team, times=[], by=sam)
    with time_machine.travel(at("2026-11-24 06:00"), tick=False):
        meetings.plan_meetings()
    assert (MeetingTime.objects.count(), Meeting.objects.get(week=dt.date(2026, 11, 30)).sessions.count()) == (0, 0)


def test_two_sessions_do_not_begin_at_once(meeting, sam):
    with pytest.raises(BusinessError) as refusal:
        meetings.set_meeting_times(team=meeting.team, times=[(0, dt.time(8), 30, ""), (0, dt.time(8), 45, "")], by=sam)
    assert (refusal.value.code, MeetingTime.objects.count()) == ("twice", 2)


def break_a_promise(moment: dt.datetime, number: int = 1) -> None:
    spec = ClockSpec(
        policy="orders.ship_daily", subject_type="orders.fulfilment", subject_id=number, topic=f"orders.order:{number}",
        title=f"61134{number}", started_at=moment - dt.timedelta(days=2), own_due_at=moment, party="supplier",
    )  # fmt: skip
    start_clocks([spec], now=moment - dt.timedelta(days=2))
    with time_machine.travel(moment + dt.timedelta(minutes=1), tick=False):
        sweep()


def test_aft_14_the_agenda_is_drawn_from_the_week_with_who_is_responsible(meeting, as_user, sam):
    break_a_promise(at("2026-11-17 12:00"))
    break_a_promise(at("2026-11-15 12:00"), 2)  # the Sunday before: another week's
    meetings.draw_agenda(meeting_id=meeting.pk)
    item = meeting.agenda.get(source="breaches")
    label = policies.label_of("orders.ship_daily")
    assert (item.title.startswith(label), "1" in item.title, item.responsible) == (
        True,
        True,
        str(Party.SUPPLIER.label),
    )
    rows = as_user(sam).get(item.url).content.decode()
    assert ("611341" in rows, "611342" in rows) == (True, False)


def test_drawing_anew_keeps_outcomes_and_what_was_added_by_hand(meeting):
    break_a_promise(at("2026-11-17 12:00"))
    meetings.draw_agenda(meeting_id=meeting.pk)
    by_hand = meetings.add_agenda_item(meeting_id=meeting.pk, title="仓库换班", responsible="仓库")
    said = meeting.agenda.get(source="breaches")
    meetings.note_outcomes(meeting_id=meeting.pk, outcomes={said.pk: "已约谈"})
    meetings.draw_agenda(meeting_id=meeting.pk)
    kept = list(meeting.agenda.filter(source__in=["breaches", "hand"]).order_by("position"))
    assert kept == [said, by_hand]
    assert kept[0].outcome == "已约谈"


def test_any_floor_adds_its_lines(meeting, monkeypatch):
    monkeypatch.setattr(agenda, "_registry", {})
    agenda.register("complaints", "complaints", lambda team, monday: [AgendaLine(f"{team} {monday}", "质检", "/x/")])
    meetings.draw_agenda(meeting_id=meeting.pk)
    assert list(AgendaItem.objects.values_list("source", "title", "responsible", "url")) == [
        ("complaints", "客服一组 2026-11-23", "质检", "/x/")
    ]


def test_sec_05_a_line_links_to_its_rows_for_those_who_may_open_them(meeting, ana, sam, monkeypatch):
    monkeypatch.setattr(agenda, "_registry", {})
    agenda.register("found", "found", lambda team, monday: [AgendaLine("3", url="/x/")], right=MANAGE_WORDS)
    agenda.register("open", "open", lambda team, monday: [AgendaLine("4", url="/y/")])
    meetings.draw_agenda(meeting_id=meeting.pk)
    links = {user: [url for *_, url in meeting_page(user, meeting.pk).agenda] for user in (ana, sam)}
    assert links == {ana: ["", "/y/"], sam: ["/x/", "/y/"]}


def test_on_monday_reports_take_the_weekly_records_and_everybody_is_reminded_once(meeting, ana, sam):
    WeeklyRecord.objects.create(
        user=ana, week=dt.date(2026, 11, 20), last_week="接待多", to_improve="打字", handed_in_at=NOON
    )
    for moment in ("2026-11-23 08:05", "2026-11-23 09:05"):
        with time_machine.travel(at(moment), tick=False):
            records_round()
    report = meeting.reports.get(user=ana)
    assert (report.last_week, report.to_improve) == ("接待多", "打字")
    told = BellItem.objects.filter(kind="staff.meeting_today").values_list("user__username", flat=True)
    assert sorted(told) == ["ana", "sam"]


def test_nobody_is_reminded_before_eight(meeting):
    with time_machine.travel(at("2026-11-23 07:59"), tick=False):
        assert meetings.remind_of_meetings() == 0


def test_what_somebody_wrote_is_not_overwritten_by_the_weekly_record(meeting, ana):
    WeeklyRecord.objects.create(user=ana, week=dt.date(2026, 11, 20), last_week="a", to_improve="b", handed_in_at=NOON)
    meetings.save_report(meeting_id=meeting.pk, user=ana, last_week="自己写的", to_improve="")
    meetings.fill_reports(meeting)
    assert meeting.reports.get().last_week == "自己写的"


def attend(meeting, *people):
    session = meeting.sessions.first()
    return meetings.note_attendance(session_id=session.pk, led_by=None, attendees=people)


def close(meeting, sam, moment=ON_MONDAY):
    return meetings.close_meeting(meeting_id=meeting.pk, phrases_by=sam, by=sam, now=moment)


def test_phr_02_closing_makes_the_task_to_update_the_phrases(meeting, ana, sam):
    attend(meeting, ana)
    meeting = close(meeting, sam)
    assert (meeting.state, meeting.held_by, meeting.held_at) == (MeetingState.HELD, sam, ON_MONDAY)
    task = Task.objects.get()
    assert (task.assignee, task.topic, task.due_at) == (
        sam,
        f"staff.meeting:{meeting.pk}",
        ON_MONDAY + dt.timedelta(days=2),
    )
    assert Entry.objects.filter(action="staff.meeting_held").count() == 1


def test_a_meeting_is_not_closed_before_its_day_or_without_people(meeting, ana, sam):
    with pytest.raises(BusinessError) as refusal:
        close(meeting, sam)
    assert refusal.value.code == "nobody_there"
    attend(meeting, ana)
    with pytest.raises(BusinessError) as early:
        close(meeting, sam, at("2026-11-22 23:59"))
    assert (early.value.code, Task.objects.count()) == ("too_early", 0)


def test_the_record_of_a_held_meeting_stands(meeting, ana, sam):
    attend(meeting, ana)
    close(meeting, sam)
    for change in (
        lambda: meetings.add_agenda_item(meeting_id=meeting.pk, title="x", responsible=""),
        lambda: meetings.save_report(meeting_id=meeting.pk, user=ana, last_week="x", to_improve=""),
        lambda: meetings.write_minutes(meeting_id=meeting.pk, version=1, notes="x"),
        lambda: meetings.draw_agenda(meeting_id=meeting.pk),
        lambda: attend(meeting),
        lambda: close(meeting, sam),
    ):
        with pytest.raises(BusinessError) as refusal:
            change()
        assert refusal.value.code == "held"
    assert (meeting.agenda.count(), meeting.sessions.first().attendees.count(), Task.objects.count()) == (0, 1, 1)


def test_two_writers_of_the_minutes_conflict(meeting):
    meetings.write_minutes(meeting_id=meeting.pk, version=0, notes="一")
    with pytest.raises(Conflict):
        meetings.write_minutes(meeting_id=meeting.pk, version=0, notes="二")
    assert Meeting.objects.get().notes == "一"


def act(meeting, ana, sam, **more):
    return actions.add_action(
        **{
            "team": meeting.team,
            "title": "改快捷语",
            "owner": ana,
            "due_on": MONDAY,
            "meeting": meeting,
            "by": sam,
            **more,
        }
    )


def test_qa_11_an_action_comes_up_again_until_it_is_done(meeting, ana, sam):
    action = act(meeting, ana, sam)
    with time_machine.travel(at("2026-11-24 06:00"), tick=False):
        meetings.plan_meetings()
        following = Meeting.objects.get(week=dt.date(2026, 11, 30))
        meetings.draw_agenda(meeting_id=following.pk)
        assert meeting_page(sam, following.pk).earlier == [action]
        assert following.agenda.get(source="actions").responsible == "安娜"
        actions.end_action(action_id=action.pk, result="改好了", by=ana)
        assert meeting_page(sam, following.pk).earlier == []
    action.refresh_from_db()
    assert (action.state, action.result, action.closed_at) == (ActionState.DONE, "改好了", at("2026-11-24 06:00"))


def test_qa_11_only_who_leads_drops_an_action(meeting, ana, sam):
    action = act(meeting, ana, sam)
    for by in (ana, UserFactory()):
        with pytest.raises(ActionItem.DoesNotExist):
            actions.end_action(action_id=action.pk, result="不做了", by=by, drop=True)
    actions.end_action(action_id=action.pk, result="不做了", by=sam, drop=True)
    with pytest.raises(BusinessError) as refusal:
        actions.end_action(action_id=action.pk, result="又", by=sam)
    assert refusal.value.code == "ended"


def test_an_action_does_not_begin_overdue(meeting, ana, sam):
    with pytest.raises(BusinessError) as refusal:
        act(meeting, ana, sam, due_on=dt.date(2026, 11, 19))
    assert (refusal.value.code, ActionItem.objects.count()) == ("past", 0)


def test_who_sees_a_meeting(meeting, ana, sam, olli, as_user):
    answers = [as_user(user).get(f"/records/meetings/{meeting.pk}/").status_code for user in (ana, sam, olli)]
    assert answers == [200, 200, 404]
    attend(meeting, olli)
    assert as_user(olli).get(f"/records/meetings/{meeting.pk}/minutes/").status_code == 200


def test_a_member_reports_for_himself_and_leads_nothing(meeting, ana, sam, as_user):
    client, base = as_user(ana), f"/records/meetings/{meeting.pk}/do"
    mine = {"user": ana.pk, "last_week": "a", "to_improve": "b"}
    assert client.post(f"{base}/report/", mine).status_code == 302
    assert client.post(f"{base}/report/", {**mine, "user": sam.pk}).status_code == 404
    for action in ("agenda", "draw", "outcomes", "attendance", "minutes", "action", "close"):
        assert client.post(f"{base}/{action}/", {}).status_code == 404
    assert meeting.reports.get().last_week == "a"


def test_who_leads_does_everything_on_the_page(meeting, ana, sam, as_user):
    client, base = as_user(sam), f"/records/meetings/{meeting.pk}/do"
    session = meeting.sessions.first()
    done = [
        client.post(f"{base}/agenda/", {"agenda-title": "仓库", "agenda-responsible": "仓库"}),
        client.post(f"{base}/draw/"),
        client.post(f"{base}/outcomes/", {f"outcome-{_first(meeting)}": "谈过"}),
        client.post(f"{base}/attendance/", {"session": session.pk, "attendees": [ana.pk], "led_by": sam.pk}),
        client.post(f"{base}/minutes/", {"minutes-notes": "记录", "version": "0"}),
        client.post(f"{base}/action/", {"action-title": "补货", "action-owner": ana.pk, "action-due_on": "2026-11-27"}),
    ]
    assert [answer.status_code for answer in done] == [302, 302, 302, 302, 302, 302]
    with time_machine.travel(ON_MONDAY, tick=False):
        answer = as_user(sam).post(f"{base}/close/", {"close-phrases_by": ana.pk})
    assert (answer.status_code, Meeting.objects.get().state) == (302, MeetingState.HELD)
    assert (AgendaItem.objects.get(source="hand").outcome, ActionItem.objects.get().owner) == ("谈过", ana)


def _first(meeting: Meeting) -> int:
    item = meeting.agenda.first()
    return item.pk if item else 0


def test_the_times_page_saves(meeting, sam, as_user):
    data = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-weekday": "0", "form-0-starts": "08:00",
        "form-0-minutes": "40", "form-0-name": "", "form-1-weekday": "0", "form-1-starts": "", "form-1-minutes": "",
    }  # fmt: skip
    assert as_user(sam).post(f"/records/meetings/times/{meeting.team_id}/", data).status_code == 302
    assert list(MeetingTime.objects.values_list("weekday", "starts", "minutes")) == [(0, dt.time(8), 40)]
