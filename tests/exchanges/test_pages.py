"""The pages: who sees what, what is kept after a refusal, what the substitute is not told (STF-09, STF-15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from staff.exchanges import services
from staff.exchanges.states import SwapState
from staff.models import Duty, HandedDuty, Leave, Swap, User
from tests.exchanges.helpers import agreed, approved, asked, leave_asked
from tests.factories import NOON
from tests.factories_staff import give_duty

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("noon", "team")]
As = Callable[[User], Client]


def test_stf_15_a_swap_is_put_together_and_asked(
    as_user: As, monday: Duty, tuesday: Duty, ana: User, ben: User
) -> None:
    client = as_user(ana)
    page = client.get(reverse("exchanges:ask_swap"), {"duty": monday.pk, "counterpart": ben.pk, "other": tuesday.pk})
    assert (page.status_code, page.context["choice"].other) == (200, tuesday)
    sent = {"duty": monday.pk, "counterpart": ben.pk, "other": tuesday.pk, "reason": "家长会"}
    answer = client.post(reverse("exchanges:ask_swap"), sent)
    swap = Swap.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, swap.get_absolute_url())
    assert (swap.asker, swap.counterpart, swap.other_duty, swap.emergency) == (ana, ben, tuesday, False)


def test_a_refusal_keeps_what_was_typed(as_user: As, monday: Duty, ana: User, ben: User, eve: User) -> None:
    """STF-15: the shift went into another swap while the form was open."""
    asked(monday, eve)
    sent = {"duty": monday.pk, "counterpart": ben.pk, "other": "", "reason": "孩子家长会要去学校"}
    answer = as_user(ana).post(reverse("exchanges:ask_swap"), sent)
    assert (answer.status_code, Swap.objects.count()) == (409, 1)
    assert "孩子家长会要去学校" in answer.content.decode()


def test_the_choice_offers_only_what_can_be(as_user: As, monday: Duty, tuesday: Duty, ana: User, ben: User) -> None:
    busy = give_duty(ana, "2026-11-25 09:00", "17:00")
    asked(busy, ben)
    give_duty(ben, "2026-11-26 09:00", "17:00", skill="presales")
    page = as_user(ana).get(reverse("exchanges:ask_swap"), {"duty": monday.pk, "counterpart": ben.pk})
    choice = page.context["choice"]
    assert (choice.duties, choice.others) == ([monday], [tuesday])


def test_foreign_swaps_and_leave_are_missing(
    as_user: As, monday: Duty, ana: User, ben: User, eve: User, tina: User
) -> None:
    swap, leave = asked(monday, ben), leave_asked(ana, ben)
    for user, status in ((eve, 404), (tina, 404), (ben, 200), (ana, 200)):
        client = as_user(user)
        assert client.get(swap.get_absolute_url()).status_code == status
        assert client.get(leave.get_absolute_url()).status_code == status
        step = client.post(reverse("exchanges:swap_act", args=[swap.pk, "approve"]), {"version": 0})
        assert step.status_code == (404 if status == 404 else 409)
    assert Swap.objects.get().state == SwapState.ASKED


def test_the_substitute_reads_when_and_not_why(as_user: As, ana: User, ben: User, sam: User) -> None:
    leave = leave_asked(ana, ben)
    texts = [as_user(user).get(leave.get_absolute_url()).content.decode() for user in (ana, ben, sam)]
    assert ["手术复查" in text for text in texts] == [True, False, True]


def test_the_leader_approves_leave_with_what_the_page_held(
    as_user: As, monday: Duty, ana: User, ben: User, sam: User
) -> None:
    leave = leave_asked(ana, ben)
    client = as_user(sam)
    page = client.get(leave.get_absolute_url())
    assert page.context["plan"].form.substitutes() == {monday.pk: ben.pk}
    nobody = client.get(leave.get_absolute_url(), {f"duty{monday.pk}": "0"})
    assert nobody.context["plan"].form.substitutes() == {monday.pk: None}
    sent = {"version": 0, f"duty{monday.pk}": ben.pk, "approve-note": "早日康复"}
    answer = client.post(reverse("exchanges:leave_act", args=[leave.pk, "approve"]), sent)
    assert (answer.status_code, HandedDuty.objects.get().after.user) == (302, ben)
    assert Leave.objects.get().decision_note == "早日康复"


def test_a_step_that_there_is_not_is_missing(as_user: As, monday: Duty, ana: User, ben: User) -> None:
    swap = asked(monday, ben)
    assert as_user(ana).post(reverse("exchanges:swap_act", args=[swap.pk, "steal"])).status_code == 404
    assert as_user(ana).get(reverse("exchanges:swap_act", args=[swap.pk, "agree"])).status_code == 405


def test_the_next_step_stands_first(as_user: As, monday: Duty, ben: User, sam: User) -> None:
    swap = agreed(monday, ben)
    steps = [key for key, _step, _form in as_user(sam).get(swap.get_absolute_url()).context["todo"]]
    assert steps == ["approve", "decline"]


def test_the_list_says_whose_turn_it_is(as_user: As, monday: Duty, ana: User, ben: User, sam: User) -> None:
    swap = agreed(monday, ben)
    leave_asked(ana, ben)
    turns = {}
    for user in (ana, ben, sam):
        waiting = as_user(user).get(reverse("exchanges:list")).context["waiting"]
        turns[user.username] = (len(waiting.swaps_mine), len(waiting.leaves_mine), len(waiting.swaps_open))
    assert turns == {"ana": (0, 0, 1), "ben": (0, 1, 1), "sam": (1, 1, 0)}
    services.approve_swap(swap_id=swap.pk, version=1, acknowledged=True, by=sam, now=NOON)
    waiting = as_user(ana).get(reverse("exchanges:list")).context["waiting"]
    assert [row.pk for row in waiting.swaps_mine] == [swap.pk]


@pytest.mark.parametrize("what", ["swaps", "leave", "emergencies", "gaps", "nonsense"])
def test_every_history_opens(what: str, as_user: As, monday: Duty, ana: User, ben: User, sam: User) -> None:
    approved(monday, ben, sam)
    leave_asked(ana, ben)
    assert as_user(sam).get(reverse("exchanges:list"), {"what": what}).status_code == 200


def test_an_emergency_offers_own_people_only(
    as_user: As, ana: User, eve: User, ben: User, sam: User, tina: User
) -> None:
    today = give_duty(ana, "2026-11-20 14:30", "22:30")
    url = reverse("exchanges:emergency", args=[today.pk])
    assert [as_user(user).get(url).status_code for user in (ana, eve, sam, tina)] == [200, 404, 200, 404]
    answer = as_user(sam).post(url, {"to": eve.pk, "reason": "发烧"})
    assert (answer.status_code, HandedDuty.objects.get().after.user) == (302, eve)
    texts = [
        as_user(user).get(reverse("exchanges:list"), {"what": "emergencies"}).content.decode()
        for user in (ana, sam, eve)
    ]
    assert ["发烧" in text for text in texts] == [True, True, False]


def test_an_emergency_without_a_reason_keeps_the_choice(as_user: As, ana: User, eve: User, sam: User) -> None:
    today = give_duty(ana, "2026-11-20 14:30", "22:30")
    answer = as_user(sam).post(reverse("exchanges:emergency", args=[today.pk]), {"to": eve.pk, "reason": " "})
    assert (answer.status_code, HandedDuty.objects.count()) == (422, 0)
    assert f'value="{eve.pk}" required checked' in answer.content.decode()
