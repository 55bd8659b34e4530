"""The platform steps in: a message the same day, the kit within 24 hours, frozen as sent, won (CMP-02, CMP-03)."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Locator, expect

from aftersales.models import Case, EvidenceKit
from orders.imports.services import run_waiting_imports
from orders.models import OrderLine
from sla.models import Clock
from tests.browser.flows.people import Cast, bought, photo
from tests.factories import at
from tests.orders.imports import files

INTERVENED = {
    "宝贝标题": "青花大碗", "买家退款金额": "88.00", "业务类型": "退货退款", "是否需要退货": "是",
    "货物状态": "买家已收到货", "买家退款原因": "质量问题", "客服介入状态": "客服介入处理中",
    "退款的申请时间": "2026-11-20 09:00:00", "超时时间": "2026-11-22 09:00:00",
}  # fmt: skip
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def names_in(cast: Cast, link: Locator) -> list[str]:
    with cast.page.expect_download() as download:
        link.click()
    return zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()


def take_in_list(cast: Cast, line: OrderLine) -> None:
    """The platform's list of refunds, looked at before it is taken in: it says that the platform steps in."""
    name, stream = files.refunds(INTERVENED | {"订单编号": line.order.order_no, "商品编码": line.sku})
    cast.as_person("supervisor", "/orders/imports/")
    sheet = {"name": name, "mimeType": "text/csv", "buffer": stream.getvalue()}
    cast.send("form.import-form", "[name=preview]", files=[sheet])
    cast.go("/orders/imports/")
    run_waiting_imports()  # the worker looks, while nobody waits
    cast.page.locator("[data-open]").first.click()
    cast.page.locator("form.import-next").wait_for()
    cast.look("dispute-0-preview")
    assert not Case.objects.exists()
    cast.send("form.import-next", "button")
    cast.go("/orders/imports/")
    run_waiting_imports()


def test_cmp_03_a_dispute_is_won_with_its_kit(cast: Cast) -> None:
    take_in_list(cast, bought(cast, "青花大碗", quantity=1, price="88.00"))
    case = Case.objects.get(kind="dispute")
    cast.as_person("agent", "/cases/?kind=dispute")
    cast.page.locator(f"[data-open][href='/cases/{case.pk}/']").click()
    assert (cast.next_step(), cast.is_advised()) == ("negotiate", True)
    message = Clock.objects.get(subject_id=case.pk, policy="aftersales.dispute_message")
    assert message.due_at == at("2026-11-20 23:59:59")
    cast.look("dispute-1-opened", axe=True)
    cast.do("negotiate", contact_way="chat", contact_result="愿意补偿 20 元，买家不接受")
    cast.do("want_evidence", evidence_due_at="2026-11-21T10:00")
    cast.look("dispute-2-wanted")
    slots = cast.page.locator(".slots .is-missing")
    wanted = slots.count()
    for number in range(wanted):  # the form proposes what is missing next
        cast.page.locator("#evidence-files").set_input_files([photo(f"{number}.jpg", shade=20 * number + 10)])
        cast.page.locator("#evidence form.drop button").click()
        expect(slots).to_have_count(wanted - number - 1)
    cast.look("dispute-3-complete", axe=True)
    draft = names_in(cast, cast.page.locator("#evidence .kit a.btn"))
    assert cast.next_step() == "send_evidence"
    cast.do("send_evidence", statement="商品出库完好，开箱视频显示裂纹为收货后磕碰所致。")
    kit = cast.page.locator(f"a[href='/cases/{case.pk}/kit/1/']")
    sent = names_in(cast, kit)
    assert (sorted(sent), EvidenceKit.objects.get().missing) == (sorted(draft), [])
    cast.page.locator("#evidence-files").set_input_files([photo("迟到.jpg", shade=250)])
    cast.page.locator("#evidence form.drop button").click()
    expect(cast.page.locator("#evidence .thumbs li")).to_have_count(wanted + 1)
    assert names_in(cast, kit) == sent  # what was sent stays as it was sent
    cast.look("dispute-4-sent")
    cast.do("win", result="平台判卖家胜诉，不退款")
    cast.do("close", share_supplier="", share_buyer="100")
    cast.look("dispute-5-closed")
    case = Case.objects.get(pk=case.pk)
    kept = dict(Clock.objects.filter(subject_id=case.pk, verdict="met").values_list("policy", "due_at"))
    assert (case.state, case.amount) == ("closed", 0)
    assert kept["aftersales.dispute_message"] == at("2026-11-20 23:59:59")
    assert kept["aftersales.dispute_evidence"] == at("2026-11-21 10:00")
