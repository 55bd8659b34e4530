"""What suppliers do to cases, by the portal and by the API alike: counting, answering, stopping, sending again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.models import Case, Evidence, Inspection, Intercept, Resend, ReturnParcel, StockQuestion
from aftersales.services import supplier_side
from aftersales.services.answers import date_to_promise
from aftersales.services.supplier_side import ShortageRow
from audit.models import Entry
from common.exceptions import BusinessError
from notifications.models import BellItem
from orders.states import OrderState
from sla.models import Clock
from suppliers.authentication import TokenActor
from suppliers.services import make_token
from tests.aftersales.goods import SF, ZTO, a_line, asked, coming_back, picture, stopping
from tests.factories import NOON, at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(hours=24)


@pytest.fixture(params=["user", "token"])
def actor(request, supplier_a, petra, sam) -> Any:
    """The supplier's user in the portal, or its program: both do the same."""
    if request.param == "user":
        return petra
    return TokenActor(supplier_a, make_token(supplier=supplier_a, name="erp", by=sam)[0])


def clock(case: Case, policy: str) -> Clock:
    """The latest clock of this policy on the case."""
    found = Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk, policy=f"aftersales.{policy}")
    return found.latest("pk")


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def counts(case: Case, good: int = 1, bad: int = 0) -> dict[int, tuple[int, int]]:
    return {case.lines.get().pk: (good, bad)}


