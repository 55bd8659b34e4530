"""Plans are worked on, proposed and published; only what is published binds (STF-04 to STF-07)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import Entry
from common import clock
from common.exceptions import BusinessError, Conflict
from notifications.models import BellItem, Message
from notifications.render import bell_text, render
from staff.models import Duty, DutyWindow, PlannedDuty, Rota, RotaVersion
from staff.rota import services
from staff.rota.services import proposing
from staff.rota.services.publishing import difference
from staff.rota.states import DayKind, Origin, Skill
from tests.factories import UserFactory, at
from tests.factories_staff import DemandFactory, RotaFactory, ShiftTemplateFactory, UserSkillFactory, a_team

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture
def rota(noon, ana, sam) -> Rota:
    """A week of Ana's team, from next Monday on; she does after-sales."""
    team = a_team(ana, leader=sam)
    UserSkillFactory(user=ana, skill=Skill.AFTERSALES)
    return RotaFactory(team=team, starts_on=MONDAY, weeks=1, created_by=sam)


@pytest.fixture
def early(db):
    return ShiftTemplateFactory(name="早班", short="早")


@pytest.fixture
def late(db):
    return ShiftTemplateFactory(name="晚班", short="晚", windows=[("14:30", "22:30")])


def plan(rota, user, day, template, by, **more):
    rota.refresh_from_db()
    return services.set_duty(
        rota=rota, version=rota.version, user=user, day=day, template=template, skill=Skill.AFTERSALES, by=by, **more
    )


def publish(rota, by, *acknowledged, note="", version=None):
    rota.refresh_from_db()
    return services.publish_rota(
        rota=rota, version=rota.version if version is None else version, acknowledged=acknowledged, note=note, by=by
    )


def cells(rota) -> list[tuple[int, dt.date, str]]:
    rows = PlannedDuty.objects.filter(rota=rota).order_by("day", "user")
    return list(rows.values_list("user", "day", "template__name"))


# ── The plan ─────────────────────────────────────────────────────────────────
def test_stf_05_a_cycle_has_the_weeks_of_the_rules_and_no_day_twice(rota, sam, noon):
    made = services.create_rota(team=rota.team, starts_on=MONDAY + 7 * DAY, by=sam, now=clock.now())
    assert (made.weeks, made.created_by) == (3, sam)
    with pytest.raises(BusinessError) as refusal:
        services.create_rota(team=rota.team, starts_on=MONDAY + 27 * DAY, by=sam, now=clock.now())
    assert (refusal.value.code, Rota.objects.count()) == ("overlap", 2)


def test_a_shift_takes_the_place_of_the_one_before(rota, ana, sam, early, late):
    plan(rota, ana, MONDAY, early, sam)
    plan(rota, ana, MONDAY, late, sam)
    assert cells(rota) == [(ana.pk, MONDAY, "晚班")]
    rota.refresh_from_db()
    assert (rota.version, Entry.objects.filter(action="staff.duty_planned").count()) == (2, 2)


def test_the_later_of_two_planners_hears_of_the_other(rota, ana, sam, early, late):
    plan(rota, ana, MONDAY, early, sam)
    with pytest.raises(Conflict) as conflict:
        services.remove_duty(rota=rota, version=0, user=ana, day=MONDAY, by=sam)
    assert "Somebody else" in conflict.value.message
    assert cells(rota) == [(ana.pk, MONDAY, "早班")]


@pytest.mark.parametrize(("day", "code"), [(MONDAY - DAY, "day"), (MONDAY + 7 * DAY, "day"), (MONDAY + 6 * DAY, "")])
def test_only_days_of_the_rota_are_planned(rota, ana, sam, early, day, code):
    if not code:
        assert plan(rota, ana, day, early, sam).day == day
        return
    with pytest.raises(BusinessError) as refusal:
        plan(rota, ana, day, early, sam)
    assert (refusal.value.code, cells(rota)) == (code, [])


def test_nobody_of_another_team_is_planned(rota, sam, early):
    with pytest.raises(BusinessError) as refusal:
        plan(rota, UserFactory(), MONDAY, early, sam)
    assert (refusal.value.code, cells(rota)) == ("foreign", [])


def test_a_kept_shift_is_not_changed_by_accident(rota, ana, sam, early, late):
    plan(rota, ana, MONDAY, early, sam)
    rota.refresh_from_db()
    assert services.lock_duty(rota=rota, version=rota.version, user=ana, day=MONDAY, locked=True, by=sam) == 1
    with pytest.raises(BusinessError) as refusal:
        plan(rota, ana, MONDAY, late, sam)
    assert (refusal.value.code, cells(rota)) == ("locked", [(ana.pk, MONDAY, "早班")])


