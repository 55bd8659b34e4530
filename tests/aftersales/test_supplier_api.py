"""The suppliers' REST about cases: shapes, keys that are used again, rights, and nothing of anybody else's."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from aftersales.models import Case, Evidence, Inspection, Intercept, Resend, StockQuestion
from aftersales.services.evidence import add_evidence
from ledger.models import Claim
from orders.states import OrderState
from suppliers.services import make_token
from tests.aftersales.goods import SF, ZTO, a_claim, a_line, asked, coming_back, picture, stopping

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DUE = "2026-11-21T12:00:00+08:00"


class Program:
    """A supplier's program with its token."""

    def __init__(self, supplier: Any, **more: Any) -> None:
        self.client = Client(
            headers={"Authorization": f"Bearer {make_token(supplier=supplier, name='erp', by=None, **more)[1]}"}
        )

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: Any = None, key: str = "", form: bool = False) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        if form:
            return self.client.post(f"/api/v1/{path}", body, headers=headers)
        return self.client.post(f"/api/v1/{path}", json.dumps(body or {}), "application/json", headers=headers)


@pytest.fixture
def a(noon, supplier_a):
    return Program(supplier_a)


@pytest.fixture
def b(noon, supplier_b):
    return Program(supplier_b)


def test_ret_03_a_return_as_its_supplier_sees_it(a, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True, quantity=2)
    line = case.lines.get().line
    assert a.get("returns/").json() == {
        "results": [
            {
                "number": case.number,
                "kind": "return",
                "order_no": case.order.order_no,
                "reason": "",
                "due_at": None,
                "late": False,
                "lines": [
                    {
                        "sku": line.sku, "title": line.title, "attributes": "", "quantity": 2, "wanted": "",
                        "good": None, "bad": None,
                    }
                ],
                "stage": "on_the_way",
                "buyer_words": "",
                "parcels": [{"carrier": "SF", "tracking_no": SF, "sent_at": "2026-11-20T12:00:00+08:00"}],
                "photos": [],
            }
        ],
        "next": None,
    }  # fmt: skip
    arrived = a.post(f"returns/{case.number}/arrival/").json()
    assert (arrived["stage"], arrived["due_at"]) == ("arrived", DUE)
    assert a.get("returns/?state=on_the_way").json()["results"] == []


def test_a_receipt_with_photos_is_carried_out_once(a, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True)
    path = f"returns/{case.number}/receipt/"
    first = a.post(path, {"good": "0", "bad": "1", "remark": "有裂", "photos": [picture()]}, key="k1", form=True)
    again = a.post(path, {"good": "0", "bad": "1", "remark": "有裂", "photos": [picture()]}, key="k1", form=True)
    other = a.post(path, {"good": "1", "bad": "0", "remark": "有裂", "photos": [picture()]}, key="k1", form=True)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    body = first.json()
    assert (body["stage"], body["lines"][0]["good"], body["lines"][0]["bad"]) == ("counted", 0, 1)
    assert [photo["sent_by_you"] for photo in body["photos"]] == [True]
    assert a.client.get(body["photos"][0]["url"]).headers["Content-Type"] == "image/jpeg"
    assert (Inspection.objects.count(), Evidence.objects.count()) == (1, 1)


def test_several_lines_are_named_by_their_code_in_json_and_in_a_form(a, ana, supplier_a):
    from aftersales.services.opening import Wanted, open_case
    from aftersales.services.stepping import take_step
    from tests.aftersales.goods import an_address
    from tests.factories import OrderLineFactory

    for form in (False, True):
        first = a_line(supplier_a)
        second = OrderLineFactory(fulfilment=first.fulfilment, quantity=3)
        case = open_case(
            kind="return", channel="hotline", by=ana, order=first.order, lines=[Wanted(first, 1), Wanted(second, 3)]
        )
        data = {"judgement": "", "return_address": an_address(supplier_a), "freight_rule": None}
        take_step(case_id=case.pk, name="approve", data=data, by=ana)
        path, rows = f"returns/{case.number}/receipt/", [
            {"sku": first.sku, "good": 1, "bad": 0}, {"sku": second.sku, "good": 2, "bad": 1},
        ]  # fmt: skip
        assert a.post(path, {"good": 1, "bad": 0}).status_code == 400
        assert a.post(path, {"lines": rows[:1]}).status_code == 400
        done = a.post(path, {"lines": json.dumps(rows) if form else rows}, form=form)
        assert [(each["good"], each["bad"]) for each in done.json()["lines"]] == [(1, 0), (2, 1)]


