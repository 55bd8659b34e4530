"""The worklist: what a filter shows, that it costs the same whatever it shows, and what leaves the house."""

from __future__ import annotations

import datetime as dt

import pytest

from aftersales import selectors
from aftersales.due import refresh_due
from aftersales.filters import CaseFilter
from aftersales.models import Case, Contact
from aftersales.models.cases import NOTHING_DUE
from aftersales.services.hands import take_case
from audit.models import Entry
from common.paging import keyset
from sla.models import Clock
from tests import factories
from tests.aftersales.goods import SF, a_case, a_line, coming_back

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def client(noon, ana, as_user):
    client = as_user(ana)
    client.get("/cases/")  # the session is written once a minute
    return client


@pytest.fixture
def line(noon, supplier_a):
    return a_line(supplier_a, 3, receiver_phone="13800001239", buyer_nick="luofang88")


def numbers(answer) -> set[str]:
    return {row["number"] for row in answer.context["page"].rows}


def test_sec_07_the_list_names_no_buyer(client, ana, line):
    a_case("return", ana, line)
    html = client.get("/cases/").content.decode()
    assert [secret for secret in ("luofang88", "13800001239", "杨淑珍", "文三路") if secret in html] == []


def test_closed_cases_stay_out_until_asked_for(client, ana, line):
    kept, over = a_case("return", ana, line), a_case("complaint", ana, line)
    Case.objects.filter(pk=over.pk).update(active=False, closed_at=factories.NOON)
    assert numbers(client.get("/cases/")) == {kept.number}
    assert numbers(client.get("/cases/?show=closed")) == {over.number}
    assert numbers(client.get("/cases/?show=all")) == {kept.number, over.number}


def test_each_filter_shows_its_own(client, ana, sam, supplier_a, supplier_b, line):
    mine = a_case("return", ana, line, owner=ana)
    other = a_case("reship", sam, a_line(supplier_b), owner=None)
    Case.objects.filter(pk=other.pk).update(ball="supplier")
    found = {
        query: numbers(client.get(f"/cases/?{query}"))
        for query in (
            *("kind=return", "kind=return&state=requested", "kind=return&state=closed", "ball=supplier"),
            *(f"shop={line.order.shop_id}", f"supplier={supplier_b.pk}", "show=mine", "show=nobody"),
        )
    }
    assert found == {
        "kind=return": {mine.number},
        "kind=return&state=requested": {mine.number},
        "kind=return&state=closed": set(),
        "ball=supplier": {other.number},
        f"shop={line.order.shop_id}": {mine.number},
        f"supplier={supplier_b.pk}": {other.number},
        "show=mine": {mine.number},
        "show=nobody": {other.number},
    }


@pytest.mark.parametrize("query", ["kind=x", "state=requested", "ball=x", "shop=x", "show=x", "after=x", "before=%00"])
def test_a_filter_that_makes_no_sense_asks_for_nothing(client, ana, line, query):
    case = a_case("return", ana, line)
    assert numbers(client.get(f"/cases/?{query}")) == {case.number}


def test_overdue_is_what_has_a_clock_that_ran_out(client, ana, line, supplier_b):
    late = a_case("return", ana, line, owner=ana)
    a_case("return", ana, a_line(supplier_b), owner=None)
    Clock.objects.filter(subject_id=late.pk, subject_type="aftersales.case").update(due_at=factories.NOON - HOUR)
    refresh_due([late.pk])
    answer = client.get("/cases/?show=overdue")
    assert numbers(answer) == {late.number}
    counted = {count.key: count.many for count in answer.context["counts"]}
    assert counted == {"mine": 1, "nobody": 1, "overdue": 1, "call_back": 0}


