"""The portal's pages about cases: each form works with and without scripts, and keeps what was refused."""

from __future__ import annotations

import pytest
from django.test import Client

from aftersales.models import Case, Evidence, Inspection, Intercept, Resend, StockQuestion
from aftersales.services.evidence import add_evidence
from ledger.models import Claim
from ledger.services import claims
from orders.states import OrderState
from tests.aftersales.goods import ZTO, a_claim, a_line, asked, coming_back, picture, stopping

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def petras(noon, as_user, petra):
    return as_user(petra)


def test_ret_03_a_return_is_counted_with_photos(petras, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True)
    assert case.number in petras.get("/portal/returns/?show=on_the_way").content.decode()
    data = {"good_1": "1", "bad_1": "0", "photos": [picture()], "do": "receipt"}
    done = petras.post(f"/portal/returns/{case.number}/count/", data)
    assert (done.status_code, done.url) == (302, "/portal/returns/")
    assert (Case.objects.get(pk=case.pk).state, Evidence.objects.count()) == ("inspected", 1)
    assert "/portal/photos/" in petras.get("/portal/returns/?show=done").content.decode()


def test_ret_04_the_second_button_says_that_it_is_not_as_agreed(petras, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True)
    data = {"good_1": "0", "bad_1": "1", "remark": "少了盖子", "do": "mismatch"}
    answer = petras.post(f"/portal/returns/{case.number}/count/", data, **HTMX)
    assert answer.content.decode().count("<article") == 1
    assert Case.objects.get(pk=case.pk).state == "mismatched"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_a_refused_count_keeps_what_was_typed(petras, ana, supplier_a, headers):
    case = coming_back(ana, supplier_a, to_supplier=True)
    data = {"good_1": "7", "bad_1": "", "remark": "盖子", "do": "receipt"}
    answer = petras.post(f"/portal/returns/{case.number}/count/", data, **headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="7"' in page
    assert "盖子" in page
    assert not Inspection.objects.exists()


def test_the_arrival_alone_leaves_the_count_for_later(petras, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True)
    page = petras.post(f"/portal/returns/{case.number}/arrival/", **HTMX).content.decode()
    assert "data-due" in page
    assert Case.objects.get(pk=case.pk).state == "received"
    assert case.number in petras.get("/portal/returns/?show=to_count").content.decode()


def test_questions_and_requests_are_answered_on_one_page(petras, ana, supplier_a):
    _exchange, question = asked("exchange", ana, supplier_a)
    _refund, stop = stopping("cancel", ana, supplier_a)
    page = petras.get("/portal/requests/").content.decode()
    assert page.count('class="part"') == 2
    petras.post(f"/portal/requests/stock/{question.public_id}/", {"answer": "no", "again_on": "2026-12-01"})
    petras.post(f"/portal/requests/stop/{stop.public_id}/", {"answer": "too_late", "note": "已发"})
    assert StockQuestion.objects.get().answer == "no"
    assert Intercept.objects.get().answer == "too_late"
    assert 'class="part"' not in petras.get("/portal/requests/").content.decode()


def test_sup_09_a_number_that_does_not_fit_is_kept_for_correction(petras, ana, supplier_a):
    case, question = asked("reship", ana, supplier_a)
    petras.post(f"/portal/requests/stock/{question.public_id}/", {"answer": "yes"})
    path = f"/portal/requests/resend/{case.number}/"
    refused = petras.post(path, {"carrier": "SF", "tracking_no": "123"})
    assert refused.status_code == 409
    assert 'value="123"' in refused.content.decode()
    petras.post(path, {"carrier": "ZTO", "tracking_no": ZTO})
    assert Resend.objects.get().tracking_no == ZTO


def test_sup_11_a_shortage_from_the_order_that_cannot_be_shipped(petras, supplier_a, supplier_b):
    line, other = a_line(supplier_a, state=OrderState.PAID), a_line(supplier_b, state=OrderState.PAID)
    number = line.order.order_no
    assert f"?order={number}" in petras.get("/portal/").content.decode()
    assert f'value="{number}"' in petras.get(f"/portal/shortages/?order={number}").content.decode()
    assert petras.post("/portal/shortages/", {"order_no": other.order.order_no}).status_code == 422
    petras.post("/portal/shortages/", {"order_no": number, "note": "断货"})
    case = Case.objects.get(kind="shortage")
    assert case.number in petras.get("/portal/shortages/").content.decode()


def test_sup_27_a_dispute_needs_a_reason(petras, ana, supplier_a):
    a_claim(supplier_a, coming_back(ana, supplier_a))
    assert "CL1" in petras.get("/portal/claims/").content.decode()
    assert petras.post("/portal/claims/CL1/", {"do": "dispute", "reason": " "}).status_code == 409
    assert Claim.objects.get().state == "sent"
    petras.post("/portal/claims/CL1/", {"do": "dispute", "reason": "运输损坏"})
    assert Claim.objects.values_list("state", "answer").get() == ("disputed", "运输损坏")
    assert "CL1" in petras.get("/portal/claims/?show=answered").content.decode()


def test_sup_28_a_claim_comes_with_its_goods_and_the_pictures_that_prove_it(petras, ana, supplier_a, supplier_b):
    """What somebody chose as proof is shown to the supplier; the talks with the buyer that lie beside it are not."""
    case = coming_back(ana, supplier_a)
    flaw, reply, chat = (
        add_evidence(case=case, file=picture(colour=colour), kind=colour, by=ana) for colour in ("red", "blue", "green")
    )
    claim = a_claim(supplier_a, case, state="drafted")
    Claim.objects.update(proof=[flaw.key, reply.key, chat.key])
    claims.prove_claim(claim_id=claim.pk, version=None, goods=[flaw.key], reply=[reply.key], by=ana)
    assert not Evidence.objects.filter(shared_at__isnull=False).exists()
    claims.send_claim(claim_id=claim.pk, version=None, by=ana)
    assert set(Evidence.objects.filter(shared_at__isnull=False)) == {flaw, reply}
    page = petras.get("/portal/claims/").content.decode()
    assert [key in page for key in (flaw.key, reply.key, chat.key)] == [True, True, False]
    assert case.lines.get().line.title in page
    Case.objects.update(supplier=supplier_b)  # the claim is Petra's, the case is another's
    page = petras.get("/portal/claims/").content.decode()
    assert [flaw.key in page, case.lines.get().line.title in page] == [False, False]


def test_every_form_carries_its_token_without_scripts(noon, ana, petra, supplier_a):
    """A browser without scripts sends the hidden field alone."""
    coming_back(ana, supplier_a, to_supplier=True)
    asked("exchange", ana, supplier_a)
    stopping("cancel", ana, supplier_a)
    a_claim(supplier_a, coming_back(ana, supplier_a))
    a_line(supplier_a, state=OrderState.PAID)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(petra)
    for path in ("", "returns/", "requests/", "shortages/", "claims/"):
        page = browser.get(f"/portal/{path}").content.decode()
        forms = page.split("<main")[1].lower().count('method="post"')
        assert forms > 0, path
        assert page.split("<main")[1].count("csrfmiddlewaretoken") == forms, path