def test_moving_exchanges_two_cells(rota, ana, sam, early, late):
    ben = UserFactory()
    a_team_member = a_team(ben)
    a_team_member.members.update(team=rota.team)
    plan(rota, ana, MONDAY, early, sam)
    plan(rota, ben, MONDAY + DAY, late, sam)
    rota.refresh_from_db()
    services.move_duty(rota=rota, version=rota.version, source=(ana, MONDAY), target=(ben, MONDAY + DAY), by=sam)
    assert cells(rota) == [(ana.pk, MONDAY, "晚班"), (ben.pk, MONDAY + DAY, "早班")]


def test_an_empty_cell_is_not_moved(rota, ana, sam):
    with pytest.raises(BusinessError) as refusal:
        services.move_duty(rota=rota, version=0, source=(ana, MONDAY), target=(ana, MONDAY + DAY), by=sam)
    assert refusal.value.code == "empty"


# ── Publishing ───────────────────────────────────────────────────────────────
def test_publishing_makes_duties_and_tells_those_touched(rota, ana, sam, early):
    ben = UserFactory(name="本")
    a_team(ben).members.update(team=rota.team)
    plan(rota, ana, MONDAY, early, sam)
    made = publish(rota, sam, note="第一版")
    duty = Duty.objects.get()
    assert (duty.user, duty.starts_at, duty.ends_at) == (ana, at("2026-11-23 09:00"), at("2026-11-23 17:00"))
    assert (made.number, made.note, duty.minutes) == (1, "第一版", 480)
    assert list(BellItem.objects.values_list("user", flat=True)) == [ana.pk]
    mail = Message.objects.get()
    assert (mail.user, mail.kind) == (ana, "staff.rota_published")
    text = render(mail.kind, mail.context, "en").text
    assert "2026-11-23" in text
    assert "早班 09:00–17:00 (after-sales)" in text
    assert bell_text("staff.rota_published", BellItem.objects.get().context).startswith("The rota was published: 1")


def test_the_next_version_changes_only_what_changed(rota, ana, sam, early, late):
    plan(rota, ana, MONDAY, early, sam)
    plan(rota, ana, MONDAY + DAY, early, sam)
    publish(rota, sam)
    kept = Duty.objects.get(day=MONDAY)
    plan(rota, ana, MONDAY + DAY, late, sam)
    made = publish(rota, sam)
    assert [line["day"] for line in made.changes] == ["2026-11-24"]
    assert made.changes[0]["before"][0]["shift"] == "早班"
    assert made.changes[0]["after"] == [{"shift": "晚班", "short": "晚", "skill": "aftersales", "hours": "14:30–22:30"}]
    kept.refresh_from_db()
    standing = Duty.objects.filter(cancelled_at__isnull=True).order_by("day")
    assert (kept.cancelled_at, [duty.template.name for duty in standing]) == (None, ["早班", "晚班"])
    assert DutyWindow.objects.count() == 2


def test_nothing_new_is_not_published(rota, ana, sam, early):
    plan(rota, ana, MONDAY, early, sam)
    publish(rota, sam)
    with pytest.raises(BusinessError) as refusal:
        publish(rota, sam)
    assert (refusal.value.code, RotaVersion.objects.count()) == ("nothing", 1)


def test_other_hours_of_a_shift_count_as_a_change(rota, ana, sam, early):
    plan(rota, ana, MONDAY, early, sam)
    publish(rota, sam)
    values = {"name": "早班", "short": "早", "scheme": early.scheme, "break_minutes": 0}
    services.save_shift(shift=early, values=values, windows=[(dt.time(8), dt.time(16))], by=sam)
    assert Duty.objects.get().starts_at == at("2026-11-23 09:00")
    publish(rota, sam)
    assert Duty.objects.get(cancelled_at__isnull=True).starts_at == at("2026-11-23 08:00")


def test_stf_06_limits_of_the_law_are_taken_on_expressly(rota, ana, sam):
    """Nine hours: over eight, which overtime allows, and said in the version."""
    long = ShiftTemplateFactory(name="长班", windows=[("09:00", "18:00")])
    plan(rota, ana, MONDAY, long, sam)
    with pytest.raises(BusinessError) as refusal:
        publish(rota, sam)
    assert (refusal.value.code, Duty.objects.count()) == ("not_acknowledged", 0)
    made = publish(rota, sam, "day_hours")
    assert [(line["rule"], line["user"], line["day"]) for line in made.acknowledged] == [
        ("day_hours", ana.pk, "2026-11-23")
    ]