def test_ret_03_the_arrival_starts_the_suppliers_day(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    supplier_side.note_arrival(supplier=supplier_a, number=case.number, by=actor)
    feedback = clock(case, "supplier_feedback")
    assert (again(case).state, again(case).ball, again(case).goods) == ("received", "supplier", "back")
    assert (feedback.party, feedback.supplier_id, feedback.due_at) == ("supplier", supplier_a.pk, NOON + DAY)
    assert ReturnParcel.objects.get().arrived_at == NOON


def test_ret_03_the_count_ends_it_and_the_ball_is_ours(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    supplier_side.note_arrival(supplier=supplier_a, number=case.number, by=actor)
    noon.shift(3600)
    supplier_side.report_goods(
        supplier=supplier_a, number=case.number, counts=counts(case), photos=[picture()], by=actor
    )
    row, photo = Inspection.objects.get(), Evidence.objects.get()
    assert (row.good, row.bad, row.counted_by, row.counted_by_supplier) == (1, 0, None, supplier_a)
    assert (photo.origin, photo.by, photo.by_supplier) == ("supplier", None, supplier_a)
    assert (again(case).state, again(case).ball, clock(case, "supplier_feedback").verdict) == (
        "inspected",
        "agent",
        "met",
    )


def test_a_count_notes_the_arrival_with_it(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    supplier_side.report_goods(supplier=supplier_a, number=case.number, counts=counts(case), by=actor)
    steps = Entry.objects.filter(action="aftersales.step").order_by("pk").values_list("data__step", flat=True)
    assert list(steps)[-2:] == ["receive", "inspect"]


def test_ret_04_a_mismatch_is_the_services_turn_to_call_back(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    supplier_side.report_goods(
        supplier=supplier_a, number=case.number, counts=counts(case, 0, 1), remark="摔碎", mismatched=True, by=actor
    )
    call_back = clock(case, "call_back_mismatch")
    assert (again(case).state, call_back.party, call_back.due_at) == ("mismatched", "agent", NOON + DAY)
    assert Inspection.objects.get().remark == "摔碎"


def test_a_mismatch_needs_words(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    with pytest.raises(BusinessError) as refusal:
        supplier_side.report_goods(
            supplier=supplier_a, number=case.number, counts=counts(case), mismatched=True, by=actor
        )
    assert refusal.value.code == "remark_missing"
    assert (again(case).state, Inspection.objects.count()) == ("coming_back", 0)


def test_a_photo_that_is_none_refuses_the_whole_report(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    fake = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    with pytest.raises(BusinessError):
        supplier_side.report_goods(
            supplier=supplier_a, number=case.number, counts=counts(case), photos=[picture(), fake], by=actor
        )
    assert (again(case).state, Inspection.objects.count(), Evidence.objects.count()) == ("coming_back", 0, 0)


def test_what_was_counted_is_not_counted_again(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=True)
    supplier_side.report_goods(supplier=supplier_a, number=case.number, counts=counts(case), by=actor)
    with pytest.raises(BusinessError) as refusal:
        supplier_side.report_goods(supplier=supplier_a, number=case.number, counts=counts(case, 0, 1), by=actor)
    assert (refusal.value.code, Inspection.objects.get().good) == ("wrong_state", 1)


def test_goods_that_come_to_our_house_are_not_the_suppliers(noon, ana, supplier_a, actor):
    case = coming_back(ana, supplier_a, to_supplier=False)
    with pytest.raises(Case.DoesNotExist):
        supplier_side.report_goods(supplier=supplier_a, number=case.number, counts=counts(case), by=actor)


def test_sup_09_missing_goods_in_stock_go_out_within_a_day(noon, ana, supplier_a, actor):
    case, question = asked("reship", ana, supplier_a)
    assert clock(case, "stock_answer").party == "supplier"
    noon.shift(60)
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=actor)
    sending = clock(case, "reship")
    assert (again(case).state, again(case).ball) == ("resend_due", "supplier")
    assert (sending.party, sending.due_at) == ("supplier", NOON + dt.timedelta(seconds=60) + DAY)
    assert clock(case, "stock_answer").state == "stopped"


def test_sup_10_missing_goods_out_of_stock_are_the_services_turn(noon, ana, supplier_a, actor):
    case, question = asked("reship", ana, supplier_a)
    day = dt.date(2026, 12, 1)
    supplier_side.answer_question(
        supplier=supplier_a, public_id=question.public_id, in_stock=False, again_on=day, note="断货", by=actor
    )
    question.refresh_from_db()
    assert (question.answer, question.again_on, question.note) == ("no", day, "断货")
    assert (again(case).state, again(case).ball) == ("stock_asked", "agent")
    assert (clock(case, "stock_answer").state, clock(case, "handling").party) == ("stopped", "agent")
    assert BellItem.objects.filter(user=ana, kind="aftersales.supplier_answered").count() == 1


@pytest.mark.parametrize(
    ("in_stock", "state", "ball"), [(True, "stock_asked", "agent"), (False, "out_of_stock", "agent")]
)
def test_sup_05_an_exchange_hears_whether_it_is_there(noon, ana, supplier_a, actor, in_stock, state, ball):
    case, question = asked("exchange", ana, supplier_a)
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=in_stock, by=actor)
    assert (again(case).state, again(case).ball) == (state, ball)


def test_a_question_is_answered_once_and_not_for_yesterday(noon, ana, supplier_a, actor):
    _case, question = asked("exchange", ana, supplier_a)
    with pytest.raises(BusinessError) as refusal:
        supplier_side.answer_question(
            supplier=supplier_a, public_id=question.public_id, in_stock=False, again_on=dt.date(2026, 11, 19), by=actor
        )
    assert refusal.value.code == "past_day"
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=actor)
    with pytest.raises(BusinessError) as refusal:
        supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=False, by=actor)
    question.refresh_from_db()
    assert (refusal.value.code, question.answer) == ("answered", "yes")


@pytest.mark.parametrize(
    ("how", "stopped", "state", "goods"),
    [
        ("cancel", True, "stopped", "unshipped"),
        ("intercept", True, "stopped", "coming_back"),
        ("cancel", False, "too_late", "in_transit"),
    ],
)
def test_sup_25_the_answer_says_where_the_goods_are(noon, ana, supplier_a, actor, how, stopped, state, goods):
    case, stop = stopping(how, ana, supplier_a)
    assert (clock(case, "stop_goods").party, again(case).ball) == ("supplier", "supplier")
    supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=stopped, note="已拦", by=actor)
    stop.refresh_from_db()
    assert (stop.answer, stop.note, stop.answered_at) == ("stopped" if stopped else "too_late", "已拦", NOON)
    assert (again(case).state, again(case).goods, again(case).ball) == (state, goods, "agent")
    assert clock(case, "stop_goods").state == "stopped"


def test_log_17_too_late_opens_a_return(noon, ana, supplier_a, actor):
    case, stop = stopping("intercept", ana, supplier_a)
    supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=False, by=actor)
    assert Case.objects.get(links_from__origin=case).kind == "return"


def test_sup_06_the_number_of_what_goes_out_again(noon, ana, supplier_a, actor):
    case, question = asked("reship", ana, supplier_a)
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=actor)
    supplier_side.send_again(supplier=supplier_a, number=case.number, carrier="ZTO", tracking_no=ZTO, by=actor)
    sent = Resend.objects.get()
    assert (sent.tracking_no, sent.by, sent.by_supplier) == (ZTO, None, supplier_a)
    assert (again(case).state, again(case).goods, clock(case, "reship").verdict) == ("resent", "in_transit", "met")


