"""Money in a browser: approved, packed and paid by three people; a claim from its proof to the statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ledger.models import Claim, PayBatch, PaySlip
from ledger.states import ClaimState, SlipState
from staff.models import User
from staff.roles import Role
from tests import factories
from tests.browser.conftest import Watched
from tests.ledger.helpers import a_loss, an_order, asked, claim_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Ana asks, Sam approves, Fin pays."""
    roles = {"ana": Role.AGENT_AFTERSALES, "sam": Role.SUPERVISOR, "fin": Role.FINANCE}
    return {name: factories.UserFactory(username=name, role=role) for name, role in roles.items()}


@pytest.fixture
def as_(watched: Watched, people: dict[str, User]) -> Callable[[str], None]:
    def sit_down(name: str) -> None:
        client = Client()
        client.force_login(people[name])
        watched.log_in(client, "en")

    return sit_down


def _clean(watched: Watched) -> None:
    assert watched.findings() == []
    assert watched.too_wide() == []


def _press(watched: Watched, selector: str) -> None:
    watched.page.locator(selector).click()
    watched.page.wait_for_load_state("load")


def test_a_refund_goes_through_three_hands(
    watched: Watched, people: dict[str, User], as_: Callable[[str], None], live_server: Any
) -> None:
    """FIN-01, FIN-02: above the limit Sam approves what Ana asked for, Fin packs it and pastes the platform's list."""
    page = watched.page
    slip = asked(an_order(("900.00",)), "500.00", people["ana"])

    as_("sam")
    page.goto(live_server.url + "/finance/")
    _clean(watched)
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/finance/slips/*/")
    _clean(watched)
    _press(watched, "#do-approve button")
    assert PaySlip.objects.get().state == SlipState.APPROVED
    assert page.get_by_text("Done: Approve.").is_visible()

    as_("fin")
    page.goto(live_server.url + "/finance/")
    _press(watched, "text=Pack into batches")
    _clean(watched)
    _press(watched, f"text={PayBatch.objects.get().number}")
    _clean(watched)
    box = page.locator("textarea[name=text]")
    assert box.input_value().strip() == slip.number
    box.fill(f"{slip.number}\tREF20261120001")
    _press(watched, "form.form-grid button.btn-primary")
    paid = PaySlip.objects.get()
    assert (paid.state, paid.platform_number, paid.paid_by) == (SlipState.PAID, "REF20261120001", people["fin"])
    _clean(watched)
    page.goto(live_server.url + f"/finance/slips/{slip.pk}/")
    assert page.locator(".hands li.is-done").count() == 3
    _clean(watched)


def test_a_claim_from_its_proof_to_the_statement(
    watched: Watched, people: dict[str, User], as_: Callable[[str], None], live_server: Any
) -> None:
    """SUP-27, SUP-28, AFT-22, FIN-11: proved, sent, accepted, settled with its slip, on the supplier's statement."""
    page, supplier = watched.page, factories.SupplierFactory(code="GYSA")
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier, order=an_order()))

    as_("ana")
    page.goto(live_server.url + "/finance/claims/")
    _clean(watched)
    _press(watched, f"text={claim.number}")
    _clean(watched)
    _press(watched, "#do-prove button.btn-primary")
    assert page.get_by_text("Still missing:").is_visible()
    watched.complaints.clear()  # Chromium notes the 409 of the refusal
    page.locator("[name=prove-goods]").fill("开箱视频.mp4")
    page.locator("[name=prove-reply]").fill("厂家截图.png")
    _press(watched, "#do-prove button.btn-primary")
    _press(watched, "#do-send button.btn-primary")
    page.locator("[name=accept-answer]").fill("同意承担")
    _press(watched, "#do-accept button.btn-primary")
    _press(watched, "#do-settle button")
    assert Claim.objects.get().state == ClaimState.ACCEPTED
    _clean(watched)

    as_("fin")
    slip = PaySlip.objects.get()
    page.goto(live_server.url + f"/finance/slips/{slip.pk}/")
    page.locator("[name=pay-platform_number]").fill("ICBC0001")
    _press(watched, "#do-pay button.btn-primary")
    assert Claim.objects.get().state == ClaimState.SETTLED
    for path in (f"statements/{supplier.pk}/", "statements/", "balance/", "differences/"):
        page.goto(live_server.url + f"/finance/{path}")
        _clean(watched)
    page.goto(live_server.url + f"/finance/statements/{supplier.pk}/")
    with page.expect_download() as download:
        page.get_by_role("button", name="As PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
