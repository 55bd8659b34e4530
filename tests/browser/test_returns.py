"""The return desk by scanner, and the portal on a phone: as the warehouse, quality and a supplier use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from aftersales.models import Case, Inspection, ReturnParcel, SupplierBatch
from staff.models import User
from staff.roles import Role
from suppliers.models import Supplier
from tests.aftersales.goods import SF, YT, ZTO, a_claim, a_line, asked, coming_back, stopping
from tests.browser.conftest import Watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def become(watched: Watched, user: User) -> None:
    client = Client()
    client.force_login(user)
    watched.page.context.clear_cookies()
    watched.log_in(client, "en")


def look(watched: Watched, name: str) -> None:
    """Nothing is wrong with the page as it stands; where a folder is named, a picture of it is kept."""
    watched.picture(name)
    assert watched.findings() == [], name
    assert watched.too_wide() == [], name


def scan(watched: Watched, number: str) -> None:
    """A scanner types the number where the focus is and presses Enter."""
    watched.page.keyboard.type(number)
    watched.page.keyboard.press("Enter")


def test_ret_09_a_parcel_from_the_scanner_to_the_suppliers_list(
    watched: Watched, ana: User, supplier_a: Supplier
) -> None:
    wang = UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE, language="en")
    qian = UserFactory(username="qian", name="钱检", role=Role.QUALITY, language="en")
    case = coming_back(ana, supplier_a, quantity=2)
    other = coming_back(ana, supplier_a, number=YT)
    line, page = case.lines.get().pk, watched.page
    parcel = ReturnParcel.objects.get(case=case).pk
    become(watched, wang)
    page.goto(f"{watched.base}/")
    expect(page.locator("#scan")).to_be_focused()
    scan(watched, SF)
    expect(page.locator(".sight-fine")).to_contain_text("Arrived")
    good = page.locator(f"[name=good_{line}]")
    expect(good).to_be_focused()
    look(watched, "arrived")
    scan(watched, YT)  # the next parcel, although a count has the focus
    expect(page.locator(".sight-fine")).to_contain_text(YT)
    assert Case.objects.get(pk=other.pk).state == "received"
    page.keyboard.press("Escape")
    expect(page.locator("#scan")).to_be_focused()
    scan(watched, SF)
    expect(good).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator(".sight-fine")).to_contain_text("Counted")
    look(watched, "counted")
    expect(page.locator("#scan")).to_be_focused()
    become(watched, qian)
    page.goto(f"{watched.base}/returns/lists/unjudged/")
    look(watched, "unjudged")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.locator(f"#p{parcel}-verdict_{line}").select_option("quality")
    look(watched, "judging")
    page.keyboard.press("Enter")
    page.locator(".count .btn-primary").click()
    expect(page.locator(".sight-fine")).to_contain_text("Judged")
    assert Case.objects.get(pk=case.pk).state == "inspected"
    become(watched, wang)
    page.goto(f"{watched.base}/returns/goods/")
    page.locator("[data-all]").check()
    look(watched, "goods")
    page.get_by_role("button", name="back to the supplier").click()
    assert Inspection.objects.get().fate == "supplier"
    page.goto(f"{watched.base}/returns/batches/")
    look(watched, "batches")
    page.get_by_role("link", name=SupplierBatch.objects.get().number).click()
    for box in page.locator("[name=papers]").all():
        box.check()
    page.locator("[name=tracking_no]").fill("SF1234567890999")
    look(watched, "batch")
    page.get_by_role("button", name="Send to the supplier").click()
    expect(page.locator("h1 .chip-fine")).to_be_visible()
    assert SupplierBatch.objects.get().tracking_no == "SF1234567890999"


COUNT_AT_ONCE = """() => {
  window.stayed = true;
  document.addEventListener("htmx:afterSwap", () => setTimeout(() => {
    const count = document.querySelector("#answer form.count");
    if (!count || window.sent) return;
    window.sent = true;
    for (const field of count.querySelectorAll("[data-count]")) field.value = "1";
    count.requestSubmit();
  }));
}"""


def test_a_count_that_is_sent_at_once_loads_no_page(watched: Watched, ana: User, supplier_a: Supplier) -> None:
    """Whoever types quicker than the answer settles is answered in place all the same (RET-09)."""
    coming_back(ana, supplier_a, quantity=2)
    become(watched, UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE, language="en"))
    page = watched.page
    page.goto(f"{watched.base}/returns/")
    page.evaluate(COUNT_AT_ONCE)
    scan(watched, SF)
    expect(page.locator(".sight-fine")).to_contain_text("Counted")
    assert page.evaluate("window.stayed")


def test_a_scan_begins_wherever_the_focus_is(watched: Watched) -> None:
    """As right after the page has come, before its field has the focus."""
    become(watched, UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE, language="en"))
    watched.page.goto(f"{watched.base}/returns/")
    watched.page.evaluate("document.activeElement.blur()")
    scan(watched, SF)
    expect(watched.page.locator("#answer")).to_contain_text(SF)


def test_an_unknown_parcel_goes_to_the_pool_by_a_second_scan(watched: Watched, ana: User, supplier_a: Supplier) -> None:
    wang = UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE, language="en")
    become(watched, wang)
    page = watched.page
    page.goto(f"{watched.base}/returns/")
    scan(watched, SF)
    expect(page.locator(".sight-bad")).to_contain_text("Unknown parcel")
    look(watched, "unknown")
    assert not ReturnParcel.objects.exists()
    scan(watched, SF)
    expect(page.locator(".sight-fine")).to_contain_text("In the pool")
    look(watched, "pool")
    case = coming_back(ana, supplier_a)
    scan(watched, SF)
    expect(page.locator(".goods-card")).to_contain_text(case.number)
    assert Case.objects.get(pk=case.pk).state == "received"


def test_what_is_scanned_before_the_answer_is_there_is_kept(watched: Watched, ana: User) -> None:
    become(watched, UserFactory(username="wang", name="王仓", role=Role.WAREHOUSE, language="en"))
    watched.page.goto(f"{watched.base}/returns/")
    scan(watched, SF)
    watched.page.keyboard.type("YT2")
    expect(watched.page.locator(".sight-bad")).to_contain_text("Unknown parcel")
    expect(watched.page.locator("#scan")).to_have_value("YT2")


@pytest.fixture
def phone(watched: Watched) -> Watched:
    watched.page.set_viewport_size({"width": 390, "height": 844})
    return watched


def test_ret_03_a_supplier_counts_and_answers_on_a_phone(
    phone: Watched, ana: User, petra: User, supplier_a: Supplier, tmp_path: Path
) -> None:
    from tests.aftersales.goods import picture

    petra.language = "en"
    petra.save()
    case = coming_back(ana, supplier_a, to_supplier=True, quantity=2)
    coming_back(ana, supplier_a, to_supplier=True, number=YT)
    _case, question = asked("exchange", ana, supplier_a)
    again, second = asked("reship", ana, supplier_a)
    stopping("intercept", ana, supplier_a)
    short = a_line(supplier_a, state="paid")
    shot = tmp_path / "flaw.jpg"
    shot.write_bytes(picture().read())
    become(phone, petra)
    page: Any = phone.page
    page.goto(f"{phone.base}/portal/returns/")
    look(phone, "portal-returns")
    card = page.locator(f"#return-{case.number}")
    card.locator("[name=good_1]").fill("1")
    card.locator("[name=bad_1]").fill("1")
    card.locator("[name=photos]").set_input_files(str(shot))
    card.get_by_role("button", name="Counted, as agreed").click()
    expect(card.locator(".verdict")).to_contain_text("Reported")
    look(phone, "portal-reported")
    assert Case.objects.get(pk=case.pk).state == "inspected"
    page.goto(f"{phone.base}/portal/requests/")
    look(phone, "portal-requests")
    page.locator(f"form[action*='{second.public_id}'] [value=yes]").click()
    page.locator(f"form[action*='{again.number}'] [name=carrier]").select_option("ZTO")
    page.locator(f"form[action*='{again.number}'] [name=tracking_no]").fill(ZTO)
    page.locator(f"form[action*='{again.number}'] button").click()
    assert Case.objects.get(pk=again.pk).state == "resent"
    page.locator(f"form[action*='{question.public_id}'] [name=again_on]").fill("2030-01-01")
    page.locator(f"form[action*='{question.public_id}'] [value=no]").click()
    look(phone, "portal-answered")
    page.goto(f"{phone.base}/portal/")
    look(phone, "portal-to-ship")
    page.goto(f"{phone.base}/portal/shortages/?order={short.order.order_no}")
    look(phone, "portal-shortage")
    page.get_by_role("button", name="Report").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    look(phone, "portal-shortages")


def test_sup_27_a_claim_is_disputed_on_a_phone(phone: Watched, ana: User, petra: User, supplier_a: Supplier) -> None:
    from ledger.models import Claim

    a_claim(supplier_a, coming_back(ana, supplier_a))
    become(phone, petra)
    phone.page.goto(f"{phone.base}/portal/claims/")
    look(phone, "portal-claims")
    phone.page.get_by_role("button", name="Dispute").click()
    expect(phone.page.locator(".verdict.is-bad")).to_be_visible()
    phone.complaints.clear()  # a refused form answers 409, which the browser tells
    phone.page.locator("textarea").fill("运输损坏")
    phone.page.get_by_role("button", name="Dispute").click()
    expect(phone.page.locator(".no-rows")).to_be_visible()
    assert Claim.objects.get().state == "disputed"
