"""Checklists: ticks with figures, what blocks, who has not gone through them, the end of printing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from audit.models import Entry
from common.exceptions import BusinessError
from orders.models import Order
from orders.states import Flag
from staff.models import Checklist, ChecklistItem, ChecklistTick, PrintingExtension, ServiceRules
from staff.records import rulebook
from staff.records.selectors.checklists import lists_for, progress
from staff.records.selectors.printing import printing_until
from staff.records.services import checklists
from staff.rota.states import Skill
from tests import factories
from tests.factories import at
from tests.factories_staff import UserSkillFactory, a_team, give_duty

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def book(db):
    rulebook.load()


@pytest.fixture
def clerk(ana):
    UserSkillFactory(user=ana, skill=Skill.CLERK)
    return ana


def item(probe: str) -> ChecklistItem:
    return ChecklistItem.objects.get(probe=probe)


def test_the_rule_book_is_loaded_once_and_never_overwrites(book):
    Checklist.objects.filter(key="packing").update(name="我们的打包")
    ChecklistItem.objects.filter(checklist__key="packing", position=1).delete()
    before = ChecklistItem.objects.count()
    assert rulebook.load() == 0
    assert (Checklist.objects.get(key="packing").name, ChecklistItem.objects.count()) == ("我们的打包", before)


@pytest.mark.parametrize(
    "rule", ["STF-40", "STF-43", "STF-08", "ORD-19", "ORD-20", "ORD-10", "LOG-05", "LOG-06", "LOG-07"]
)
def test_every_rule_of_a_checklist_stands_in_the_book(rule, book):
    assert ChecklistItem.objects.filter(rule__contains=rule).exists()


def test_lists_go_to_who_has_the_skill(book, noon, ana, sam):
    assert [found.checklist.key for found in lists_for(ana, TODAY)] == ["shift-start"]
    UserSkillFactory(user=ana, skill=Skill.CLERK)
    assert len(lists_for(ana, TODAY)) == len(rulebook.CHECKLISTS)


def test_ord_20_a_tick_keeps_the_figure_of_that_moment(book, noon, clerk):
    factories.OrderFactory()
    tick = checklists.tick_item(item_id=item("orders.to_ship").pk, by=clerk, note=" 点过 1 单 ")
    factories.OrderFactory()
    assert (tick.figure, tick.note, tick.at) == (1, "点过 1 单", factories.NOON)
    assert ChecklistTick.objects.get().figure == 1
    assert Entry.objects.get(action="staff.item_ticked").data["figure"] == 1


def test_a_second_tick_of_the_day_changes_nothing(book, noon, clerk):
    pk = item("orders.to_ship").pk
    first = checklists.tick_item(item_id=pk, by=clerk)
    assert checklists.tick_item(item_id=pk, by=clerk, note="再") == first
    assert (ChecklistTick.objects.count(), Entry.objects.count()) == (1, 1)


def test_ord_19_an_unresolved_order_blocks_printing(book, noon, clerk):
    order = factories.OrderFactory()
    pk = item("orders.address_unchecked").pk
    with pytest.raises(BusinessError) as refusal:
        checklists.tick_item(item_id=pk, by=clerk)
    assert (refusal.value.code, ChecklistTick.objects.count()) == ("unresolved", 0)
    Order.objects.filter(pk=order.pk).update(address_checked_at=factories.NOON)
    assert checklists.tick_item(item_id=pk, by=clerk).figure == 0


def test_ord_19_the_figures_before_printing(book, noon, clerk):
    factories.OrderFactory(flag=Flag.RED, remark="先发_安娜", address_checked_at=factories.NOON)
    factories.OrderFactory(promised_ship_at=factories.NOON, ship_mode="hold", address_checked_at=factories.NOON)
    unknown = factories.OrderFactory()
    factories.FulfilmentFactory(order=unknown, supplier=None)
    factories.RefundFactory(order=unknown)
    looks = {
        look.item.probe: look.figure
        for found in lists_for(clerk, TODAY)
        if found.checklist.key == "before-printing"
        for look in found.looks
    }
    assert looks == {
        "orders.red_flags": 1, "orders.remarked": 1, "orders.later_date": 1, "orders.held": 1,
        "orders.address_unchecked": 1, "orders.code_unknown": 1, "orders.refund_blocks": 1, "": None,
    }  # fmt: skip


def test_every_figure_has_a_page_with_its_rows(book, noon, clerk, as_user):
    order = factories.OrderFactory(flag=Flag.RED, remark="先发_安娜")
    factories.FulfilmentFactory(order=order, supplier=None)
    factories.RefundFactory(order=order)
    client = as_user(clerk)
    for found in lists_for(clerk, TODAY):
        for look in found.looks:
            if look.probe:
                answer = client.get(look.probe.url)
                assert answer.status_code == 200, look.probe.key
                if look.figure and look.probe.query.startswith("show="):
                    assert order.order_no in answer.content.decode(), look.probe.key


def test_somebody_elses_list_is_not_ticked(book, noon, ana):
    with pytest.raises(ChecklistItem.DoesNotExist):
        checklists.tick_item(item_id=item("orders.to_ship").pk, by=ana)
    assert ChecklistTick.objects.count() == 0


def test_a_leader_sees_who_has_not_gone_through_a_list(book, noon, ana, sam):
    bob = factories.UserFactory(name="宝宝")
    off = factories.UserFactory(name="休息")
    a_team(ana, bob, off, leader=sam)
    for user in (ana, bob):
        give_duty(user, "2026-11-20 09:00", "17:00")
    for found in ChecklistItem.objects.filter(checklist__key="shift-start"):
        checklists.tick_item(item_id=found.pk, by=ana)
    rows = [(row.user.name, row.done, row.items) for row in progress(sam, TODAY)]
    assert rows == [("安娜", 5, 5), ("宝宝", 0, 5)]


def test_log_07_printing_ends_at_five_and_goes_on_while_the_courier_is_here(noon, ana):
    assert printing_until(TODAY) == at("2026-11-20 17:00")
    with pytest.raises(BusinessError) as refusal:
        checklists.note_courier_here(by=ana)
    assert (refusal.value.code, PrintingExtension.objects.count()) == ("too_early", 0)
    with time_machine.travel(at("2026-11-20 17:05"), tick=False):
        checklists.note_courier_here(by=ana)
    assert printing_until(TODAY) == at("2026-11-20 17:35")
    assert printing_until(TODAY + dt.timedelta(days=1)) == at("2026-11-21 17:00")


def test_log_07_the_end_of_printing_is_data(db):
    ServiceRules.objects.create(pk=1, printing_ends=dt.time(16, 30))
    assert printing_until(TODAY) == at("2026-11-20 16:30")


def test_log_07_orders_paid_after_the_end_go_to_the_next_day(book, clerk):
    with time_machine.travel(at("2026-11-20 17:20"), tick=False):
        factories.OrderFactory(paid_at=at("2026-11-20 16:59"))
        factories.OrderFactory(paid_at=at("2026-11-20 17:00"))
        assert checklists.tick_item(item_id=item("orders.paid_after_printing").pk, by=clerk).figure == 1


def test_log_07_the_banner_stands_after_five(book, clerk, as_user):
    client = as_user(clerk)
    with time_machine.travel(at("2026-11-20 16:59"), tick=False):
        assert "/records/checklists/courier/" not in client.get("/records/checklists/").content.decode()
    with time_machine.travel(at("2026-11-20 17:00"), tick=False):
        assert "/records/checklists/courier/" in client.get("/records/checklists/").content.decode()
        client.post("/records/checklists/courier/")
        assert "/records/checklists/courier/" not in client.get("/records/checklists/").content.decode()


# ── Edited as data ───────────────────────────────────────────────────────────
def typed_in(checklist, *items, **values):
    """The admin's form as a browser sends it: the rows that are there, then one empty row."""
    prefix = "items"
    sent = {"name": checklist.name, "when": checklist.when, "skill": checklist.skill, "enabled": "on"} | values
    rows = list(checklist.items.order_by("position"))
    sent |= {f"{prefix}-TOTAL_FORMS": len(items), f"{prefix}-INITIAL_FORMS": len(rows)}
    for number, item in enumerate(items):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in item.items()}
        sent[f"{prefix}-{number}-checklist"] = checklist.pk
        if number < len(rows):
            sent[f"{prefix}-{number}-id"] = rows[number].pk
    return sent


