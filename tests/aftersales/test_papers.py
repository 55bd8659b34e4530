"""Papers (RET-07, RET-10, RET-11, RET-20, AFT-12): what stands on them, whom they name, what the trail says."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest

from aftersales import models
from aftersales.services import evidence as files
from aftersales.services import printing
from aftersales.states import Goods, Judgement, Kind, ReturnState
from audit.models import Entry
from common.exceptions import BusinessError
from staff.roles import Role
from tests import factories
from tests.aftersales.test_evidence import photo
from tests.factories_cases import CaseFactory, ReasonFactory, ReturnAddressFactory, line_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NAME, PHONE, ADDRESS = "杨淑珍", "13812345678", "浙江省杭州市西湖区文三路1号(310000)"


def text_of(pdf: bytes) -> str:
    """The words of a PDF without its spaces and line breaks."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode())


@pytest.fixture
def case(noon: Any, ana: Any, sam: Any) -> models.Case:
    line = line_of(receiver_name=NAME, receiver_phone=PHONE, receiver_address=ADDRESS, order_no="6113448474333644951")
    line.order.parcels.create(
        carrier="YTO", tracking_no="YT1234567890123", source="supplier", shipped_at=factories.NOON,
        recorded_at=factories.NOON,
    )  # fmt: skip
    return CaseFactory(
        line=line, kind=Kind.RETURN, state=ReturnState.RECEIVED, reason=ReasonFactory(), owner=ana,
        buyer_words="杯口缺了一块", judgement=Judgement.QUALITY, goods=Goods.BACK, leader_note="同意退货", leader_by=sam,
        return_address=ReturnAddressFactory(),
    )  # fmt: skip


def printed(case: models.Case, paper: str, by: Any) -> str:
    return text_of(printing.print_case(case_id=case.pk, paper=paper, by=by))


def test_the_form_has_its_eleven_fields_and_the_leaders_decision(case: models.Case, ana: Any) -> None:
    """RET-20."""
    files.add_evidence(case=case, file=photo(), kind="瑕疵照片", by=ana, source="buyer")
    said = printed(case, "form", ana)
    for label, value in (
        ("日期", "2026-11-20"), ("客户地址", ADDRESS), ("客户姓名", NAME), ("客户联系电话", PHONE),
        ("订货单号", "6113448474333644951"), ("出货单号", "YT1234567890123"), ("退换货物原因", "杯口缺了一块"),
        ("处理人员", "安娜"), ("处理意见", ""), ("内容说明", "退货"), ("领导批示", "同意退货"),
    ):  # fmt: skip
        assert label in said
        assert value in said
    assert "（图片附后，共1张）" in said
    assert "第2页共2页" in said  # the photos (RET-07)


def test_each_field_of_the_buyer_on_the_form_leaves_a_line(case: models.Case, ana: Any) -> None:
    printed(case, "form", ana)
    seen = Entry.objects.filter(action="orders.buyer_revealed").order_by("pk").values_list("data__field", flat=True)
    assert list(seen) == ["receiver_name", "receiver_phone", "receiver_address"]
    entry = Entry.objects.get(action="aftersales.printed")
    assert (entry.topic, entry.data, entry.actor_id) == (f"aftersales.case:{case.pk}", {"paper": "form"}, ana.pk)


def test_who_may_not_see_buyers_gets_the_form_masked(case: models.Case) -> None:
    said = printed(case, "form", factories.UserFactory(role=Role.WAREHOUSE))
    for secret in (NAME, PHONE, "文三路"):
        assert secret not in said
    assert "杨**" in said
    assert not Entry.objects.filter(action="orders.buyer_revealed").exists()


def test_the_return_note_names_goods_condition_and_address_but_no_buyer(case: models.Case, ana: Any) -> None:
    """RET-10."""
    each = case.lines.get()
    models.Inspection.objects.create(
        case=case, case_line=each, good=1, bad=1, remark="杯口缺损", counted_at=factories.NOON, counted_by=ana
    )
    said = printed(case, "note", ana)
    for words in ("退货单", case.number, each.line.sku, "杯口缺损", "退货组", "义乌市", "开单客服", "仓库", "质检"):
        assert words in said
    for secret in (NAME, PHONE, "文三路"):
        assert secret not in said


def test_the_whole_file_tells_everything_and_masks_the_buyer(case: models.Case, ana: Any) -> None:
    """AFT-12."""
    files.add_evidence(case=case, file=photo(), kind="瑕疵照片", by=ana, source="buyer")
    gone = files.add_evidence(case=case, file=photo(2), kind="", by=ana, source="buyer")
    files.withdraw_evidence(evidence_id=gone.pk, why="不是这单", by=ana)
    models.Contact.objects.create(
        case=case, party="buyer", way="phone", result="答应周五寄回", at=factories.NOON, by=ana
    )
    models.Responsibility.objects.create(case=case, bearer="supplier", percent=100, note="工厂漏检")
    said = printed(case, "file", ana)
    for words in (
        "售后服务档案",
        "答应周五寄回",
        "工厂漏检",
        "瑕疵照片",
        "已撤回：不是这单",
        "138****5678",
        "同意退货",
    ):
        assert words in said
    for secret in (NAME, PHONE, "文三路"):
        assert secret not in said


def test_the_handover_list_holds_the_days_returns_to_our_warehouse(case: models.Case, ana: Any) -> None:
    """RET-11."""
    day = factories.NOON.date()
    other = CaseFactory(state=ReturnState.RECEIVED)

    def parcel(number: str, of: models.Case | None, arrived: Any, place: str = "warehouse") -> None:
        models.ReturnParcel.objects.create(case=of, tracking_no=number, arrived_at=arrived, place=place)

    parcel("SF0000000001", case, factories.NOON)
    parcel("SF0000000002", other, factories.at("2026-11-20 23:59:59"))
    parcel("SF0000000003", case, factories.at("2026-11-21 00:00:00"))
    parcel("SF0000000004", case, factories.NOON, "supplier")
    parcel("SF0000000005", None, factories.NOON)
    said = text_of(printing.print_handover(day=day, by=ana))
    assert [number for number in range(1, 6) if f"SF000000000{number}" in said] == [1, 2]
    for words in ("退货交接单", case.number, other.number, "收件仓管"):
        assert words in said
    assert Entry.objects.filter(action="aftersales.printed", data__paper="handover").count() == 2


def test_a_day_without_returns_prints_nothing(noon: Any, ana: Any) -> None:
    with pytest.raises(BusinessError) as refused:
        printing.print_handover(day=factories.NOON.date(), by=ana)
    assert (refused.value.code, Entry.objects.filter(action="aftersales.printed").count()) == ("nothing", 0)


def test_a_paper_is_printed_from_the_page_and_never_by_a_link(case: models.Case, ana: Any, as_user: Any) -> None:
    browser = as_user(ana)
    assert browser.get(f"/cases/{case.pk}/print/form/").status_code == 405
    answer = browser.post(f"/cases/{case.pk}/print/form/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert browser.post(f"/cases/{case.pk}/print/other/").status_code == 404
    assert browser.post("/cases/0/print/form/").status_code == 404


def test_the_handover_form_wants_a_day(case: models.Case, ana: Any, as_user: Any) -> None:
    for day in ("", "yesterday", "2026-02-30"):
        assert as_user(ana).post("/cases/handover-list/", {"day": day}).status_code == 302
    models.ReturnParcel.objects.create(case=case, tracking_no="SF1", arrived_at=factories.NOON)
    answer = as_user(ana).post("/cases/handover-list/", {"day": "2026-11-20"})
    assert answer["Content-Type"] == "application/pdf"