def test_the_most_urgent_case_stands_at_the_top(client, ana, supplier_a):
    """Then those that wait for nothing, in the order in which they came; «newest» turns that round."""
    cases = [a_case("complaint", ana, a_line(supplier_a)) for _number in range(4)]
    for hours, case in zip((9, 2, 5), cases, strict=False):
        Case.objects.filter(pk=case.pk).update(due_at=factories.NOON + hours * HOUR)
    Case.objects.filter(pk=cases[3].pk).update(due_at=NOTHING_DUE)

    def order(query):
        return [
            cases.index(Case.objects.get(pk=row["id"])) for row in client.get(f"/cases/?{query}").context["page"].rows
        ]

    newest = [3, 2, 1, 0]
    found = {query: order(query) for query in ("", "order=due", "show=mine", "order=newest", "show=all", "order=x")}
    assert found == {
        "": [1, 2, 0, 3],
        "order=due": [1, 2, 0, 3],
        "show=mine": [1, 2, 0, 3],
        "order=newest": newest,
        "show=all": newest,  # closed cases are not due: there is no urgency among them
        "order=x": [1, 2, 0, 3],
    }


def test_pages_by_urgency_meet_without_gap_or_double(noon, ana, supplier_a):
    cases = [a_case("complaint", ana, a_line(supplier_a)) for _number in range(5)]
    Case.objects.filter(pk__in=[case.pk for case in cases[:3]]).update(due_at=factories.NOON + HOUR)
    found, after = [], None
    while after is None or after:
        rows = selectors.case_rows(CaseFilter(), None, ana, factories.NOON)
        page = keyset(rows, order=CaseFilter().columns, cursor=after, size=2)
        found += [row["id"] for row in page.rows]
        after = page.next_cursor
    dues = sorted(Case.objects.values_list("due_at", "opened_at", "pk"))
    assert found == [pk for _due, _opened, pk in dues]


def test_phr_08_calls_that_were_promised_are_found(client, ana, line, supplier_b):
    case, other = a_case("return", ana, line), a_case("return", ana, a_line(supplier_b))
    for each, made_at in ((case, None), (other, factories.NOON)):
        Contact.objects.create(
            case=each, party="buyer", way="phone", result="-", at=factories.NOON, by=ana,
            call_back_at=factories.NOON + HOUR, called_back_at=made_at,
        )  # fmt: skip
    assert numbers(client.get("/cases/?show=call_back")) == {case.number}


def test_aft_06_any_number_leads_to_the_case(client, ana, line, supplier_a, supplier_b):
    case = a_case("return", ana, line)
    back = coming_back(ana, supplier_b, number=SF)
    assert client.get(f"/cases/?q={case.number}").url == f"/cases/{case.pk}/"
    assert client.get(f"/cases/?q={SF}").url == f"/cases/{back.pk}/"
    for word in (line.order.order_no, "13800001239", "1380000", "luofang88"):
        assert numbers(client.get(f"/cases/?q={word}")) >= {case.number}, word
    assert numbers(client.get("/cases/?q=nothing")) == set()


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("query", ["", "kind=return&state=requested", "show=overdue", "show=mine", "q=1380000"])
def test_the_list_takes_eight_queries_at_most(client, ana, supplier_a, many, query, django_assert_max_num_queries):
    for _ in range(many):
        a_case("return", ana, a_line(supplier_a, receiver_phone="13800001239"), owner=ana)
    with django_assert_max_num_queries(8):
        assert client.get(f"/cases/?{query}").status_code == 200


def test_sec_02_the_file_holds_what_the_filter_shows(noon, sam, as_user, line, supplier_b):
    case = a_case("return", sam, line)
    a_case("reship", sam, a_line(supplier_b))
    answer = as_user(sam).post("/cases/export/", {"kind": "return"})
    assert answer.status_code == 200
    assert Entry.objects.get(action="staff.exported").data == {"what": "aftersales.cases", "rows": 1}
    assert case.number not in answer.content.decode("latin-1")  # zipped


def test_sec_02_an_agent_takes_nothing_out(client, ana, line):
    assert (client.post("/cases/export/").status_code, Entry.objects.filter(action="staff.exported").count()) == (
        403,
        0,
    )


