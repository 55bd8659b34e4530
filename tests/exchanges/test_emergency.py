"""Somebody cannot come today: who could, who may give the shift away, who hears of it (STF-09)."""

from __future__ import annotations

import pytest

from audit.models import Entry
from common.exceptions import BusinessError
from notifications.models import BellItem, Message
from staff.exchanges import services
from staff.exchanges.candidates import candidates
from staff.models import Duty, HandedDuty, User
from staff.roles import Role
from staff.rota.states import Origin, Skill
from tests.exchanges.helpers import leave_asked
from tests.factories import NOON, UserFactory, at
from tests.factories_staff import give_duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]


@pytest.fixture
def today(ana: User) -> Duty:
    """Ana's late shift of this Friday."""
    return give_duty(ana, "2026-11-20 14:30", "22:30")


def give(duty: Duty, to: User, by: User, **more: object) -> HandedDuty:
    told = {"duty_id": duty.pk, "to": to, "reason": "发烧", "by": by, "now": NOON, **more}
    return services.assign_at_once(**told)  # type: ignore[arg-type]


def test_stf_09_the_shift_changes_hands_at_once_and_everybody_hears(
    today: Duty, ana: User, eve: User, sam: User
) -> None:
    row = give(today, eve, sam)
    assert row.after is not None
    assert (row.after.user, row.after.origin, row.reason) == (eve, Origin.EMERGENCY, "发烧")
    assert Duty.objects.get(pk=today.pk).cancelled_at == NOON
    bells = BellItem.objects.order_by("kind", "user__username").values_list("kind", "user__username")
    assert list(bells) == [("staff.duty_given", "eve"), ("staff.emergency_told", "ana")]
    assert Message.objects.filter(kind="staff.duty_given", user=eve).count() == 1
    topics = set(Entry.objects.filter(action="staff.emergency").values_list("topic", flat=True))
    assert topics == {f"staff.duty:{today.pk}", f"staff.user:{ana.pk}", f"staff.user:{eve.pk}"}
    assert [entry for entry in Entry.objects.all() if "发烧" in str(entry.data)] == []


def test_stf_09_somebody_ill_does_it_himself_and_the_leader_hears(today: Duty, ana: User, eve: User) -> None:
    give(today, eve, ana)
    assert list(BellItem.objects.filter(kind="staff.emergency_told").values_list("user__username", flat=True)) == [
        "sam"
    ]


@pytest.mark.parametrize("who", ["eve", "tina", "olli"])
def test_others_may_not(who: str, today: Duty, eve: User, tina: User, olli: User, ben: User) -> None:
    by = {"eve": eve, "tina": tina, "olli": olli}[who]
    with pytest.raises(BusinessError) as refusal:
        give(today, ben, by)
    assert (refusal.value.code, HandedDuty.objects.count()) == ("not_leader", 0)
    assert Duty.objects.get(pk=today.pk).cancelled_at is None


def test_what_is_far_ahead_goes_by_swap_or_leave(monday: Duty, eve: User, sam: User) -> None:
    with pytest.raises(BusinessError) as refusal:
        give(monday, eve, sam)
    assert refusal.value.code == "early"
    assert give(monday, eve, sam, now=at("2026-11-22 09:00:01")).after is not None


@pytest.mark.parametrize("case", ["no reason", "busy", "over"])
def test_what_is_refused_changes_nothing(case: str, today: Duty, eve: User, sam: User) -> None:
    more: dict[str, object] = {}
    if case == "no reason":
        more["reason"] = " "
    elif case == "busy":
        give_duty(eve, "2026-11-20 09:00", "17:00")
    else:
        more["now"] = today.ends_at
    with pytest.raises(BusinessError):
        give(today, eve, sam, **more)
    assert (HandedDuty.objects.count(), Duty.objects.get(pk=today.pk).cancelled_at) == (0, None)


def test_the_best_stands_first(today: Duty, ana: User, ben: User, eve: User, sam: User, tina: User) -> None:
    """STF-09: own team, enough rest, fewest hours; not who is busy, on leave, or cannot do the work."""
    give_duty(ben, "2026-11-19 14:30", "22:30")
    give_duty(eve, "2026-11-21 06:00", "12:00")
    busy, gone = UserFactory(username="busy"), UserFactory(username="gone")
    UserFactory(username="presales", role=Role.AGENT_PRESALES)
    UserFactory(username="shut", is_active=False)
    give_duty(busy, "2026-11-20 20:00", "23:00")
    leave = leave_asked(gone, starts_at=at("2026-11-20 22:00"), ends_at=at("2026-11-21 00:00"), emergency=True)
    services.approve_leave(
        leave_id=leave.pk, version=0, substitutes={}, by=UserFactory(role=Role.MANAGER, username="boss"), now=NOON
    )
    found = candidates(today)
    assert [(one.user.username, one.same_team, one.short_rest) for one in found] == [
        ("ben", True, False),
        ("eve", True, True),
        ("ted", False, False),
    ]
    assert (found[0].week_minutes, found[0].rest_minutes) == (960, 16 * 60)
    assert [one.user.username for one in candidates(today, busy_too=True)][-1] == "busy"


def test_candidates_take_a_fixed_number_of_queries(today: Duty, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    def made(count: int) -> None:
        for _number in range(count):
            give_duty(UserFactory(), "2026-11-19 09:00", "17:00", skill=Skill.AFTERSALES)

    made(2)
    with django_assert_num_queries(8):
        few = len(candidates(today))
    made(10)
    with django_assert_num_queries(8):
        assert len(candidates(today)) == few + 10
