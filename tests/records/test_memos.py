"""The memo book that nobody else reads, and the register of office material (STF-25)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import Entry
from common.exceptions import BusinessError
from staff.models import Material, Memo, Penalty
from staff.records.services import memos
from tests.factories import UserFactory
from tests.factories_staff import a_team

TODAY = dt.date(2026, 11, 20)


def test_stf_25_a_memo_is_ones_own_and_leaves_no_trail(noon, ana, sam, as_user):
    a_team(ana, leader=sam)
    memo = memos.write_memo(text="买家都问尺码", by=ana)
    assert Entry.objects.count() == 0
    assert "买家都问尺码" in as_user(ana).get("/records/memos/").content.decode()
    assert "买家都问尺码" not in as_user(sam).get("/records/memos/").content.decode()
    assert as_user(sam).post(f"/records/memos/{memo.pk}/forget/").status_code == 404


def test_a_memo_is_ticked_opened_again_and_torn_out(noon, ana):
    memo = memos.write_memo(text="问仓库", by=ana)
    assert memos.tick_memo(memo_id=memo.pk, by=ana).done_at is not None
    assert memos.tick_memo(memo_id=memo.pk, by=ana).done_at is None
    memos.forget_memo(memo_id=memo.pk, by=ana)
    assert Memo.objects.count() == 0


def test_an_empty_memo_is_none(noon, ana):
    with pytest.raises(BusinessError):
        memos.write_memo(text="  ", by=ana)


def test_stf_25_material_is_given_to_people_one_leads(noon, ana, sam):
    a_team(ana, leader=sam)
    memos.give_material(name="耳机", holder=ana, given_on=TODAY, by=sam)
    with pytest.raises(BusinessError) as refusal:
        memos.give_material(name="耳机", holder=UserFactory(), given_on=TODAY, by=sam)
    assert (refusal.value.code, Material.objects.count()) == ("not_led", 1)


def test_stf_25_what_is_lost_is_proposed_as_an_incident_once(noon, ana, sam):
    a_team(ana, leader=sam)
    material = memos.give_material(name="耳机", holder=ana, given_on=TODAY, by=sam)
    memos.report_material_lost(material_id=material.pk, by=sam)
    penalty = Penalty.objects.get()
    assert (penalty.user, penalty.kind.key, penalty.topic) == (ana, "lost_material", f"staff.material:{material.pk}")
    with pytest.raises(BusinessError) as refusal:
        memos.report_material_lost(material_id=material.pk, by=sam)
    assert (refusal.value.code, Penalty.objects.count()) == ("not_out", 1)


def test_what_is_back_is_not_lost(noon, ana, sam):
    a_team(ana, leader=sam)
    material = memos.give_material(name="耳机", holder=ana, given_on=TODAY, by=sam)
    assert memos.take_material_back(material_id=material.pk, by=sam).returned_on == TODAY
    with pytest.raises(BusinessError):
        memos.report_material_lost(material_id=material.pk, by=sam)
    assert Penalty.objects.count() == 0


def test_the_register_is_for_leaders(noon, ana, sam, as_user):
    a_team(ana, leader=sam)
    assert as_user(ana).get("/records/material/").status_code == 403
    answer = as_user(sam).post("/records/material/", {"name": "耳机", "holder": ana.pk, "given_on": "2026-11-20"})
    assert (answer.status_code, Material.objects.get().holder) == (302, ana)