# ── Many at once ─────────────────────────────────────────────────────────────
def test_many_are_looked_at_before_they_are_taken_over(client, ana, line, supplier_b):
    one, two = a_case("return", ana, line, owner=None), a_case("reship", ana, a_line(supplier_b), owner=None)
    take_case(case_id=two.pk, version=None, by=ana)
    look = client.post("/cases/bulk/", {"deed": "take", "case": [one.pk, two.pk, "x"]})
    assert {row.case.pk: bool(row.refusal) for row in look.context["rows"]} == {one.pk: False, two.pk: True}
    one.refresh_from_db()
    assert one.owner_id is None  # a look changes nothing
    sent = {"deed": "take", "case": [one.pk, two.pk], "sure": "1", f"version-{one.pk}": 1, f"version-{two.pk}": 9}
    done = client.post("/cases/bulk/", sent)
    assert {row.case.pk: bool(row.refusal) for row in done.context["rows"]} == {one.pk: False, two.pk: True}
    one.refresh_from_db()
    assert one.owner_id == ana.pk


def test_one_that_changed_meanwhile_says_so_and_stops_no_other(client, ana, sam, supplier_a, supplier_b):
    cases = [a_case("complaint", ana, a_line(supplier)) for supplier in (supplier_a, supplier_b)]
    take_case(case_id=cases[0].pk, version=None, by=sam)
    sent = {"deed": "step:transfer", "sure": "1", "case": [case.pk for case in cases]}
    sent |= {f"version-{case.pk}": 1 for case in cases}
    done = client.post("/cases/bulk/", sent)
    assert {row.case.pk: bool(row.refusal) for row in done.context["rows"]} == {cases[0].pk: True, cases[1].pk: False}
    assert [Case.objects.get(pk=case.pk).state for case in cases] == ["recorded", "transferred"]


def test_a_step_that_asks_something_is_not_offered_for_many(client, ana, line):
    case = a_case("return", ana, line)
    keys = {key for key, _label in client.get("/cases/").context["bulk"]}
    assert ("step:transfer" in keys, "step:approve" in keys) == (True, False)
    assert client.post("/cases/bulk/", {"deed": "step:approve", "case": [case.pk], "sure": "1"}).status_code == 404


def test_stf_42_handing_on_many_needs_a_reason(client, ana, sam, line):
    case = a_case("return", ana, line, owner=None)
    sent = {"deed": "hand_on", "case": [case.pk], "sure": "1", f"version-{case.pk}": 1, "bulk-to": sam.pk}
    assert client.post("/cases/bulk/", sent).status_code == 422
    assert Case.objects.get(pk=case.pk).owner_id is None
    assert client.post("/cases/bulk/", sent | {"bulk-reason": "下班"}).status_code == 200
    assert Case.objects.get(pk=case.pk).owner_id == sam.pk


def test_a_remark_for_many_shows_what_it_would_replace(client, ana, line):
    """ORD-14: nobody's remark is written over unseen."""
    case = a_case("return", ana, line)
    type(line.order).objects.filter(pk=line.order_id).update(remark="先联系_山姆")
    look = client.post("/cases/bulk/", {"deed": "remark", "case": [case.pk]})
    assert "先联系_山姆" in look.content.decode()
    sent = {"deed": "remark", "case": [case.pk], "sure": "1", "bulk-flag": 1, "bulk-text": "退货中"}
    assert [row.refusal for row in client.post("/cases/bulk/", sent).context["rows"]] == [""]
    line.order.refresh_from_db()
    assert line.order.remark == "退货中_安娜 K01"


def test_a_filter_is_kept_as_a_view(client, ana):
    client.post("/desk/views/", {"page": "cases", "name": "退货", "query": "kind=return"})
    assert [view["query"] for view in client.get("/cases/").context["views"]] == ["kind=return"]


def test_nothing_chosen_is_said(client):
    assert client.post("/cases/bulk/", {"deed": "take", "next": "/cases/?show=mine"}).url == "/cases/?show=mine"
