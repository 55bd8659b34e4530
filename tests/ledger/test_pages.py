"""The pages of finance: filters, steps with what was typed kept, bulk, exports."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client

from audit.models import Entry
from ledger.models import Claim, PayBatch, PaySlip
from ledger.states import ClaimState, SlipState
from staff.models import Finding
from staff.words.states import TermKind
from tests import factories
from tests.factories import NOON
from tests.ledger.helpers import D, a_loss, an_order, asked, claim_of, paid

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def numbers(answer) -> list[str]:
    return [slip.number for slip, _due, _paused in answer.context["rows"]]


def test_fin_01_finance_sees_what_is_to_pay_the_longest_waiting_first(noon, ana, fin, as_user):
    first = asked(an_order(), "10.00", ana)
    noon.shift(3600)
    second = asked(an_order(), "10.00", ana, now=NOON.replace(hour=5))
    asked(an_order(("900.00",)), "500.00", ana)
    answer = as_user(fin).get("/finance/")
    assert (numbers(answer), answer.context["filters"].show) == ([first.number, second.number], "to_pay")
    assert answer.context["counts"] == {"approved": (2, D("20.00")), "submitted": (1, D("500.00"))}
    assert "data-due" in answer.content.decode()


def test_a_supervisor_begins_with_what_is_to_approve(noon, ana, sam, as_user):
    asked(an_order(), "10.00", ana)
    above = asked(an_order(("900.00",)), "500.00", ana)
    assert numbers(as_user(sam).get("/finance/")) == [above.number]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("show=to_pay", 2), ("show=to_approve", 1), ("show=all", 4), ("show=unreconciled", 1), ("show=late", 0),
     ("show=to_pay&purpose=refund", 2), ("show=to_pay&direction=in", 0), ("show=all&mine=1", 0), ("q=nonsense", 0),
     ("show=zzz&purpose=zzz&shop=zzz", 2), ("after=zzz", 2)],
)  # fmt: skip
def test_the_filters_of_the_queue(noon, ana, fin, as_user, query, expected):
    asked(an_order(), "10.00", ana), asked(an_order(), "10.00", ana)
    paid(asked(an_order(), "10.00", ana), fin)
    asked(an_order(("900.00",)), "500.00", ana)
    assert len(numbers(as_user(fin).get(f"/finance/?{query}"))) == expected


def test_a_slip_is_found_by_any_of_its_numbers(noon, ana, fin, as_user):
    slip = paid(asked(an_order(), "10.00", ana), fin, "ALI00000001")
    asked(an_order(), "10.00", ana)
    for word in (slip.number, slip.number.lower(), slip.order.order_no, "ALI00000001", f'="{slip.order.order_no}"'):
        assert numbers(as_user(fin).get("/finance/", {"q": word})) == [slip.number]


def test_fin_04_overdue_are_those_whose_clock_is_past(noon, ana, fin, as_user):
    slip = asked(an_order(), "10.00", ana)
    noon.shift(24 * 3600 + 1)
    asked(an_order(), "10.00", ana, now=NOON.replace(day=21))
    assert numbers(as_user(fin).get("/finance/?show=late")) == [slip.number]


def test_paying_by_the_form_and_a_refusal_that_keeps_what_was_typed(noon, ana, fin, as_user):
    first, second = asked(an_order(), "10.00", ana), asked(an_order(), "10.00", ana)
    client = as_user(fin)
    typed = {"version": first.version, "pay-platform_number": "ALI00000001", "pay-pay_by": "alipay"}
    answer = client.post(f"/finance/slips/{first.pk}/pay/", typed)
    assert (answer.status_code, answer.url) == (302, f"/finance/slips/{first.pk}/")
    typed["version"] = second.version
    refused = client.post(f"/finance/slips/{second.pk}/pay/", typed)
    page = refused.content.decode()
    assert (refused.status_code, 'value="ALI00000001"' in page, "number_taken" in page) == (409, True, False)
    stale = client.post(f"/finance/slips/{second.pk}/pay/", typed | {"version": 1})
    assert stale.status_code == 409
    assert PaySlip.objects.get(pk=second.pk).state == SlipState.APPROVED


def test_a_form_without_a_version_changes_nothing(noon, ana, sam, as_user):
    slip = asked(an_order(("900.00",)), "500.00", ana)
    assert as_user(sam).post(f"/finance/slips/{slip.pk}/approve/").status_code == 409
    assert PaySlip.objects.get().state == SlipState.SUBMITTED


def test_an_agent_neither_approves_nor_pays(noon, ana, as_user):
    slip = asked(an_order(("900.00",)), "500.00", ana)
    client = as_user(ana)
    assert client.get(f"/finance/slips/{slip.pk}/").status_code == 200
    for step in ("approve", "pay", "explain"):
        assert client.post(f"/finance/slips/{slip.pk}/{step}/", {"version": slip.version}).status_code == 403
    assert client.post(f"/finance/slips/{slip.pk}/burn/").status_code == 404
    assert client.get("/finance/slips/999999/").status_code == 404


def test_rev_15_a_word_about_reviews_is_stopped_and_kept_as_a_finding(noon, ana, sam, as_user):
    from ledger.services.slips import decline_slip
    from staff.words import rulebook

    rulebook.load()
    slip = decline_slip(slip_id=asked(an_order(), "10.00", ana).pk, version=None, reason="x", by=sam)
    typed = {"version": slip.version, "again-reason": "给买家返现改好评", "again-pay_on": ""}
    answer = as_user(ana).post(f"/finance/slips/{slip.pk}/again/", typed)
    assert (answer.status_code, PaySlip.objects.get().state) == (409, SlipState.DECLINED)
    assert Finding.objects.filter(kind=TermKind.REVIEW_MONEY).exists() is True


def test_approving_several_each_by_itself(noon, ana, sam, as_user):
    mine = asked(an_order(("9000.00",)), "5000.00", sam)
    others = [asked(an_order(("900.00",)), "500.00", ana) for _ in range(2)]
    answer = as_user(sam).post(
        "/finance/approve/", {"slip": [mine.pk, *(slip.pk for slip in others), "x"]}, follow=True
    )
    assert sorted(PaySlip.objects.values_list("state", flat=True)) == ["approved", "approved", "submitted"]
    assert [message.level_tag for message in answer.context["messages"]] == ["error", "success"]


def test_the_queue_as_a_workbook(noon, ana, fin, as_user):
    slip = asked(an_order(), "10.00", ana, reason="=cmd|退款")
    answer = as_user(fin).post("/finance/export/", {"show": "to_pay"})
    row = next(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (row[0], row[6], row[7]) == (slip.number, 10, "'=cmd|退款_安娜 K01")
    assert Entry.objects.get(action="staff.exported").data == {"what": "ledger.slips", "rows": 1}
    assert as_user(ana).post("/finance/export/").status_code == 403


def test_a_batch_from_packing_to_the_pasted_list(noon, ana, fin, as_user):
    slip = asked(an_order(), "10.00", ana)
    client = as_user(fin)
    client.post("/finance/batches/make/")
    batch = PayBatch.objects.get()
    page = client.get(f"/finance/batches/{batch.pk}/").content.decode()
    assert (slip.number in page, "6000.00" in page) == (True, True)
    answer = client.post(f"/finance/batches/{batch.pk}/pay/", {"text": f"{slip.number}\tREF0000001\nPS9 REF2222"})
    assert (answer.status_code, [bool(row.refusal) for row in answer.context["results"]]) == (409, [False, True])
    assert answer.context["form"]["text"].value() == "PS9 REF2222"
    assert PaySlip.objects.get().state == SlipState.PAID
    assert client.post(f"/finance/batches/{batch.pk}/pay/", {"text": ""}).status_code == 422
    assert client.post(f"/finance/batches/{batch.pk}/export/").status_code == 200
    assert client.post(f"/finance/batches/{batch.pk}/dissolve/").status_code == 302


def test_differences_lead_to_what_is_to_be_done(noon, ana, fin, as_user):
    refund = factories.RefundFactory(order=an_order(), state="success", amount=D("20.00"), finished_at=NOON)
    client = as_user(fin)
    assert refund.refund_no in client.get("/finance/differences/").content.decode()
    answer = client.post(f"/finance/differences/{refund.pk}/slip/")
    slip = PaySlip.objects.get()
    assert (answer.url, slip.refund, slip.amount) == (f"/finance/slips/{slip.pk}/", refund, D("20.00"))
    assert client.post(f"/finance/differences/{refund.pk}/slip/").url == "/finance/differences/"
    assert client.post("/finance/differences/compare/").status_code == 302
    assert PaySlip.objects.count() == 1


def test_a_claim_from_proof_to_acceptance_by_its_page(noon, ana, supplier_a, as_user):
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, order=an_order()))
    client = as_user(ana)

    def do(step: str, **typed: str) -> int:
        claim.refresh_from_db()
        told = {f"{step}-{name}": value for name, value in typed.items()} | {"version": claim.version}
        return client.post(f"/finance/claims/{claim.pk}/{step}/", told).status_code

    assert do("prove", goods="开箱视频.mp4", reply="") == 409
    assert do("prove", goods="开箱视频.mp4\n外箱.jpg", reply="截图.png") == 302
    assert do("send") == 302
    assert do("accept", answer="", amount="100") == 422
    assert do("accept", answer="同意", amount="100") == 302
    assert do("write_off", reason="x") == 403
    assert Claim.objects.get().state == ClaimState.ACCEPTED
    assert claim.proof == ["goods:开箱视频.mp4", "goods:外箱.jpg", "reply:截图.png"]
    assert client.get(f"/finance/claims/{claim.pk}/").status_code == 200


def test_sup_28_files_of_the_case_are_ticked(noon, ana, supplier_a, as_user, monkeypatch):
    from ledger import proofs

    monkeypatch.setitem(proofs._registry, "test.thing", lambda key: [(f"key{key}", "外箱.jpg"), ("b", "截图.png")])
    claim = claim_of(a_loss({"supplier": "100"}, supplier=supplier_a, topic="test.thing:7"))
    client = as_user(ana)
    assert "外箱.jpg" in client.get(f"/finance/claims/{claim.pk}/").content.decode()
    typed = {"version": claim.version, "prove-goods": ["key7"], "prove-reply": ["b"]}
    assert client.post(f"/finance/claims/{claim.pk}/prove/", typed).status_code == 302
    claim.refresh_from_db()
    assert claim.proof == ["goods:key7", "reply:b"]


def test_aft_14_shares_are_changed_by_their_form(noon, ana, supplier_a, as_user):
    loss = a_loss({"supplier": "100"}, supplier=supplier_a)
    client, url = as_user(ana), f"/finance/losses/{loss.pk}/shares/"
    typed = {"supplier": "50", "company": "40", "supplier_row": supplier_a.pk, "reason": "平台判责"}
    assert client.post(url, typed).status_code == 409
    assert client.post(url, typed | {"company": "50"}).status_code == 302
    assert dict(loss.claims.values_list("liable", "amount")) == {"supplier": D(50), "company": D(50)}
    assert client.post(url, {"supplier": "x"}).status_code == 422


@pytest.mark.parametrize(
    "path", ["claims/", "claims/?state=all&liable=supplier&supplier=1", "statements/", "statements/?month=2026-02",
             "statements/?month=99999", "balance/", "batches/", "differences/"],
)  # fmt: skip
def test_the_pages_open_with_nothing_in_them(noon, fin, as_user, path):
    assert as_user(fin).get(f"/finance/{path}").status_code == 200


def test_strangers_and_suppliers_find_nothing(noon, petra, as_user):
    for path in ("", "claims/", "statements/", "batches/", "balance/", "differences/"):
        assert as_user(petra).get(f"/finance/{path}").status_code == 403
        assert Client().get(f"/finance/{path}").status_code == 302


def test_the_demo_fills_every_page_once(noon, sam, ana, fin):
    from ledger import demo

    for _ in range(34):
        an_order(("300.00", "200.00"))
    for _ in range(5):
        factories.RefundFactory(order=an_order(("90.00",)), state="success", amount=D("30.00"))
    demo.load(NOON, sam)
    demo.load(NOON, sam)
    assert set(PaySlip.objects.values_list("state", flat=True)) == set(SlipState.values) - {SlipState.DRAFT}
    assert set(Claim.objects.values_list("state", flat=True)) == set(ClaimState.values)
    assert PayBatch.objects.exists() is True
