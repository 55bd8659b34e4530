"""Goods that are stopped on their way, the sum of what came back, and what the page proposes next."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from aftersales import amounts
from aftersales.actions import doing
from aftersales.models import Case, ReturnParcel
from aftersales.returns.services import count, take_in
from aftersales.services import supplier_side
from aftersales.services.stepping import take_step
from aftersales.services.turning_back import goods_once_stopped
from aftersales.states import topic
from aftersales.supplier_work import returns_of
from aftersales.workflows import machine_of
from audit.models import Entry
from common.exceptions import BusinessError
from orders.models import Parcel
from orders.shipments import ShipmentRow, accept_rows
from sla.models import Clock
from sla.states import OPEN, Party
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier
from tests.aftersales.goods import SF, ZTO, a_case, a_line, asked, coming_back, parcel_of, stopping
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db
AWAITED = "aftersales.awaiting_goods"


def fresh(case: Case) -> Case:
    return machine_of(Case.objects.get(pk=case.pk))


def awaited(case: Case) -> bool:
    return Clock.objects.filter(policy=AWAITED, subject_id=case.pk, state__in=OPEN).exists()


def next_of(case: Case, user: User) -> str:
    offer = doing(fresh(case), user).chosen
    return offer.key if offer else ""


@pytest.fixture
def wang(db: None) -> User:
    return UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE)


def turned_back(ana: User, supplier: Supplier, petra: User) -> Case:
    """The carrier has the parcel, and turns it back."""
    case, stop = stopping("intercept", ana, supplier)
    Parcel.objects.create(
        order=case.order, carrier="ZTO", tracking_no=ZTO, source="supplier", shipped_at=NOON, recorded_at=NOON
    )
    supplier_side.answer_stop(supplier=supplier, public_id=stop.public_id, stopped=True, by=petra)
    return fresh(case)


def test_sup_25_nothing_is_paid_back_while_the_supplier_may_still_send_it(
    ana: User, supplier_a: Supplier, noon: object
) -> None:
    """What was not shipped when it was asked may be on its way when it is answered; a leader may decide otherwise."""
    case, _stop = stopping("cancel", ana, supplier_a)
    assert next_of(case, ana) == "confirm_stopped"
    paid = {"amount": Decimal(10), "freight_amount": None}
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="approve_refund", data=paid, by=ana)
    assert refusal.value.code == "goods_are_found"
    Case.objects.filter(pk=case.pk).update(leader_note="平台今晚到期，先退")
    assert take_step(case_id=case.pk, name="approve_refund", data=paid, by=ana).state == "refund_approved"


def test_ret_32_what_never_left_is_not_waited_for(ana: User, petra: User, supplier_a: Supplier, noon: object) -> None:
    case, stop = stopping("cancel", ana, supplier_a)
    assert goods_once_stopped(fresh(case)) == "unshipped"
    supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=True, by=petra)
    assert (next_of(case, ana), awaited(case)) == ("approve_refund", False)
    assert not ReturnParcel.objects.exists()


def test_log_18_a_parcel_turned_back_is_expected_received_and_then_paid_back(
    ana: User, petra: User, wang: User, supplier_a: Supplier, noon: object
) -> None:
    case = turned_back(ana, supplier_a, petra)
    parcel = ReturnParcel.objects.get()
    assert (parcel.case_id, parcel.tracking_no, parcel.carrier) == (case.pk, ZTO, "ZTO")
    assert (parcel.place, parcel.supplier) == (ReturnParcel.Place.SUPPLIER, supplier_a)
    assert (case.goods, awaited(case), next_of(case, ana)) == ("coming_back", True, "receive")
    take_in(number=ZTO, by=wang)  # it came to our own desk instead
    case = fresh(case)
    assert (case.state, case.goods, awaited(case)) == ("stopped", "back", False)
    assert next_of(case, ana) == "approve_refund"


def test_log_18_the_one_who_sent_it_says_that_it_is_back(
    ana: User, petra: User, supplier_a: Supplier, supplier_b: Supplier, noon: object
) -> None:
    case = turned_back(ana, supplier_a, petra)
    assert [row.pk for row in returns_of(supplier_a, "on_the_way")] == [case.pk]
    assert not returns_of(supplier_b).exists()
    supplier_side.note_arrival(supplier=supplier_a, number=case.number, by=petra)
    case = fresh(case)
    assert (case.goods, ReturnParcel.objects.get().arrived_at is not None) == ("back", True)
    assert not returns_of(supplier_a, "on_the_way").exists()
    assert [row.pk for row in returns_of(supplier_a, "done")] == [case.pk]


@pytest.mark.parametrize(("in_stock", "wanted"), [(True, "order_resend"), (False, "approve_refund")])
def test_sup_10_without_stock_the_money_is_proposed(
    ana: User, petra: User, supplier_a: Supplier, in_stock: bool, wanted: str, noon: object
) -> None:
    case, question = asked("reship", ana, supplier_a)
    case.report["own_mistake"] = False
    Case.objects.filter(pk=case.pk).update(leader_note="凭证后补")
    assert next_of(case, ana) == "order_resend"
    if in_stock:
        return
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=False, by=petra)
    assert next_of(case, ana) == wanted


def test_ret_04_the_sum_proposed_is_that_of_the_pieces_that_came(
    ana: User, wang: User, supplier_a: Supplier, noon: object
) -> None:
    case = coming_back(ana, supplier_a, quantity=2)
    take_in(number=SF, by=wang)
    whole = amounts.proposal(fresh(case)).total
    line = case.lines.get().pk
    data = {f"good_{line}": 0, f"bad_{line}": 1, "inspection_remark": "只来一套"}
    count(parcel_id=parcel_of(case).pk, data=data, mismatched=True, by=wang)
    found = amounts.proposal(fresh(case))
    assert (found.total, len(found.reasons)) == ((whole / 2).quantize(amounts.CENT), 2)
    answer = {"contact_way": "phone", "contact_reached": True, "contact_result": "另一套自留", "result": "退一套"}
    take_step(case_id=case.pk, name="call_back", data=answer, by=ana, now=case.opened_at + dt.timedelta(hours=1))
    assert amounts.proposal(fresh(case)).total == found.total
    assert Case.objects.get(pk=case.pk).ball == Party.AGENT


def test_ret_33_goods_that_leave_meanwhile_are_stopped_before_anything_is_paid(
    ana: User, petra: User, supplier_a: Supplier, noon: object
) -> None:
    case = a_case("unshipped_refund", ana, a_line(supplier_a, state="paid"))
    talk = {"contact_way": "phone", "contact_reached": True, "contact_result": "再想想"}
    take_step(case_id=case.pk, name="retain", data=talk, by=ana)
    other = a_case("unshipped_refund", ana, a_line(supplier_a, state="paid"), goods="unshipped")
    accept_rows([ShipmentRow(1, case.order.order_no, "ZTO", ZTO)], supplier=supplier_a, by=petra)
    assert (fresh(case).goods, fresh(other).goods) == ("in_transit", "unshipped")
    assert (next_of(case, ana), next_of(other, ana)) == ("stop_goods", "stop_goods")
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="approve_refund", data={"amount": Decimal(10), "freight_amount": None}, by=ana)
    assert refusal.value.code == "goods_are_found"
    assert Entry.objects.filter(topic=topic(case.pk), action="aftersales.goods_left").count() == 1
