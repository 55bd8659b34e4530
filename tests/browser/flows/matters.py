"""What is opened about an order as a whole, and claims on their way: for the flows that need them."""

from __future__ import annotations

import re
from typing import Any

from aftersales.models import Case, Reason
from ledger.models import Claim, PaySlip
from orders.models import Order
from tests.browser.flows.people import Cast


def take_matter(cast: Cast, order: Order, matter: str, words: str, **choices: Any) -> Case:
    """The agent's form about the order as a whole: what it is about is ticked, looked at, opened."""
    cast.go(f"/cases/new/?q={order.order_no}")
    cast.page.locator(f"[name=o-{matter}]").check()
    cast.page.locator(".happened button").click()
    plans = cast.page.locator("#plans")
    plans.wait_for()
    cast.fill(plans, {**choices, "buyer_words": words})
    cast.look(f"{matter}-opening")
    plans.locator("button.btn-primary").click()
    cast.page.wait_for_url(re.compile(r"/cases/\d+/$"))
    return Case.objects.get(pk=int(cast.page.url.rstrip("/").rpartition("/")[2]))


def because(code: str) -> int:
    """The reason of the rulebook with this code, as a form names it."""
    return Reason.objects.get(code=code).pk


def to_claim(cast: Cast, who: str) -> Claim:
    """The one claim, from the list of claims."""
    claim = Claim.objects.get()
    cast.as_person(who, "/finance/claims/")
    cast.page.locator("[data-open]").first.click()
    cast.page.wait_for_url(f"**/finance/claims/{claim.pk}/")
    return claim


def do_with_claim(cast: Cast, action: str, **answers: Any) -> None:
    """One action of the claim's page; the next one stands open by itself."""
    form = cast.page.locator(f"form[action$='/{action}/']")
    if not form.locator("button").first.is_visible():
        cast.page.locator(f"#do-{action} > summary").click()
    cast.send(f"form[action$='/{action}/']", "button", **answers)


def settle(cast: Cast, claim: Claim, number: str) -> None:
    """The money for an accepted claim comes in: its slip is written and marked by finance."""
    do_with_claim(cast, "settle")
    cast.pay(PaySlip.objects.get(topic=f"ledger.claim:{claim.pk}").pk, number)
