"""Published duties change hands, or are taken back; nobody stands in two places (STF-09, STF-15)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import Entry
from common import clock
from common.exceptions import BusinessError
from staff.models import Duty, DutyWindow, PlannedDuty
from staff.rota import services
from staff.rota.states import Origin
from tests.factories import UserFactory, at
from tests.factories_staff import DemandFactory, RotaFactory, a_team, give_duty

pytestmark = pytest.mark.django_db


def windows(user) -> list[tuple[dt.datetime, dt.datetime]]:
    return list(DutyWindow.objects.filter(user=user).order_by("starts_at").values_list("starts_at", "ends_at"))


def planned(duty: Duty) -> None:
    PlannedDuty.objects.create(
        rota=duty.rota, user=duty.user, day=duty.day, template=duty.template, skill=duty.skill, origin=Origin.PROPOSED
    )


@pytest.fixture
def ben(db):
    return UserFactory(name="本")


def test_stf_15_a_duty_goes_to_somebody_else_with_its_hours_and_the_plan(noon, ana, ben, sam):
    a_team(ana, ben)
    duty = give_duty(ana, "2026-11-21 10:00", "14:00", "17:30", "23:00")
    planned(duty)
    hours = windows(ana)
    new = services.reassign_duty(duty=duty, to=ben, origin=Origin.SWAP, by=sam)
    duty.refresh_from_db()
    assert (duty.cancelled_at, windows(ana), windows(ben)) == (clock.now(), [], hours)
    assert (new.user, new.day, new.minutes, new.origin) == (ben, duty.day, 570, Origin.SWAP)
    assert list(PlannedDuty.objects.values_list("user", "origin", "locked")) == [(ben.pk, Origin.SWAP, True)]
    duty.rota.refresh_from_db()
    assert duty.rota.version == 1
    entry = Entry.objects.get(action="staff.duty_reassigned")
    assert (entry.topic, entry.data["to"], entry.data["duty"]) == (f"staff.duty:{duty.pk}", "本", new.pk)


def test_stf_15_two_people_exchange_duties_of_the_same_hours(noon, ana, ben, sam):
    team = a_team(ana, ben)
    rota = RotaFactory(team=team)
    mine = give_duty(ana, "2026-11-23 09:00", "17:00", rota=rota)
    theirs = give_duty(ben, "2026-11-23 09:00", "17:00", rota=rota, skill="presales")
    services.reassign_duties(moves=[(mine, ben), (theirs, ana)], origin=Origin.SWAP, by=sam)
    standing = Duty.objects.filter(cancelled_at__isnull=True).order_by("skill")
    assert list(standing.values_list("user__name", "skill")) == [("本", "aftersales"), ("安娜", "presales")]
    assert len(windows(ana)) == len(windows(ben)) == 1


def test_nobody_stands_in_two_places(noon, ana, ben, sam):
    mine = give_duty(ana, "2026-11-23 09:00", "17:00")
    give_duty(ben, "2026-11-22 17:30", "01:00")
    night = give_duty(ben, "2026-11-23 16:59", "20:00")
    before = windows(ana), windows(ben)
    with pytest.raises(BusinessError) as refusal:
        services.reassign_duty(duty=mine, to=ben, origin=Origin.SWAP, by=sam)
    mine.refresh_from_db()
    assert (refusal.value.code, mine.cancelled_at, (windows(ana), windows(ben))) == ("overlap", None, before)
    services.cancel_duty(duty=night, by=sam)
    assert services.reassign_duty(duty=mine, to=ben, origin=Origin.SWAP, by=sam).user == ben


def test_a_duty_that_ends_when_the_next_begins_is_none_at_the_same_time(noon, ana, ben, sam):
    mine = give_duty(ana, "2026-11-23 09:00", "17:00")
    give_duty(ben, "2026-11-23 17:00", "20:00")
    assert services.reassign_duty(duty=mine, to=ben, origin=Origin.LEAVE, by=sam).user == ben


@pytest.mark.parametrize(
    ("start", "end", "code"), [("2026-11-20 03:00", "11:59", "over"), ("2026-11-20 03:00", "12:01", "")]
)
def test_what_is_over_stays(noon, ana, ben, sam, start, end, code):
    """Noon is past the first duty's end and a minute before the second's."""
    duty = give_duty(ana, start, end)
    if not code:
        assert services.reassign_duty(duty=duty, to=ben, origin=Origin.EMERGENCY, by=sam).user == ben
        return
    with pytest.raises(BusinessError) as refusal:
        services.reassign_duty(duty=duty, to=ben, origin=Origin.EMERGENCY, by=sam)
    assert (refusal.value.code, Duty.objects.count()) == (code, 1)


def test_a_duty_changes_hands_once(noon, ana, ben, sam):
    duty = give_duty(ana, "2026-11-23 09:00", "17:00")
    services.reassign_duty(duty=duty, to=ben, origin=Origin.SWAP, by=sam)
    with pytest.raises(BusinessError) as refusal:
        services.reassign_duty(duty=duty, to=UserFactory(), origin=Origin.SWAP, by=sam)
    assert refusal.value.code == "gone"
    assert Duty.objects.filter(cancelled_at__isnull=True).get().user == ben


def test_neither_suppliers_nor_those_who_left_take_duties(noon, ana, petra, sam):
    duty = give_duty(ana, "2026-11-23 09:00", "17:00")
    leaver = UserFactory()
    a_team(leaver)
    leaver.employment.left_on = dt.date(2026, 11, 22)
    leaver.employment.save()
    codes = []
    for to in (petra, leaver):
        with pytest.raises(BusinessError) as refusal:
            services.reassign_duty(duty=duty, to=to, origin=Origin.SWAP, by=sam)
        codes.append(refusal.value.code)
    assert codes == ["stranger", "not_employed"]
    assert Duty.objects.get().cancelled_at is None


def test_a_duty_taken_back_is_worked_by_nobody(noon, ana, sam):
    duty = give_duty(ana, "2026-11-23 09:00", "17:00")
    planned(duty)
    services.cancel_duty(duty=duty, by=sam)
    duty.refresh_from_db()
    assert (duty.cancelled_at, windows(ana), PlannedDuty.objects.count()) == (clock.now(), [], 0)
    assert Entry.objects.get(action="staff.duty_cancelled").actor == sam


def test_stf_09_consequences_name_the_gap_and_the_long_day(noon, ana, ben, sam):
    """What is wrong already is not told again; nothing is written."""
    team = a_team(ana, ben)
    rota = RotaFactory(team=team)
    early = give_duty(ana, "2026-11-23 09:00", "17:00", rota=rota)
    give_duty(ben, "2026-11-23 17:00", "23:00", rota=rota)
    DemandFactory(team=team, template=early.template, people=1)
    nobody = services.consequences([(early, None)])
    assert [(breach.rule, breach.day) for breach in nobody] == [("coverage", early.day)]
    both = services.consequences([(early, ben)])
    assert ("day_most", ben.pk) in [(breach.rule, breach.user_id) for breach in both]
    assert "coverage" not in [breach.rule for breach in both]
    assert Duty.objects.filter(cancelled_at__isnull=True).count() == 2


def test_consequences_know_people_of_other_teams(noon, ana, sam):
    team = a_team(ana)
    duty = give_duty(ana, "2026-11-23 09:00", "17:00", rota=RotaFactory(team=team))
    DemandFactory(team=team, template=duty.template, people=1)
    assert services.consequences([(duty, UserFactory())]) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_two_windows_at_a_time(ana):
    """The last line of defence, behind the service's own question."""
    from django.db import IntegrityError, transaction

    duty = give_duty(ana, "2026-11-23 09:00", "17:00")
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyWindow.objects.create(duty=duty, user=ana, starts_at=at("2026-11-23 16:59"), ends_at=at("2026-11-23 18:00"))
