"""The demo's handover book: pages signed by both, the last one waits for who is on shift (STF-08)."""

from __future__ import annotations

from staff.handover import demo
from staff.models import Duty, Handover
from tests.factories import at
from tests.factories_staff import a_team, give_duty


def test_the_last_page_waits_and_those_before_are_signed_by_both(works, ana, eve, finn, sam):
    a_team(ana, eve, finn, leader=sam)
    give_duty(ana, "2026-11-19 09:00", "17:00")
    give_duty(eve, "2026-11-19 17:00", "23:00")
    last = give_duty(ana, "2026-11-20 09:00", "17:00")
    give_duty(finn, "2026-11-20 17:00", "23:00")
    works.add(1, finn, at("2026-11-20 20:00"))
    now = at("2026-11-20 18:00")
    for _time in range(2):
        demo.load(now, sam)
    pages = Handover.objects.order_by("shift_ends_at").values_list("leaver__name", "taker__name", "state")
    assert list(pages) == [("安娜", "伊芙", "taker"), ("伊芙", "安娜", "taker"), ("安娜", None, "leaver")]
    waiting = Handover.objects.get(duty=last)
    assert sorted(waiting.items.values_list("kind", flat=True)) == ["due_next", "note"]
    signed = Handover.objects.filter(state="taker").values_list("leaver_signed_at", "taker_signed_at")
    assert [left <= taken <= now for left, taken in signed] == [True, True]


def test_without_shifts_the_book_stays_empty(ana):
    demo.load(at("2026-11-20 18:00"), ana)
    assert (Duty.objects.count(), Handover.objects.count()) == (0, 0)
