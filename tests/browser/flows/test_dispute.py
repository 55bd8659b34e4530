"""The platform steps in: a message the same day, the kit within 24 hours, frozen as sent, won (CMP-02, CMP-03)."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Locator, expect

from aftersales.models import Case, EvidenceKit
from sla.models import Clock
from tests.browser.flows.matters import because, take_matter
from tests.browser.flows.people import Cast, bought, photo
from tests.factories import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def names_in(cast: Cast, link: Locator) -> list[str]:
    with cast.page.expect_download() as download:
        link.click()
    return zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()


def test_cmp_03_a_dispute_is_won_with_its_kit(cast: Cast) -> None:
    line = bought(cast, "青花大碗", quantity=1, price="88.00")
    cast.as_person("agent")
    case = take_matter(cast, line.order, "intervened", "说碗有裂纹，要求平台介入", reason=because("quality"))
    assert (case.kind, cast.next_step(), cast.is_advised()) == ("dispute", "negotiate", True)
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
    case = Case.objects.get()
    verdicts = Clock.objects.filter(subject_id=case.pk).values_list("verdict", flat=True)
    assert (case.state, case.amount, set(verdicts)) == ("closed", 0, {"met"})