def test_a_number_that_does_not_fit_sends_nothing(noon, ana, supplier_a, actor):
    case, question = asked("reship", ana, supplier_a)
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=actor)
    with pytest.raises(BusinessError) as refusal:
        supplier_side.send_again(supplier=supplier_a, number=case.number, carrier="SF", tracking_no="12", by=actor)
    assert (refusal.value.code, again(case).state, Resend.objects.count()) == ("bad_number", "resend_due", 0)


def test_sup_11_a_shortage_opens_a_case_with_the_short_clock(noon, supplier_a, supplier_b, actor):
    mine, theirs = a_line(supplier_a, state=OrderState.PAID), a_line(supplier_b, state=OrderState.PAID)
    gone = a_line(supplier_a, state=OrderState.SHIPPED)
    rows = [
        ShortageRow(n, line.order.order_no, note="断货", again_on=dt.date(2026, 12, 1))
        for n, line in enumerate((mine, theirs, gone, mine), 1)
    ]
    found = supplier_side.report_shortages(rows, supplier=supplier_a, by=actor)
    assert [row.verdict for row in found] == ["reported", "unknown_order", "not_to_ship", "already_reported"]
    case = Case.objects.get(kind="shortage")
    assert (case.state, case.ball, case.channel, case.supplier) == ("reported", "agent", "supplier", supplier_a)
    assert (case.summary, found[3].number) == ("断货 → 2026-12-01", case.number)
    assert clock(case, "contact_now").due_at == NOON + dt.timedelta(hours=1)


def test_sup_12_the_suppliers_date_is_proposed_as_the_one_to_promise(noon, supplier_a, actor):
    """The end of its day in Shanghai, while that lies ahead."""
    line = a_line(supplier_a, state=OrderState.PAID)
    row = ShortageRow(row=1, order_no=line.order.order_no, again_on=dt.date(2026, 11, 23))
    supplier_side.report_shortages([row], supplier=supplier_a, by=actor)
    case = Case.objects.get()
    assert date_to_promise(case) == {"promised_at": at("2026-11-23 23:59:59")}
    noon.shift(dt.timedelta(days=4))
    assert date_to_promise(case) == {"promised_at": None}


@pytest.mark.parametrize("other", ["return", "question", "stop", "resend"])
def test_another_suppliers_is_as_if_it_were_not_there(noon, ana, supplier_a, supplier_b, petra, other):
    if other == "return":
        case = coming_back(ana, supplier_b, to_supplier=True, number=SF)
        with pytest.raises(Case.DoesNotExist):
            supplier_side.note_arrival(supplier=supplier_a, number=case.number, by=petra)
    elif other == "question":
        _case, question = asked("exchange", ana, supplier_b)
        with pytest.raises(StockQuestion.DoesNotExist):
            supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=petra)
    elif other == "stop":
        _case, stop = stopping("cancel", ana, supplier_b)
        with pytest.raises(Intercept.DoesNotExist):
            supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=True, by=petra)
    else:
        case, _question = asked("reship", ana, supplier_b)
        with pytest.raises(Case.DoesNotExist):
            supplier_side.send_again(supplier=supplier_a, number=case.number, carrier="ZTO", tracking_no=ZTO, by=petra)


def test_the_suppliers_people_hear_at_once_what_is_asked_of_them(noon, ana, petra, paul, supplier_a):
    """SUP-05, SUP-25: in the portal's bell; nobody of another supplier, and not about its own doings."""
    _case, question = asked("reship", ana, supplier_a)
    stopping("cancel", ana, supplier_a)
    told = BellItem.objects.filter(kind="aftersales.asks_supplier").order_by("pk")
    assert [(item.user, item.context["state"], item.url) for item in told] == [
        (petra, "stock_asked", "/portal/requests/"),
        (petra, "stopping", "/portal/requests/"),
    ]
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=petra)
    assert told.count() == 2


def test_every_request_has_its_sentence(noon):
    from aftersales.supplier_receivers import PAGES
    from aftersales.supplier_words import asks_supplier

    sentences = {asks_supplier({"number": "AS1", "order_no": "61", "state": state}) for state in PAGES}
    assert len(sentences) == len(PAGES)