def test_stf_04_a_week_without_rest_is_never_published(rota, ana, sam, early):
    for number in range(7):
        plan(rota, ana, MONDAY + number * DAY, early, sam)
    with pytest.raises(BusinessError) as refusal:
        publish(rota, sam, "days_in_row", "week_hours", "average_hours", "coverage", note="必须")
    assert (refusal.value.code, Duty.objects.count(), RotaVersion.objects.count()) == ("hard", 0, 0)


def test_stf_04_too_few_people_are_taken_on_with_a_reason_only(rota, ana, sam, early):
    DemandFactory(team=rota.team, template=early, day_kind=DayKind.WORKDAY, people=2)
    plan(rota, ana, MONDAY, early, sam)
    codes = []
    for acknowledged, note in (((), "有人请假"), (("coverage",), "  ")):
        with pytest.raises(BusinessError) as refusal:
            publish(rota, sam, *acknowledged, note=note)
        codes.append(refusal.value.code)
    assert (codes, Duty.objects.count()) == (["not_acknowledged", "note"], 0)
    assert publish(rota, sam, "coverage", note="有人请假").number == 1


def test_publishing_an_outdated_plan_is_refused(rota, ana, sam, early):
    plan(rota, ana, MONDAY, early, sam)
    with pytest.raises(Conflict):
        publish(rota, sam, version=0)
    assert Duty.objects.count() == 0


def test_days_that_are_over_stay_as_they_were(rota, ana, sam, early, late, noon):
    plan(rota, ana, MONDAY, early, sam)
    publish(rota, sam)
    noon.move_to(at("2026-11-24 08:00"))
    with pytest.raises(BusinessError) as refusal:
        plan(rota, ana, MONDAY, late, sam)
    assert refusal.value.code == "over"
    PlannedDuty.objects.all().delete()
    plan(rota, ana, MONDAY + 2 * DAY, late, sam)
    assert [line["day"] for line in publish(rota, sam).changes] == ["2026-11-25"]
    assert Duty.objects.filter(cancelled_at__isnull=True).count() == 2


def test_publishing_takes_no_more_queries_for_many_cells(rota, ana, sam, early, django_assert_max_num_queries):
    people = [UserFactory() for _number in range(12)]
    a_team(*people)
    for person in people:
        person.employment.team = rota.team
        person.employment.save()
    PlannedDuty.objects.bulk_create(
        PlannedDuty(rota=rota, user=person, day=MONDAY + number * DAY, template=early, skill=Skill.AFTERSALES)
        for person in people
        for number in range(5)
    )
    with django_assert_max_num_queries(10):
        assert len(difference(rota, clock.now()).changes()) == 60


# ── Proposals ────────────────────────────────────────────────────────────────
def test_a_proposal_fills_the_demand_and_leaves_what_is_kept(rota, ana, sam, early):
    DemandFactory(team=rota.team, template=early, day_kind=DayKind.WORKDAY, people=1)
    plan(rota, ana, MONDAY + 5 * DAY, early, sam, locked=True)
    rota.refresh_from_db()
    services.propose_rota(rota=rota, version=rota.version, by=sam)
    assert services.run_waiting_proposals() == 1
    rota.refresh_from_db()
    assert rota.proposal_asked_at is None
    days = {day for _user, day, _shift in cells(rota)}
    assert {MONDAY + number * DAY for number in range(5)} <= days
    kept = PlannedDuty.objects.get(day=MONDAY + 5 * DAY)
    assert (kept.origin, kept.locked) == (Origin.HAND, True)
    assert services.run_waiting_proposals() == 0


def test_two_proposals_at_a_time_are_refused(rota, sam):
    services.propose_rota(rota=rota, version=0, by=sam)
    with pytest.raises(BusinessError) as refusal:
        services.propose_rota(rota=rota, version=1, by=sam)
    assert refusal.value.code == "under_way"


def test_a_plan_changed_meanwhile_is_not_overwritten(rota, ana, sam, early):
    DemandFactory(team=rota.team, template=early, people=1)
    services.propose_rota(rota=rota, version=0, by=sam)
    claimed = proposing._claim(clock.now())
    plan(rota, ana, MONDAY, early, sam)
    proposing.run_proposal(claimed, seconds=2)
    rota.refresh_from_db()
    assert cells(rota) == [(ana.pk, MONDAY, "早班")]
    assert rota.proposal_note != ""


def test_a_proposal_whose_worker_died_is_made_by_another(rota, sam, noon):
    services.propose_rota(rota=rota, version=0, by=sam)
    assert proposing._claim(clock.now()) == rota
    assert proposing._claim(clock.now()) is None
    noon.shift(proposing.SILENCE)
    assert proposing._claim(clock.now()) == rota
