"""The return desk: scanned, counted, judged by another, and what becomes of the goods (RET-09, QA-08, RET-38, PUR-18)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftersales.models import Case, Evidence, Inspection, ReturnParcel, SupplierBatch
from aftersales.returns import services
from aftersales.returns.batches import send_batch, take_off
from aftersales.services.stepping import take_step
from aftersales.supplier_work import returns_of
from audit.models import Entry
from common import clock
from common.exceptions import BusinessError
from notifications.models import BellItem
from orders.models import Parcel
from orders.signals import refund_changed
from orders.states import RefundState
from sla.announce import announce
from sla.engine import sweep
from sla.models import Clock
from staff.roles import Role
from tests.aftersales.goods import (
    SF,
    YT,
    ZTO,
    a_case,
    a_line,
    an_address,
    approved,
    coming_back,
    counted,
    parcel_of,
    picture,
)
from tests.factories import NOON, RefundFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def wang(db):
    return UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE)


@pytest.fixture
def qian(db):
    return UserFactory(username="qian", name="钱检", role=Role.QUALITY)


@pytest.fixture
def here(noon, ana, wang, supplier_a):
    """A case of two pieces whose parcel lies on the desk."""
    case = coming_back(ana, supplier_a, quantity=2)
    services.take_in(number=SF, by=wang)
    return Case.objects.get(pk=case.pk)


def state(case: Case) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def test_ret_09_a_scanned_parcel_arrives_and_its_case_is_received(noon, ana, wang, supplier_a):
    case = coming_back(ana, supplier_a)
    services.take_in(number=f" {SF.lower()} ", by=wang)
    parcel = parcel_of(case)
    assert (parcel.arrived_at, parcel.arrived_by) == (NOON, wang)
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.goods, found.ball) == ("received", "back", "warehouse")


def test_a_second_scan_changes_nothing(here, wang, noon):
    noon.shift(60)
    services.take_in(number=SF, by=wang)
    assert parcel_of(here).arrived_at == NOON
    assert Entry.objects.filter(action="aftersales.parcel_arrived").count() == 1


def test_one_parcel_may_hold_the_goods_of_two_cases(noon, ana, wang, supplier_a):
    first, second = coming_back(ana, supplier_a), coming_back(ana, supplier_a, kind="return")
    services.take_in(number=SF, by=wang)
    assert (state(first), state(second)) == ("received", "received")


def test_an_unknown_number_is_refused_and_goes_to_the_pool_once(noon, wang):
    with pytest.raises(BusinessError) as refusal:
        services.take_in(number=YT, by=wang)
    assert refusal.value.code == "unknown_parcel"
    first = services.put_into_pool(number=YT, note="无单号", by=wang)
    assert services.put_into_pool(number=YT, by=wang) == first
    assert list(ReturnParcel.objects.values_list("tracking_no", "case", "note")) == [(YT, None, "无单号")]


@pytest.mark.parametrize("text", ["", "12", "中文单号", "A" * 50])
def test_what_is_no_number_stays_out_of_the_pool(noon, wang, text):
    with pytest.raises(BusinessError):
        services.put_into_pool(number=text, by=wang)
    assert not ReturnParcel.objects.exists()


def test_the_pool_finds_its_case_when_the_service_enters_the_number(noon, ana, wang, supplier_a):
    services.put_into_pool(number=SF, by=wang)
    case = coming_back(ana, supplier_a)
    assert state(case) == "received"
    assert ReturnParcel.objects.get().case_id == case.pk


def test_the_pool_finds_its_case_by_the_platforms_number(noon, ana, wang, supplier_a):
    services.put_into_pool(number=SF, by=wang)
    line = a_line(supplier_a)
    refund = RefundFactory(order=line.order, line=line, return_tracking_no=SF, needs_return=True)
    case = a_case("return", ana, line, refund=refund)
    assert ReturnParcel.objects.get().case_id == case.pk
    data = {"judgement": "", "return_address": an_address(), "freight_rule": None}
    take_step(case_id=case.pk, name="approve", data=data, by=ana)
    assert state(case) == "received"


def test_a_parcel_of_the_pool_is_given_to_a_case_by_hand_once(noon, ana, wang, supplier_a):
    parcel = services.put_into_pool(number=YT, by=wang)
    case = approved(ana, supplier_a)
    services.assign(parcel_id=parcel.pk, case_id=case.pk, by=wang)
    assert state(case) == "received"
    with pytest.raises(BusinessError) as refusal:
        services.assign(parcel_id=parcel.pk, case_id=approved(ana, supplier_a).pk, by=wang)
    assert refusal.value.code == "known_parcel"


def test_qa_08_counting_leaves_the_case_for_quality(here, wang, qian):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 1, 1), mismatched=False, by=wang)
    row = Inspection.objects.get()
    assert (row.good, row.bad, row.counted_by, row.verdict, state(here)) == (1, 1, wang, "", "received")
    services.judge(parcel_id=parcel_of(here).pk, verdicts={row.case_line_id: "quality"}, by=qian)
    row.refresh_from_db()
    assert (row.verdict, row.verdict_by, row.counted_by, state(here)) == ("quality", qian, wang, "inspected")
    assert Case.objects.get(pk=here.pk).judgement == "quality"


def test_qa_08_nobody_judges_what_he_counted_himself(here, sam, qian):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 2, 0), mismatched=False, by=sam)
    line = here.lines.get()
    with pytest.raises(BusinessError) as refusal:
        services.judge(parcel_id=parcel_of(here).pk, verdicts={line.pk: "conforms"}, by=sam)
    assert refusal.value.code == "four_eyes"
    assert (state(here), Inspection.objects.get().verdict) == ("received", "")


def test_qa_08_in_a_house_without_quality_the_counter_judges(here, sam):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 2, 0), mismatched=False, by=sam)
    services.judge(parcel_id=parcel_of(here).pk, verdicts={here.lines.get().pk: "conforms"}, by=sam)
    assert state(here) == "inspected"


def test_qa_08_the_case_page_cannot_pass_by_the_count(here, qian):
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=here.pk, name="inspect", data=counted(here, 2, 0), by=qian)
    assert refusal.value.code == "goods_are_judged"
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("good", "verdict", "after"),
    [
        (2, "conforms", "inspected"),
        (2, "human", "mismatched"),
        (2, "unclear", "mismatched"),
        (1, "conforms", "mismatched"),
    ],
)
def test_ret_04_what_quality_says_decides_the_step(here, wang, qian, good, verdict, after):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, good, 0), mismatched=False, by=wang)
    services.judge(parcel_id=parcel_of(here).pk, verdicts={here.lines.get().pk: verdict}, by=qian)
    assert state(here) == after


def test_ret_05_a_mismatch_at_the_count_starts_the_call_back_clock(here, wang):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 1, 0), mismatched=True, by=wang)
    clock = Clock.objects.get(policy="aftersales.call_back_mismatch", subject_id=here.pk)
    assert (state(here), clock.state, clock.party) == ("mismatched", "running", "agent")
    assert (clock.due_at - NOON).total_seconds() == 24 * 3600


def test_a_judged_parcel_is_not_counted_again(here, wang, qian):
    pk = parcel_of(here).pk
    services.count(parcel_id=pk, data=counted(here, 2, 0), mismatched=False, by=wang)
    services.judge(parcel_id=pk, verdicts={here.lines.get().pk: "conforms"}, by=qian)
    with pytest.raises(BusinessError) as refusal:
        services.count(parcel_id=pk, data=counted(here, 0, 2), mismatched=False, by=wang)
    assert refusal.value.code == "judged"
    assert Inspection.objects.get().good == 2


def test_the_case_waits_until_its_other_parcel_has_come(here, wang, qian):
    other = ReturnParcel.objects.create(case=here, tracking_no=YT, sent_at=NOON)
    services.count(
        parcel_id=here.return_parcels.get(tracking_no=SF).pk, data=counted(here, 1, 0), mismatched=False, by=wang
    )
    verdicts = {here.lines.get().pk: "conforms"}
    services.judge(parcel_id=here.return_parcels.get(tracking_no=SF).pk, verdicts=verdicts, by=qian)
    assert state(here) == "received"
    services.take_in(number=YT, by=wang)
    services.count(parcel_id=other.pk, data=counted(here, 1, 0), mismatched=False, by=wang)
    services.judge(parcel_id=other.pk, verdicts=verdicts, by=qian)
    assert state(here) == "inspected"


def test_what_comes_after_the_refund_is_counted_all_the_same(here, wang, qian):
    take_step(case_id=here.pk, name="platform_refunded", data={}, by=None)
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 2, 0), mismatched=False, by=wang)
    services.judge(parcel_id=parcel_of(here).pk, verdicts={here.lines.get().pk: "conforms"}, by=qian)
    assert (state(here), Inspection.objects.get().verdict) == ("refunded", "conforms")


def judged(here: Case, wang: Any, qian: Any, good: int = 2, bad: int = 0) -> Inspection:
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, good, bad), mismatched=False, by=wang)
    services.judge(parcel_id=parcel_of(here).pk, verdicts={here.lines.get().pk: "quality"}, by=qian)
    return Inspection.objects.get()


def test_ret_38_back_in_stock_tells_the_service(here, ana, wang, qian):
    row = judged(here, wang, qian)
    Case.objects.filter(pk=here.pk).update(owner=ana)
    assert services.decide_fate(inspection_ids=[row.pk], fate="restock", by=wang) == 1
    row.refresh_from_db()
    assert (row.fate, row.batch) == ("restock", None)
    assert BellItem.objects.get(user=ana, kind="aftersales.restocked").context == {"number": here.number, "pieces": 2}


def test_pur_18_goods_back_to_the_supplier_gather_on_one_list(here, wang, qian, supplier_a):
    row = judged(here, wang, qian, good=1, bad=1)
    services.decide_fate(inspection_ids=[row.pk], fate="restock", by=wang)
    row.refresh_from_db()
    assert (row.batch.supplier, row.batch.sent_at) == (supplier_a, None)
    from aftersales.returns.selectors import batches, on_batch

    assert [found.going for found in on_batch(row.batch)] == [1]
    assert batches().values_list("rows", "pieces").get() == (1, 1)


def test_a_fate_is_decided_once_and_only_of_what_was_judged(here, wang, qian):
    services.count(parcel_id=parcel_of(here).pk, data=counted(here, 2, 0), mismatched=False, by=wang)
    row = Inspection.objects.get()
    with pytest.raises(BusinessError) as refusal:
        services.decide_fate(inspection_ids=[row.pk], fate="scrap", by=wang)
    assert refusal.value.code == "not_judged"
    services.judge(parcel_id=parcel_of(here).pk, verdicts={row.case_line_id: "conforms"}, by=qian)
    services.decide_fate(inspection_ids=[row.pk], fate="scrap", by=wang)
    with pytest.raises(BusinessError) as refusal:
        services.decide_fate(inspection_ids=[row.pk], fate="restock", by=wang)
    assert (refusal.value.code, Inspection.objects.get().fate) == ("changed_meanwhile", "scrap")


def test_pur_19_a_list_leaves_with_all_its_papers_only(here, wang, qian):
    row = judged(here, wang, qian, good=0, bad=2)
    services.decide_fate(inspection_ids=[row.pk], fate="supplier", by=wang)
    batch = SupplierBatch.objects.get()
    with pytest.raises(BusinessError) as refusal:
        send_batch(batch_id=batch.pk, carrier="SF", tracking_no=SF, papers=["list"], by=wang)
    assert refusal.value.code == "papers_missing"
    assert SupplierBatch.objects.get().sent_at is None
    papers = ["list", "pictures", "slip"]
    send_batch(batch_id=batch.pk, carrier="SF", tracking_no=SF, papers=papers, by=wang)
    assert SupplierBatch.objects.values_list("sent_at", "tracking_no", "papers").get() == (NOON, SF, papers)
    with pytest.raises(BusinessError):
        take_off(inspection_id=row.pk, by=wang)


def on_a_list(case, wang, qian):
    row = judged(case, wang, qian, good=0, bad=2)
    services.decide_fate(inspection_ids=[row.pk], fate="supplier", by=wang)
    row.refresh_from_db()
    return row.batch


def test_pur_18_one_list_an_interval_leaves_and_the_warehouse_is_reminded(here, wang, qian, supplier_a, noon, as_user):
    """The interval stands with the supplier."""
    type(supplier_a).objects.filter(pk=supplier_a.pk).update(returns_every_days=5)
    sent = SupplierBatch.objects.create(
        number="RB-1", supplier=supplier_a, made_at=NOON, made_by=wang, sent_at=NOON - dt.timedelta(days=2)
    )
    batch = on_a_list(here, wang, qian)
    running = Clock.objects.get(subject_type="aftersales.supplierbatch")
    assert (running.subject_id, running.due_at) == (batch.pk, clock.day_end(clock.day_of(NOON + dt.timedelta(days=5))))
    papers = ["list", "pictures", "slip"]
    with pytest.raises(BusinessError) as refusal:
        send_batch(batch_id=batch.pk, carrier="SF", tracking_no=SF, papers=papers, by=wang)
    assert refusal.value.code == "too_soon"
    page = as_user(wang).get(f"/returns/batches/{batch.pk}/").content.decode()
    assert ("2026-11-23" in page, 'name="tracking_no"' in page) == (True, False)
    noon.shift(5 * 86_400)
    sweep()
    announce()
    assert BellItem.objects.filter(user=wang, kind__startswith="sla.").count() == 1
    send_batch(batch_id=batch.pk, carrier="SF", tracking_no=SF, papers=papers, by=wang)
    assert (Clock.objects.get(pk=running.pk).verdict, sent.pk != batch.pk) == ("met", True)


def test_pur_18_a_list_with_nothing_on_it_is_not_waited_for(here, wang, qian):
    batch = on_a_list(here, wang, qian)
    take_off(inspection_id=batch.inspections.get().pk, by=wang)
    assert Clock.objects.get(subject_type="aftersales.supplierbatch").state == "void"


def test_goods_taken_off_a_list_are_undecided_again(here, wang, qian):
    row = judged(here, wang, qian, good=0, bad=2)
    services.decide_fate(inspection_ids=[row.pk], fate="supplier", by=wang)
    take_off(inspection_id=row.pk, by=wang)
    row.refresh_from_db()
    assert (row.fate, row.batch) == ("", None)


def test_a_scan_answers_in_place_with_at_most_eight_queries(here, as_user, wang, noon):
    client = as_user(wang)
    client.get(f"/returns/scan/?no={SF}", **HTMX)
    for number in (SF, YT):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/returns/scan/?no={number}", **HTMX).content.decode()
        assert len(seen) <= 8, number
        assert "<html" not in page
        assert number in page


def test_a_scan_costs_the_same_for_three_cases_in_a_parcel(noon, ana, as_user, wang, supplier_a):
    client = as_user(wang)
    seen = []
    for _ in range(3):
        coming_back(ana, supplier_a)
        client.get(f"/returns/scan/?no={SF}", **HTMX)
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/returns/scan/?no={SF}", **HTMX)
        seen.append(len(caught))
    assert len(set(seen)) == 1


def test_a_scan_changes_nothing_by_itself(noon, ana, as_user, wang, supplier_a):
    case = coming_back(ana, supplier_a)
    page = as_user(wang).get(f"/returns/scan/?no={SF}", **HTMX).content.decode()
    assert 'hx-trigger="load, submit"' in page
    assert (state(case), parcel_of(case).arrived_at) == ("coming_back", None)


def test_our_own_parcel_that_comes_back_is_known_by_its_order(noon, ana, as_user, wang, supplier_a):
    """RET-26, LOG-17: refused, or turned back on the way."""
    case = approved(ana, supplier_a)
    Parcel.objects.create(
        order=case.order, carrier="YTO", tracking_no=YT, source="supplier", shipped_at=NOON, recorded_at=NOON
    )
    page = as_user(wang).get(f"/returns/scan/?no={YT}", **HTMX).content.decode()
    assert case.order.order_no in page
    assert case.number in page


def test_the_desk_works_without_scripts(noon, ana, as_user, wang, qian, supplier_a):
    case = coming_back(ana, supplier_a, quantity=2)
    pk, line = parcel_of(case).pk, case.lines.get().pk
    client = as_user(wang)
    client.post("/returns/arrive/", {"number": SF})
    done = client.post(
        f"/returns/parcels/{pk}/count/", {f"good_{line}": "2", f"bad_{line}": "0", "accessories": "manual"}
    )
    assert (done.status_code, done.url) == (302, f"/returns/?no={SF}")
    row = Inspection.objects.get()
    assert row.accessories == {"packing": False, "manual": True, "parts": False, "gift": False}
    as_user(qian).post(f"/returns/parcels/{pk}/judge/", {f"verdict_{line}": "conforms"})
    assert state(case) == "inspected"
    client.post("/returns/goods/", {"rows": [row.pk], "fate": "scrap"})
    assert Inspection.objects.get().fate == "scrap"


def test_a_refused_count_keeps_what_was_typed(here, as_user, wang):
    line = here.lines.get().pk
    answer = as_user(wang).post(
        f"/returns/parcels/{parcel_of(here).pk}/count/",
        {f"good_{line}": "2", f"bad_{line}": "", "remark": "缺一只"},
        **HTMX,
    )
    assert answer.status_code == 409
    assert 'value="2"' in answer.content.decode()
    assert "缺一只" in answer.content.decode()
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("role", "look", "count", "judge"),
    [
        (Role.WAREHOUSE, 200, 302, 403),
        (Role.QUALITY, 200, 403, 409),
        (Role.SUPERVISOR, 200, 302, 302),
        (Role.AGENT_AFTERSALES, 403, 403, 403),
        (Role.SUPPLIER, 403, 403, 403),
    ],
)
def test_who_may_do_what_at_the_desk(here, as_user, role, look, count, judge):
    client = as_user(UserFactory(role=role))
    line, pk = here.lines.get().pk, parcel_of(here).pk
    assert client.get("/returns/").status_code == look
    assert client.post(f"/returns/parcels/{pk}/count/", {f"good_{line}": 2, f"bad_{line}": 0}).status_code == count
    assert client.post(f"/returns/parcels/{pk}/judge/", {f"verdict_{line}": "conforms"}).status_code == judge


def test_the_lists_and_the_printed_list_are_drawn(here, as_user, wang, qian):
    client = as_user(wang)
    services.put_into_pool(number=YT, by=wang)
    for which, shown in (("expected", ""), ("uncounted", SF), ("unjudged", ""), ("pool", YT)):
        assert shown in client.get(f"/returns/lists/{which}/").content.decode()
    row = judged(here, wang, qian, good=0, bad=2)
    services.decide_fate(inspection_ids=[row.pk], fate="supplier", by=wang)
    batch = SupplierBatch.objects.get()
    for page in ("/returns/batches/", f"/returns/batches/{batch.pk}/"):
        assert batch.number in client.get(page).content.decode()
    paper = client.get(f"/returns/batches/{batch.pk}/list.pdf")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get("/returns/lists/nothing/").status_code == 404


def test_ret_09_photos_of_the_count_are_evidence_of_the_case(here, as_user, wang):
    line, pk = here.lines.get().pk, parcel_of(here).pk
    data = {f"good_{line}": "1", f"bad_{line}": "1", "photos": [picture(), picture(colour="blue")]}
    as_user(wang).post(f"/returns/parcels/{pk}/count/", data)
    found = Evidence.objects.filter(case=here).values_list("origin", "by", "shared_at")
    assert list(found) == [("warehouse", wang.pk, None)] * 2


def test_a_photo_that_is_none_leaves_nothing_counted(here, as_user, wang):
    line, pk = here.lines.get().pk, parcel_of(here).pk
    fake = SimpleUploadedFile("a.jpg", b"not a picture", "image/jpeg")
    data = {f"good_{line}": "2", f"bad_{line}": "0", "photos": [picture(), fake]}
    assert as_user(wang).post(f"/returns/parcels/{pk}/count/", data).status_code == 409
    assert (Inspection.objects.count(), Evidence.objects.count()) == (0, 0)


def test_the_desks_forms_carry_their_token_without_scripts(here, wang, ana, supplier_a):
    coming_back(ana, supplier_a, number=YT)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(wang)
    for number in (SF, YT, ZTO):  # to be counted, to arrive, unknown
        page = browser.get(f"/returns/?no={number}").content.decode().split('id="answer"')[1]
        assert page.count("csrfmiddlewaretoken") == page.count('method="post"') >= 1, number


def test_what_was_done_brings_the_lengths_of_the_lists_up_to_date(here, as_user, wang):
    line, pk = here.lines.get().pk, parcel_of(here).pk
    data = {f"good_{line}": "2", f"bad_{line}": "0"}
    page = as_user(wang).post(f"/returns/parcels/{pk}/count/", data, **HTMX).content.decode()
    assert 'id="desk-lists" hx-swap-oob="true"' in page
    assert here.get_absolute_url() in page


def test_a_refund_list_that_brings_the_number_receives_the_case(noon, ana, wang, supplier_a):
    """RET-09: the pool matches itself when the platform knows the number, through the list as it is imported."""
    line = a_line(supplier_a)
    refund = RefundFactory(
        order=line.order, line=line, needs_return=True, state=RefundState.WAIT_BUYER_RETURN, kind="退货退款"
    )
    refund_changed.send(sender=None, refund_ids=[refund.pk], now=NOON)
    case = Case.objects.get(refund=refund)
    services.put_into_pool(number=SF, by=wang)
    refund.state, refund.return_tracking_no = RefundState.WAIT_SELLER_CONFIRM, SF
    refund.return_carrier = "顺丰速运"
    refund.save()
    refund_changed.send(sender=None, refund_ids=[refund.pk], now=NOON)
    assert (ReturnParcel.objects.get().case, state(case)) == (case, "received")


def test_goods_that_stray_to_our_desk_are_our_turn(noon, ana, wang, supplier_a):
    """The buyer was told the supplier's address and sent them to us: the ball is with the warehouse."""
    case = coming_back(ana, supplier_a, to_supplier=True)
    services.take_in(number=SF, by=wang)
    assert Case.objects.get(pk=case.pk).ball == "warehouse"
    assert not returns_of(supplier_a).exists()
