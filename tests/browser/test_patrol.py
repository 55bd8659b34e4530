"""Ana's patrol by keyboard, and a dispute won with pasted pictures, in a real browser (RET-36, RET-06, CMP-03)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from aftersales.models import Evidence, EvidenceKit, EvidenceNeed, PatrolMark, PatrolRound
from aftersales.services.patrol import go_round, remark_case
from aftersales.states import DisputeState, Kind, ReturnState, UnshippedRefundState
from sla.services import ensure_policies
from staff.models import User
from tests.browser.conftest import Watched
from tests.factories import at
from tests.factories_cases import CaseFactory, ReasonFactory
from tests.factories_staff import give_duty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a screenshot tool leaves in the clipboard, pasted into the page.
PASTE = """bytes => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'image.png', {type: 'image/png'}));
    document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """bytes => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], '聊天.png', {type: 'image/png'}));
    const panel = document.querySelector('#evidence');
    for (const kind of ['dragover', 'drop'])
        panel.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
}"""


def png(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 120, 90)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def ten_o_clock(settings: Any, ana: User) -> None:
    """Ana is on shift; two refunds wait, one of them since the round before, and a rejected one runs out."""
    ensure_policies()
    give_duty(ana, "2026-11-20 09:00", "17:00")
    asked = {"kind": Kind.UNSHIPPED_REFUND, "state": UnshippedRefundState.REQUESTED}
    first = CaseFactory(**asked, platform_due_at=at("2026-11-20 18:00"), buyer_words="还没发货，不想要了")
    CaseFactory(**asked, platform_due_at=at("2026-11-21 09:00"))
    settings.HOUTAI_NOW = "2026-11-20T09:00:05+08:00"
    assert go_round() is not None
    remark_case(mark_id=first.patrol_marks.get().pk, remark="等供应商拦截结果", by=ana)
    settings.HOUTAI_NOW = "2026-11-20T10:00:05+08:00"
    CaseFactory(kind=Kind.RETURN, state=ReturnState.REJECTED, platform_due_at=at("2026-11-22 08:00"))
    assert go_round() is not None


def test_ana_goes_round_by_keyboard(watched: Watched, as_user: Any, ana: User, ten_o_clock: None) -> None:
    page = watched.page
    watched.log_in(as_user(ana), "en")
    page.goto(f"{watched.base}/cases/patrol/")
    assert watched.findings() == []
    assert watched.too_wide() == []
    expect(page.locator(".patrol-case dd", has_text="等供应商拦截结果")).to_be_visible()
    page.keyboard.press("s")  # still the same
    expect(page.get_by_text("1 of 3 looked at")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.type("waiting for the factory")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 3 looked at")).to_be_visible()
    expect(page.locator(".patrol-case .chip-late", has_text="rejected, two days left")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.press("Enter")  # nothing said: refused, nothing marked
    expect(page.locator("#remark-refused")).to_be_visible()
    watched.complaints.clear()  # the browser's own line about the 422
    assert PatrolMark.objects.filter(deed="", round__ends_at=at("2026-11-20 11:00")).count() == 1
    page.locator("main").click(position={"x": 5, "y": 5})
    page.keyboard.press("o")  # act on it
    page.wait_for_url("**/cases/*/")
    page.goto(f"{watched.base}/cases/patrol/")
    page.keyboard.press("m")
    page.keyboard.type("called, no answer")
    page.keyboard.press("Enter")
    expect(page.locator(".no-rows")).to_contain_text("Done")
    assert watched.findings() == []
    assert PatrolRound.objects.get(ends_at=at("2026-11-20 11:00")).done_at == at("2026-11-20 10:00:05")


def test_a_dispute_is_fought_with_pasted_and_dropped_pictures(
    watched: Watched, as_user: Any, ana: User, settings: Any
) -> None:
    settings.HOUTAI_NOW = "2026-11-20T12:00:00+08:00"
    ensure_policies()
    reason = ReasonFactory()
    for position, slot in enumerate(("瑕疵照片", "聊天截图")):
        EvidenceNeed.objects.create(reason=reason, slot=slot, before="dispute", position=position)
    dispute = CaseFactory(kind=Kind.DISPUTE, state=DisputeState.EVIDENCE_WANTED, reason=reason, owner=ana)
    page = watched.page
    watched.log_in(as_user(ana), "en")
    page.goto(f"{watched.base}/cases/{dispute.pk}/")
    page.locator("#evidence-slot").select_option("瑕疵照片")
    page.evaluate(PASTE, list(png(10)))
    expect(page.locator("#evidence .thumbs li")).to_have_count(1)
    page.locator("#evidence-slot").select_option("聊天截图")
    page.evaluate(DROP, list(png(200)))
    expect(page.locator("#evidence .thumbs li")).to_have_count(2)
    expect(page.get_by_text("2 of 2 complete")).to_be_visible()
    page.locator("#evidence-files").set_input_files(
        [{"name": "IMG.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + bytes(40)}]
    )
    page.locator("#evidence form.drop button").click()
    expect(page.locator("#evidence [role=alert]")).to_contain_text("HEIC")
    watched.complaints.clear()  # the browser's own line about the 409
    page.locator("#evidence .thumbs summary").first.click()
    page.locator("#evidence .thumbs img").first.scroll_into_view_if_needed()
    assert watched.findings() == []
    assert watched.too_wide() == []
    assert list(Evidence.objects.order_by("pk").values_list("slot", "by__name")) == [
        ("瑕疵照片", "安娜"),
        ("聊天截图", "安娜"),
    ]
    page.goto(f"{watched.base}/cases/{dispute.pk}/?do=send_evidence")
    page.locator("textarea[name$=statement]").fill("货物完好发出，有照片为证。")
    page.locator("#doing form button.btn-primary").first.click()
    expect(page.get_by_role("link", name="Kit 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Kit 1").click()
    with zipfile.ZipFile(download.value.path()) as kit:
        assert kit.namelist() == ["index.html", "index.csv", "01-瑕疵照片.jpg", "02-聊天截图.jpg"]
    assert EvidenceKit.objects.get().missing == []
    assert watched.findings() == []
