"""Evaluation: figures by day and person, scores that explain themselves, weights as data (QA-09, QA-11, AFT-21)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.exceptions import BusinessError, Conflict
from sla.models import Clock, PolicyVersion
from staff import measures
from staff.conduct import evaluation, services
from staff.conduct.evaluation import MONTH, WEEK, Weight, period_of
from staff.conduct.improving import agree_improvement
from staff.measures import total
from staff.models import (
    ActionItem,
    Attendance,
    ChatFile,
    ChatLayout,
    ChatStat,
    Employment,
    EvaluationWeights,
    Finding,
    Team,
    User,
)
from staff.roles import Role
from tests import factories
from tests.conduct.helpers import confirmed
from tests.factories import NOON, at

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("noon")]

FRIDAY = dt.date(2026, 11, 20)
MONDAY = dt.date(2026, 11, 16)
HOUR = dt.timedelta(hours=1)


def ended(user: User, stopped: dt.datetime, verdict: str = "met", took: dt.timedelta = HOUR, number: int = 0) -> Clock:
    version = PolicyVersion.objects.filter(policy="orders.ship_daily").latest("version")
    return Clock.objects.create(
        policy=version.policy, version=version, subject_type="orders.fulfilment", subject_id=number, topic="",
        title="113", party="agent", assignee=user, started_at=stopped - took, own_due_at=stopped, due_at=stopped,
        state="stopped", verdict=verdict, stopped_at=stopped, late_seconds=0,
    )  # fmt: skip


@pytest.fixture
def chat_file(sam: User) -> ChatFile:
    layout = ChatLayout.objects.create(name="千牛", fingerprint="f", made_by=sam, made_at=NOON)
    return ChatFile.objects.create(name="a.csv", sha256="0" * 64, layout=layout, imported_at=NOON, imported_by=sam)


def figure(key: str, user: User, first: dt.date = MONDAY, last: dt.date = FRIDAY) -> Decimal | None:
    measure = measures.get(key)
    assert measure is not None
    return total(measure, measures.read_all([user.pk], first, last), [user.pk])


def test_clocks_are_counted_on_the_shanghai_day_they_ended(ana: User, sam: User) -> None:
    """QA-09: by assignee and day; the last second of a day belongs to it, the next to the next."""
    ended(ana, at("2026-11-19 23:59:59"))
    ended(ana, at("2026-11-20 00:00:00"), "breached", took=3 * HOUR)
    ended(sam, at("2026-11-20 09:00:00"))
    found = measures.read_all([ana.pk], FRIDAY, FRIDAY)
    assert found["clocks_done"] == {(ana.pk, FRIDAY): Decimal("1.0000")}
    assert found["in_time_share"] == {(ana.pk, FRIDAY): Decimal("0.0000")}
    assert figure("clocks_done", ana) == 2
    assert figure("clocks_breached", ana) == 1
    assert figure("in_time_share", ana) == 50
    assert figure("handling_hours", ana) == 2


def test_a_mean_is_weighted_by_its_rows(ana: User, chat_file: ChatFile) -> None:
    """PHR-03, AFT-08: 90 chats of 20 s and 10 chats of 120 s make 30 s, over days and within one."""
    for day, night, chats, seconds in ((19, False, 80, 20), (20, False, 10, 20), (20, True, 10, 120)):
        ChatStat.objects.create(
            user=ana, day=dt.date(2026, 11, day), night=night, chats=chats, first_response=seconds,
            satisfied_percent=90, file=chat_file,
        )  # fmt: skip
    assert figure("first_response", ana) == 30
    assert figure("satisfaction", ana) == 90
    assert figure("chats", ana) == 100


def test_a_day_without_chats_weighs_nothing(ana: User, chat_file: ChatFile) -> None:
    ChatStat.objects.create(user=ana, day=FRIDAY, chats=0, first_response=999, file=chat_file)
    assert figure("first_response", ana) is None


def test_attendance_words_and_points(ana: User, sam: User, team: Team) -> None:
    """STF-11, STF-21: only booked points count."""
    Attendance.objects.create(user=ana, came_at=NOON, left_at=NOON + HOUR, late_minutes=7, overtime_minutes=20)
    Finding.objects.create(user=ana, at=NOON, place="copy", kind="x", severity="soft", term="不知道")
    confirmed(ana, sam)
    assert figure("penalty_points", ana) is None
    services.book_due(NOON + dt.timedelta(days=8))
    assert figure("penalty_points", ana) == 2
    assert (figure("late_minutes", ana), figure("overtime_minutes", ana), figure("findings", ana)) == (7, 20, 1)


def test_reading_is_one_query_a_figure_however_many_people(ana: User) -> None:
    for people in (1, 30):
        users = factories.UserFactory.create_batch(people)
        for number, user in enumerate(users):
            ended(user, NOON, number=people * 100 + number)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            found = measures.read_all([user.pk for user in users], MONDAY, FRIDAY)
        assert len(found["clocks_done"]) == people
        assert len(seen) <= len(measures.measures())


@pytest.mark.parametrize(("value", "earned"), [("98", "30"), ("99", "30"), ("89", "15"), ("80", "0"), ("10", "0")])
def test_points_lie_on_a_line(value: str, earned: str) -> None:
    assert Weight(Decimal(30), Decimal(98), Decimal(80)).earned(Decimal(value)) == Decimal(earned)
    less = Weight(Decimal(30), Decimal(2), Decimal(20))
    assert less.earned(Decimal(100) - Decimal(value)) == Decimal(earned)


def test_the_score_leaves_out_what_was_not_measured(ana: User) -> None:
    """QA-09: in time 89 % earns 15 of 30, no findings, points and lateness earn all of theirs; chats are left out."""
    for number in range(100):
        ended(ana, NOON, "met" if number < 89 else "breached", took=12 * HOUR, number=number)
    (found,) = evaluation.evaluate([ana], period_of(WEEK, FRIDAY))
    earned = {line.measure.key: line.earned for line in found.lines if line.earned is not None}
    assert earned == {
        "in_time_share": Decimal(15),
        "handling_hours": Decimal(10),
        "findings": Decimal(5),
        "late_minutes": Decimal(5),
        "penalty_points": Decimal(10),
    }
    assert found.score == Decimal("75.0")
    assert "45 of 60" in found.sentence
    line = found.of("in_time_share")
    assert line is not None
    assert line.sentence == "89.0 % earns 15 of 30: all at 98, nothing at 80."


def test_periods_are_weeks_from_monday_and_calendar_months() -> None:
    week, month = period_of(WEEK, FRIDAY), period_of(MONTH, FRIDAY)
    assert (week.first, week.last) == (MONDAY, dt.date(2026, 11, 22))
    assert (month.first, month.last) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert month.before().last == dt.date(2026, 10, 31)
    assert period_of(MONTH, dt.date(2026, 12, 31)).after().first == dt.date(2027, 1, 1)


def test_the_trend_has_six_periods_oldest_first(ana: User) -> None:
    ended(ana, NOON - dt.timedelta(days=7), number=1)
    ended(ana, NOON, number=2)
    ended(ana, NOON, number=3)
    (found,) = evaluation.evaluate([ana], period_of(WEEK, FRIDAY))
    line = found.of("clocks_done")
    assert line is not None
    assert line.trend == (None, None, None, None, Decimal(1), Decimal(2))
    assert line.points == "80,18 100,2"


TABLE = {"in_time_share": {"weight": Decimal(100), "full": Decimal(100), "none": Decimal(0)}}


def test_weights_are_versions(max_: User, ana: User) -> None:
    """QA-09: an edit makes a version with its reason; an old one stays."""
    first = evaluation.set_weights(table=TABLE, version=0, note="先看时效", by=max_, now=NOON)
    with pytest.raises(Conflict):
        evaluation.set_weights(table=TABLE, version=0, note="晚了", by=max_, now=NOON)
    assert (first.version, evaluation.current_weights().version) == (1, 1)
    ended(ana, NOON)
    (found,) = evaluation.evaluate([ana], period_of(WEEK, FRIDAY))
    assert (found.score, found.version) == (Decimal("100.0"), 1)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"nonsense": TABLE["in_time_share"]},
        {"in_time_share": {"weight": Decimal(5), "full": Decimal(1), "none": Decimal(1)}},
    ],
)
def test_weights_that_make_no_sense_are_refused(table: Any, max_: User) -> None:
    with pytest.raises(BusinessError):
        evaluation.set_weights(table=table, version=0, note="x", by=max_, now=NOON)
    assert not EvaluationWeights.objects.exists()


def weights_form(**changes: str) -> dict[str, str]:
    data = {f"{m.key}-{name}": "0" for m in measures.measures() for name in ("weight", "full", "none")}
    return data | {"in_time_share-weight": "100", "in_time_share-full": "100", "note": "时效第一"} | changes


def test_the_manager_sees_before_saving(team: Team, ana: User, max_: User, sam: User, as_user: Any) -> None:
    """QA-09: the preview shows every score before and after, and writes nothing."""
    ended(ana, NOON - dt.timedelta(days=7), "breached")
    client = as_user(max_)
    seen = client.post("/people/weights/", weights_form(preview="1", version="0"))
    assert [(old, new) for user, old, new in seen.context["preview"] if user == ana] == [
        (Decimal("50.0"), Decimal("0.0"))
    ]
    assert not EvaluationWeights.objects.exists()
    assert client.post("/people/weights/", weights_form(version="0")).status_code == 302
    assert EvaluationWeights.objects.get().made_by == max_
    assert client.post("/people/weights/", weights_form(version="0")).status_code == 422
    assert as_user(sam).get("/people/weights/").status_code == 403


def test_a_person_is_seen_by_oneself_and_the_leaders(
    team: Team, ana: User, sam: User, max_: User, ben: User, tina: User, as_user: Any
) -> None:
    """Shows 7: to everybody else the page is missing, the rows too."""
    ended(ana, NOON)
    for user, code in ((ana, 200), (sam, 200), (max_, 200), (ben, 404), (tina, 404)):
        client = as_user(user)
        assert client.get(f"/people/{ana.pk}/").status_code == code
        for measure in measures.measures():
            if measure.rows is not None:
                assert client.get(f"/people/{ana.pk}/rows/{measure.key}/").status_code == code


def test_every_figure_is_one_click_from_its_rows(team: Team, ana: User, sam: User, as_user: Any) -> None:
    """QA-09: each figure that has a value links to rows that are there."""
    ended(ana, NOON)
    Finding.objects.create(user=ana, at=NOON, place="copy", kind="x", severity="soft", term="不知道")
    Attendance.objects.create(user=ana, came_at=NOON, left_at=NOON + HOUR, late_minutes=7)
    client = as_user(sam)
    (found,) = evaluation.evaluate([ana], period_of(WEEK, FRIDAY))
    for line in found.lines:
        if line.value:
            page = client.get(line.url)
            assert page.status_code == 200, line.measure.key
            assert page.context["rows"], line.measure.key


def test_quality_sees_teams_without_persons(team: Team, ana: User, sam: User, as_user: Any) -> None:
    """QA-09: the quality department evaluates the work, not the people."""
    quality = factories.UserFactory(role=Role.QUALITY)
    ended(ana, NOON)
    Attendance.objects.create(user=ana, came_at=NOON, left_at=NOON + HOUR, late_minutes=7)
    page = as_user(quality).get("/people/").content.decode()
    assert team.name in page
    assert "安娜" not in page
    ((_team, lines, _items),) = as_user(quality).get("/people/").context["teams"]
    assert "late_minutes" not in {line.measure.key for line in lines}
    assert as_user(quality).get(f"/people/{ana.pk}/").status_code == 404


def test_improvements_are_agreed_with_those_one_leads(team: Team, ana: User, sam: User, tina: User) -> None:
    """QA-09, QA-11: with a name and a day, open until done."""
    due = FRIDAY + dt.timedelta(days=7)
    made = agree_improvement(team=team, owner=ana, title="首响 40 秒内", due_on=due, by=sam, now=NOON)
    assert (made.source, made.state, made.owner, made.due_on) == ("evaluation", "open", ana, due)
    quality = factories.UserFactory(role=Role.QUALITY)
    agree_improvement(team=team, owner=sam, title="周末加人", due_on=due, by=quality, now=NOON)
    for by, owner in ((tina, ana), (quality, ana), (ana, ana)):
        with pytest.raises(BusinessError):
            agree_improvement(team=team, owner=owner, title="x", due_on=due, by=by, now=NOON)
    with pytest.raises(BusinessError, match="over"):
        agree_improvement(team=team, owner=ana, title="x", due_on=FRIDAY - dt.timedelta(days=1), by=sam, now=NOON)
    assert ActionItem.objects.count() == 2


def test_the_page_agrees_and_keeps_what_was_typed(team: Team, ana: User, sam: User, as_user: Any) -> None:
    client = as_user(sam)
    typed = {"owner": ana.pk, "title": "首响 40 秒内", "due_on": "2026-11-27"}
    assert client.post(f"/people/teams/{team.pk}/improve/", typed).status_code == 302
    refused = client.post(f"/people/teams/{team.pk}/improve/", typed | {"due_on": ""})
    assert refused.status_code == 422
    assert "首响 40 秒内" in refused.content.decode()
    assert ActionItem.objects.count() == 1
    assert as_user(ana).post(f"/people/teams/{team.pk}/improve/", typed).status_code == 404


def test_the_team_page_costs_the_same_for_more_people(team: Team, ana: User, sam: User, as_user: Any) -> None:
    client = as_user(sam)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/people/").status_code == 200
        return len(seen)

    queries()  # what a process reads once
    few = queries()
    for number, user in enumerate(factories.UserFactory.create_batch(10)):
        Employment.objects.create(user=user, team=team)
        ended(user, NOON, number=number)
    assert queries() == few