def test_ret_04_a_mismatch_is_refused_without_words_and_reported_with_them(a, ana, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True)
    path = f"returns/{case.number}/mismatch/"
    refused = a.post(path, {"good": 0, "bad": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "remark_missing")
    assert a.post(path, {"good": 0, "bad": 1, "remark": "少件"}).json()["stage"] == "mismatched"


def test_sup_09_a_stock_question_from_asked_to_answered(a, ana, supplier_a):
    case, question = asked("reship", ana, supplier_a)
    listed = a.get("stock-questions/").json()["results"]
    assert [(row["id"], row["case"], row["quantity"], row["due_at"], row["answer"]) for row in listed] == [
        (str(question.public_id), case.number, 1, DUE, "")
    ]
    path = f"stock-questions/{question.public_id}/answer/"
    assert a.post(path, {}).status_code == 400
    answered = a.post(path, {"in_stock": False, "again_on": "2026-12-01"}).json()
    assert (answered["answer"], answered["again_on"]) == ("no", "2026-12-01")
    assert a.post(path, {"in_stock": True}).json()["code"] == "answered"
    assert a.get("stock-questions/").json()["results"] == []
    assert len(a.get("stock-questions/?state=answered").json()["results"]) == 1


def test_sup_25_a_stop_request_from_asked_to_answered(a, ana, supplier_a):
    case, stop = stopping("cancel", ana, supplier_a)
    row = a.get("stop-requests/").json()["results"][0]
    line = case.lines.get().line
    assert (row["how"], row["due_at"], row["goods"]) == ("cancel", DUE, [f"{line.sku} × 1"])
    answered = a.post(f"stop-requests/{stop.public_id}/answer/", {"answer": "stopped"}).json()
    assert (answered["answer"], answered["due_at"]) == ("stopped", None)
    assert Case.objects.get(pk=case.pk).state == "stopped"


def test_sup_06_what_is_to_be_sent_again(a, ana, supplier_a):
    case, question = asked("reship", ana, supplier_a)
    a.post(f"stock-questions/{question.public_id}/answer/", {"in_stock": True})
    assert [(row["number"], row["kind"], row["due_at"]) for row in a.get("resends/").json()["results"]] == [
        (case.number, "reship", DUE)
    ]
    refused = a.post(f"resends/{case.number}/", {"carrier": "顺丰", "tracking_no": "1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "bad_number")
    assert a.post(f"resends/{case.number}/", {"carrier": "中通快递", "tracking_no": ZTO}).status_code == 200
    assert Resend.objects.get().tracking_no == ZTO
    assert a.get("resends/").json()["results"] == []


def test_sup_11_shortages_with_a_verdict_a_row(a, supplier_a, supplier_b):
    mine, theirs = a_line(supplier_a, state=OrderState.PAID), a_line(supplier_b, state=OrderState.PAID)
    rows = [{"order_no": mine.order.order_no, "again_on": "2026-12-01"}, {"order_no": theirs.order.order_no}]
    answer = a.post("shortages/", {"shortages": rows}).json()
    assert [row["verdict"] for row in answer["results"]] == ["reported", "unknown_order"]
    assert answer["counts"] == {"reported": 1, "unknown_order": 1}
    single = a.post("shortages/", {"order_no": "nothing"}).json()
    assert single["results"][0] == {
        "row": 1, "order_no": "nothing", "verdict": "unknown_order", "number": "",
        "message": answer["results"][1]["message"],
    }  # fmt: skip
    listed = a.get("shortages/").json()["results"]
    assert [(row["number"], row["state"]) for row in listed] == [(answer["results"][0]["number"], "reported")]


@pytest.mark.parametrize("body", [[], {}, {"shortages": []}, {"shortages": [{}]}, {"shortages": "x"}, {"order_no": ""}])
def test_a_shortage_of_the_wrong_shape_is_refused(a, body):
    assert a.client.post("/api/v1/shortages/", json.dumps(body), "application/json").status_code == 400


def test_sup_27_claims_are_accepted_or_disputed_with_a_reason(a, ana, supplier_a):
    first = a_claim(supplier_a, coming_back(ana, supplier_a))
    second = a_claim(supplier_a, coming_back(ana, supplier_a), number="CL2")
    assert {row["number"] for row in a.get("claims/?state=open").json()["results"]} == {"CL1", "CL2"}
    accepted = a.post("claims/CL1/accept/").json()
    assert (accepted["state"], accepted["amount"], accepted["month"]) == ("accepted", "50.00", "2026-11-01")
    case = Case.objects.get(pk=first.loss.topic.partition(":")[2])
    goods = {"sku": case.lines.get().line.sku, "title": case.lines.get().line.title, "quantity": 1}
    assert (accepted["case"], accepted["goods"]) == (case.number, [goods])
    assert a.post("claims/CL2/dispute/", {}).status_code == 400
    disputed = a.post("claims/CL2/dispute/", {"reason": "运输损坏"}).json()
    assert (disputed["state"], disputed["answer"]) == ("disputed", "运输损坏")
    assert a.post("claims/CL1/dispute/", {"reason": "x"}).status_code == 409
    assert a.get("claims/?state=open").json()["results"] == []
    assert {Claim.objects.get(pk=each.pk).state for each in (first, second)} == {"accepted", "disputed"}


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("cases:write", "get", "returns/"),
        ("cases:read", "post", "shortages/"),
        ("cases:write", "get", "claims/"),
        ("claims:read", "post", "claims/CL1/accept/"),
        ("orders:read", "get", "stock-questions/"),
    ],
)
def test_each_endpoint_asks_for_its_own_right(noon, supplier_a, scope, method, path):
    answer = getattr(Program(supplier_a, scopes=[scope]), method)(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


@pytest.fixture
def things(ana, supplier_a) -> dict[str, Any]:
    """One of everything, supplier A's."""
    goods = coming_back(ana, supplier_a, to_supplier=True)
    photo = add_evidence(case=goods, file=picture(), kind="", by=ana, source="buyer", share=True)
    hidden = add_evidence(case=goods, file=picture(colour="blue"), kind="", by=ana, source="buyer")
    _case, question = asked("exchange", ana, supplier_a)
    _case, stop = stopping("cancel", ana, supplier_a)
    again, second = asked("reship", ana, supplier_a)
    Program(supplier_a).post(f"stock-questions/{second.public_id}/answer/", {"in_stock": True})
    return {
        "goods": goods, "photo": photo, "hidden": hidden, "question": question, "stop": stop, "again": again,
        "claim": a_claim(supplier_a, goods),
    }  # fmt: skip


def doors(things: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Every action on one thing: its path in the API, in the portal, and a body that would be right."""
    count = {"good": 1, "bad": 0, "good_1": 1, "bad_1": 0, "remark": "x", "do": "receipt"}
    goods, again, claim = things["goods"].number, things["again"].number, things["claim"].number
    question, stop = things["question"].public_id, things["stop"].public_id
    return [
        (f"returns/{goods}/arrival/", f"returns/{goods}/arrival/", {}),
        (f"returns/{goods}/receipt/", f"returns/{goods}/count/", count),
        (f"returns/{goods}/mismatch/", f"returns/{goods}/count/", count | {"do": "mismatch"}),
        (f"stock-questions/{question}/answer/", f"requests/stock/{question}/", {"in_stock": True, "answer": "yes"}),
        (f"stop-requests/{stop}/answer/", f"requests/stop/{stop}/", {"answer": "stopped"}),
        (f"resends/{again}/", f"requests/resend/{again}/", {"carrier": "ZTO", "tracking_no": ZTO}),
        (f"claims/{claim}/accept/", f"claims/{claim}/", {"do": "accept"}),
        (f"claims/{claim}/dispute/", f"claims/{claim}/", {"do": "dispute", "reason": "x"}),
    ]


def world_now() -> list[Any]:
    """All that a supplier could change."""
    return [
        list(Case.objects.order_by("pk").values_list("pk", "state", "ball", "version")),
        list(Claim.objects.values_list("pk", "state")),
        list(StockQuestion.objects.order_by("pk").values_list("pk", "answer")),
        list(Intercept.objects.values_list("pk", "answer")),
        Inspection.objects.count(), Resend.objects.count(), Evidence.objects.count(),
    ]  # fmt: skip


LISTS = ("returns/", "stock-questions/", "stop-requests/", "resends/", "shortages/", "claims/")


def test_supplier_b_gets_nothing_of_supplier_a(b, things, as_user, paul):
    """No list, no action, no picture, no count; the refusal reads like that of a thing that does not exist."""
    before, browser = world_now(), as_user(paul)
    for path in LISTS:
        assert b.get(path).json() == {"results": [], "next": None}
    nothing = {"returns/XX1/arrival/": b.post("returns/XX1/arrival/").json()}
    for api, portal, body in doors(things):
        refused = b.post(api, body)
        assert (refused.status_code, refused.json()) == (404, nothing["returns/XX1/arrival/"]), api
        assert browser.post(f"/portal/{portal}", body).status_code == 404, portal
    for photo in (things["photo"], things["hidden"]):
        assert b.get(f"photos/{photo.key}/").status_code == 404
        assert browser.get(f"/portal/photos/{photo.key}/").status_code == 404
    texts = {str(thing.number) for thing in things.values() if hasattr(thing, "number")}
    for page in ("returns/", "requests/", "shortages/", "claims/", "claims/?show=all", ""):
        shown = browser.get(f"/portal/{page}").content.decode()
        assert [text for text in texts if text in shown] == [], page
    assert world_now() == before


def test_supplier_a_gets_each_of_these(a, things):
    """The control of the test above: the same requests, by the one whose things they are."""
    del things["claim"]
    things["claim"] = Claim.objects.get()
    found = [a.post(api, body).status_code for api, _portal, body in doors(things)]
    assert found == [200, 200, 409, 200, 200, 200, 200, 409]
    assert a.get(f"photos/{things['photo'].key}/").status_code == 200


def test_a_supplier_sees_only_pictures_that_are_shared_with_it(a, things, as_user, petra):
    browser = as_user(petra)
    assert [row["url"].rsplit("/", 2)[1] for row in a.get("returns/").json()["results"][0]["photos"]] == [
        things["photo"].key
    ]
    assert a.get(f"photos/{things['hidden'].key}/").status_code == 404
    assert browser.get(f"/portal/photos/{things['photo'].key}/?small=1").status_code == 200
    assert browser.get(f"/portal/photos/{things['hidden'].key}/").status_code == 404


def test_lists_are_paged_by_cursor(a, ana, supplier_a):
    numbers = [coming_back(ana, supplier_a, to_supplier=True).number for _ in range(3)]
    first = a.get("returns/?limit=2&state=on_the_way").json()
    second = a.client.get(first["next"]).json()
    assert [row["number"] for row in first["results"] + second["results"]] == numbers
    assert second["next"] is None
    assert a.get("returns/?cursor=nonsense").status_code == 400
    assert a.get("returns/?state=nonsense").status_code == 400


def test_buyers_are_not_in_any_answer(a, things):
    order = things["goods"].order
    for path in LISTS:
        text = a.get(path).content.decode()
        assert order.receiver_phone not in text
        assert order.receiver_name not in text


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_three_rows_as_for_one(noon, a, ana, supplier_a, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    seen = []
    for number in range(3):
        goods = coming_back(ana, supplier_a, to_supplier=True)
        a_claim(supplier_a, goods, f"CL{number}")
        asked("exchange", ana, supplier_a)
        stopping("cancel", ana, supplier_a)
        _case, second = asked("reship", ana, supplier_a)
        a.post(f"stock-questions/{second.public_id}/answer/", {"in_stock": True})
        a.post("shortages/", {"order_no": a_line(supplier_a, state=OrderState.PAID).order.order_no})
        with CaptureQueriesContext(connection) as caught:
            found = a.get(path).json()["results"]
        assert len(found) == number + 1
        seen.append(len(caught))
    assert len(set(seen)) == 1
    assert seen[0] <= 12


def test_days_are_days_of_shanghai(a, ana, supplier_a):
    _case, question = asked("exchange", ana, supplier_a)
    path = f"stock-questions/{question.public_id}/answer/"
    yesterday = (dt.date(2026, 11, 20) - dt.timedelta(days=1)).isoformat()
    assert a.post(path, {"in_stock": False, "again_on": yesterday}).json()["code"] == "past_day"
    assert a.post(path, {"in_stock": False, "again_on": "2026-11-20"}).status_code == 200