def test_a_supervisor_edits_a_checklist_with_its_items(noon, ana, sam, as_user):
    """ORD-19, ORD-20: what is looked at is data; a figure that the house does not know is refused."""
    checklist = Checklist.objects.create(key="desk", name="桌面", when="start")
    ChecklistItem.objects.create(checklist=checklist, position=1, text="看一下")
    page = f"/admin/staff/checklist/{checklist.pk}/change/"
    kept = {"position": 1, "text": "看两下", "enabled": "on"}
    new = {"position": 2, "text": "红旗", "probe": "orders.red_flags", "must_be_zero": "on", "enabled": "on"}
    unknown = typed_in(checklist, kept, new | {"probe": "nobody.knows"})
    assert as_user(sam).post(page, unknown).status_code == 200
    assert list(checklist.items.values_list("text", flat=True)) == ["看一下"]
    assert as_user(sam).post(page, typed_in(checklist, kept, new, name="台面")).status_code == 302
    checklist.refresh_from_db()
    assert checklist.name == "台面"
    rows = checklist.items.values_list("text", "probe", "must_be_zero")
    assert list(rows) == [("看两下", "", False), ("红旗", "orders.red_flags", True)]
    assert as_user(ana).get(page).status_code == 302


def test_an_item_out_of_use_is_asked_of_nobody_and_keeps_its_ticks(noon, ana, sam, as_user):
    checklist = Checklist.objects.create(key="desk", name="桌面", when="start")
    old, new = (
        ChecklistItem.objects.create(checklist=checklist, position=number, text=text)
        for number, text in ((1, "旧的"), (2, "新的"))
    )
    checklists.tick_item(item_id=old.pk, by=ana)
    page = f"/admin/staff/checklist/{checklist.pk}/change/"
    rows = [{"position": 1, "text": "旧的"}, {"position": 2, "text": "新的", "enabled": "on"}]
    assert as_user(sam).post(page, typed_in(checklist, *rows)).status_code == 302
    assert [look.item for found in lists_for(ana, TODAY) for look in found.looks] == [new]
    with pytest.raises(ChecklistItem.DoesNotExist):
        checklists.tick_item(item_id=old.pk, by=ana)
    assert ChecklistTick.objects.get().item == old
