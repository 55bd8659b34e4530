"""The platform's refund list becomes cases: every word of it, again nothing, later on and never back, in few statements."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.importing import take_in
from aftersales.models import Case, CaseLine, CaseLink, Intercept, Reason, ReturnParcel
from aftersales.services.opening import Wanted, open_case
from aftersales.services.stepping import step_called, take_step
from aftersales.states import Kind, topic
from aftersales.workflows import BY_KIND
from audit.models import Entry
from notifications.models import BellItem
from orders.models import OrderLine, Refund
from sla.models import Clock
from sla.states import OPEN
from tests import factories
from tests.aftersales.answers import answers_to
from tests.factories_cases import CaseFactory, ReturnAddressFactory, line_of
from tests.orders.imports import files

pytestmark = pytest.mark.django_db
STATES = {
    "买家已经申请退款，等待卖家同意": "requested",
    "卖家拒绝退款": "refused",
    "卖家已经同意退款，等待买家退货": "agreed",
    "买家已经退货，等待卖家确认收货": "sent back",
    "退款成功": "paid",
    "退款关闭": "closed",
}
# What the list says of the request → the machine, and where in it each status means.
MEANS = {
    ("仅退款", "否", "买家未收到货"): (
        "unshipped_refund",
        "requested retaining stopping stopping refunded withdrawn",
    ),
    ("仅退款", "否", "买家已收到货"): ("return", "requested rejected approved coming_back refunded closed"),
    ("退货退款", "是", "买家已收到货"): ("return", "requested rejected approved coming_back refunded closed"),
    ("退货退款", "是", "买家未收到货"): ("return", "requested rejected approved coming_back refunded closed"),
    ("换货", "是", "买家已收到货"): ("exchange", "requested rejected approved coming_back delivered closed"),
    ("补寄", "否", "买家已收到货"): ("reship", "reported reported reported reported resent closed"),
    ("维修", "否", "买家已收到货"): ("repair", "requested requested requested requested repaired closed"),
}
INTERVENTIONS = ("无需介入", "客服介入处理中", "")


@pytest.fixture
def supplier(noon):
    made = factories.SupplierFactory(code="LISTED")
    factories.ProductFactory(code="A-1", supplier=made)
    return made


def number(kind: int, row: int) -> str:
    return f"61134484743336{kind:02d}{row:03d}"


def a_list(rows):
    """Orders, lines and refunds, one of each a row: (changes of the refund)."""
    names = [number(50, place) for place in range(len(rows))]
    return (
        files.orders(*({"订单编号": name, "订单状态": "卖家已发货，等待买家确认"} for name in names)),
        files.lines(*({"订单编号": name} for name in names)),
        files.refunds(
            *({"订单编号": name, "退款编号": f"9{name}"} | row for name, row in zip(names, rows, strict=True))
        ),
    )


def every_word():
    return [
        {"业务类型": kind, "是否需要退货": back, "货物状态": goods, "退款状态": state, "客服介入状态": stepped_in}
        for (kind, back, goods), state, stepped_in in product(MEANS, STATES, INTERVENTIONS)
    ]


def test_every_word_of_the_list_has_its_machine_and_state(supplier):
    """RET-16, CMP-02: 126 rows, each a case where its status means, with the platform's deadline; disputes beside them."""
    rows = every_word()
    files.take(*a_list(rows))
    for place, row in enumerate(rows):
        case = Case.objects.get(refund__refund_no=f"9{number(50, place)}")
        kind, states = MEANS[row["业务类型"], row["是否需要退货"], row["货物状态"]]
        meant = states.split()[list(STATES).index(row["退款状态"])]
        assert (case.kind, case.state) == (kind, meant), row
        assert case.active is not BY_KIND[kind].PLACES[meant].final
        assert case.platform_due_at == factories.at("2026-11-22 11:00:00")
        assert case.supplier == supplier
        assert case.number == f"AS261120{case.pk:06d}"
        assert case.lines.get().active is case.active
        disputes = list(Case.objects.filter(links_from__origin=case))
        assert [dispute.state for dispute in disputes] == (
            ["opened"] if row["客服介入状态"] == "客服介入处理中" else []
        )
    assert Case.objects.exclude(kind=Kind.DISPUTE).count() == len(rows)


def test_clocks_of_new_cases_are_those_of_their_place(supplier):
    rows = every_word()
    files.take(*a_list(rows))
    for case in Case.objects.all():
        running = set(
            Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk).values_list("policy", flat=True)
        )
        expected = set(BY_KIND[case.kind].PLACES[case.state].clocks) - {"aftersales.platform"}
        assert running == expected, (case.kind, case.state)
        if case.refund and case.refund.state not in ("success", "closed"):
            theirs = Clock.objects.get(policy="orders.platform_refund", subject_id=case.refund_id)
            assert (theirs.topic, theirs.title) == (topic(case.pk), case.number)  # it leads to the case
            assert theirs.due_at == case.platform_due_at


def test_the_same_list_again_changes_nothing(supplier):
    rows = every_word()
    files.take(*a_list(rows))
    tables = (Case, CaseLine, CaseLink, Clock, Entry, BellItem, Intercept)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    files.take(*a_list(rows))
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


def test_a_later_list_moves_a_case_on_by_legal_steps(supplier):
    """RET-36: requested → approved → coming back → refunded, each step in the trail, the clocks with it."""
    asked = {"业务类型": "退货退款", "是否需要退货": "是", "货物状态": "买家已收到货"}
    files.take(*a_list([asked]))
    case = Case.objects.get()
    assert case.state == "requested"
    sent = asked | {"退款状态": "买家已经退货，等待卖家确认收货", "超时时间": "2026-11-30 11:00:00"}
    files.take(*a_list([sent | {"退货物流单号": "SF1234567890123", "退货物流公司": "顺丰速运"}]))
    case = Case.objects.get()
    assert (case.state, case.goods, case.ball, case.version) == ("coming_back", "coming_back", "carrier", 4)
    assert case.platform_due_at == factories.at("2026-11-30 11:00:00")
    assert ReturnParcel.objects.get(case=case).tracking_no == "SF1234567890123"
    moved = Entry.objects.filter(topic=topic(case.pk), action="aftersales.moved_by_platform").order_by("pk")
    assert [(entry.data["before"], entry.data["state"], entry.data["step"]) for entry in moved] == [
        ("requested", "approved", "approve"),
        ("approved", "coming_back", "send_back"),
    ]
    running = Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk, state__in=OPEN)
    assert list(running.values_list("policy", flat=True)) == ["aftersales.awaiting_goods"]
    files.take(*a_list([asked | {"退款状态": "退款成功"}]))
    case = Case.objects.get()
    assert (case.state, case.amount, case.active) == ("refunded", Decimal("59.90"), True)
    assert case.lines.get().amount == Decimal("59.90")
    assert not Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk, state__in=OPEN).exists()


def test_an_older_list_never_moves_a_case_back(supplier):
    asked = {"业务类型": "退货退款", "是否需要退货": "是", "货物状态": "买家已收到货"}
    files.take(*a_list([asked | {"退款状态": "买家已经退货，等待卖家确认收货"}]))
    before = list(Case.objects.values())
    for state in ("买家已经申请退款，等待卖家同意", "卖家拒绝退款", "卖家已经同意退款，等待买家退货"):
        files.take(*a_list([asked | {"退款状态": state}]))
        assert list(Case.objects.values()) == before


@pytest.mark.parametrize("kind", [Kind.UNSHIPPED_REFUND, Kind.RETURN, Kind.EXCHANGE])
def test_what_we_know_better_stays(kind, supplier):
    """Wherever we are, a refund that waits for our consent takes nothing back."""
    for state, place in BY_KIND[kind].PLACES.items():
        if place.final or state == "rejected":
            continue
        line = line_of()
        refund = factories.RefundFactory(order=line.order, line=line)
        case = CaseFactory(kind=kind, state=state, line=line, refund=refund)
        take_in([refund.pk], now=factories.NOON)
        assert Case.objects.get(pk=case.pk).state == state


def test_a_refund_that_was_refused_is_asked_for_again(supplier):
    """RET-36: the platform gives a new deadline when the buyer changed the request."""
    asked = {"业务类型": "退货退款", "是否需要退货": "是", "货物状态": "买家已收到货"}
    files.take(*a_list([asked | {"退款状态": "卖家拒绝退款"}]))
    assert Case.objects.get().state == "rejected"
    files.take(*a_list([asked | {"超时时间": "2026-11-25 11:00:00"}]))
    assert Case.objects.get().state == "reviewing"


def test_an_agents_case_takes_the_refund_that_the_list_tells_later(supplier, ana):
    files.take(*a_list([{}])[:2])
    line = OrderLine.objects.get()
    case = open_case(kind=Kind.UNSHIPPED_REFUND, channel="online", by=ana, order=line.order, lines=[Wanted(line, 1)])
    files.take(*a_list([{}]))
    assert Case.objects.get() == case
    taken = Case.objects.get()
    assert (taken.refund, taken.platform_due_at) == (Refund.objects.get(), factories.at("2026-11-22 11:00:00"))
    assert (taken.owner, taken.state) == (ana, "requested")


def test_an_agents_dispute_is_the_one_that_the_list_tells_of(supplier, ana):
    files.take(*a_list([{}])[:2])
    line = OrderLine.objects.get()
    dispute = open_case(kind=Kind.DISPUTE, channel="platform", by=ana, order=line.order, lines=[Wanted(line, 1)])
    files.take(*a_list([{"客服介入状态": "客服介入处理中", "举证超时": "2026-11-21 11:00:00"}]))
    taken = Case.objects.get(kind=Kind.DISPUTE)
    assert (taken.pk, taken.state) == (dispute.pk, "evidence_wanted")
    assert CaseLink.objects.get(case=taken).origin.refund == Refund.objects.get()


def test_two_refunds_of_one_line_are_two_cases(supplier):
    rows = files.refunds({"退款编号": "249885445436047123"}, {"退款编号": "249885445436047124"})
    files.take(files.orders(), files.lines(), rows)
    assert Case.objects.count() == 2
    assert sorted(CaseLine.objects.values_list("active", flat=True)) == [False, True]
    free = Case.objects.get(lines__active=False)
    moved = take_step(case_id=free.pk, name="withdraw", data={}, by=None)
    assert moved.state == "withdrawn"


def test_an_intervention_ends_with_its_ruling(supplier):
    asked = {"业务类型": "仅退款", "货物状态": "买家已收到货", "客服介入状态": "客服介入处理中"}
    files.take(*a_list([asked, asked]))
    disputes = Case.objects.filter(kind=Kind.DISPUTE).order_by("pk")
    assert [case.state for case in disputes] == ["opened", "opened"]
    files.take(*a_list([asked | {"举证超时": "2026-11-21 11:00:00"}] * 2))
    assert {(case.state, case.evidence_due_at) for case in disputes.all()} == {
        ("evidence_wanted", factories.at("2026-11-21 11:00:00"))
    }
    clocks = Clock.objects.filter(policy="aftersales.dispute_evidence", state__in=OPEN)
    assert {clock.due_at for clock in clocks} == {factories.at("2026-11-21 11:00:00")}
    over = {"客服介入状态": "客服介入完成", "举证超时": "2026-11-21 11:00:00"}
    files.take(*a_list([asked | over | {"退款状态": "退款成功"}, asked | over | {"退款状态": "退款关闭"}]))
    assert [case.state for case in disputes.all()] == ["lost", "won"]


def test_a_refund_that_the_platform_closed_under_our_hands_is_told(supplier):
    """What no legal step follows is not forced: the trail says that both differ."""
    line = line_of()
    refund = factories.RefundFactory(order=line.order, line=line, state="closed", needs_return=True)
    case = CaseFactory(kind=Kind.RETURN, state="received", line=line, refund=refund)
    take_in([refund.pk], now=factories.NOON)
    assert Case.objects.get(pk=case.pk).state == "received"
    entry = Entry.objects.get(topic=topic(case.pk))
    assert (entry.action, entry.data) == (
        "aftersales.platform_differs",
        {"kind": "return", "state": "received", "platform": "closed"},
    )


def test_stopping_has_its_request(supplier):
    """SUP-25: the platform agreed to pay back; whoever has the goods is asked once."""
    files.take(*a_list([{"退款状态": "卖家已经同意退款，等待买家退货"}]))
    request = Intercept.objects.get()
    assert (request.case.state, request.how, request.supplier) == ("stopping", "intercept", supplier)


def test_reasons_are_known_by_the_platforms_words(supplier):
    words = {
        "质量问题": "quality",
        "卖家发错货": "wrong_item",
        "少件/漏发": "missing",
        "包装/商品破损": "damaged",
        "7天无理由退换货": "no_reason",
        "拍错/多拍/不想要": "no_reason",
        "未按约定时间发货": "late",
        "缺货": "shortage",
        "一个没人见过的原因": "other",
    }
    files.take(*a_list([{"买家退款原因": word} for word in words]))
    found = Case.objects.order_by("refund__refund_no").values_list("summary", "reason__cause")
    assert dict(found) == words
    assert Reason.objects.get(code="quality").needs.count() > 0


def refunds_of(many: int) -> list[int]:
    """Refunds of many orders that nothing is known of, some of them with the platform in them."""
    line = line_of()
    ids = []
    for place in range(many):
        order = factories.OrderFactory(shop=line.order.shop, state="shipped")
        own = factories.OrderLineFactory(
            fulfilment=factories.FulfilmentFactory(order=order, supplier=line.fulfilment.supplier)
        )
        refund = factories.RefundFactory(
            order=order,
            line=own,
            kind=("退货退款", "换货", "仅退款")[place % 3],
            needs_return=place % 3 != 2,
            intervention="客服介入处理中" if place % 5 == 0 else "",
            state=("wait_seller_agree", "wait_seller_confirm", "success", "closed")[place % 4],
            return_tracking_no=f"SF10000000{place:05d}",
        )
        ids.append(refund.pk)
    return ids


def test_no_statement_a_row(noon):
    """Ten refunds and a hundred: the same statements, new ones and moved ones."""

    def statements(many: int) -> tuple[int, int]:
        ids = refunds_of(many)
        with CaptureQueriesContext(connection) as fresh:
            take_in(ids, now=factories.NOON)
        later = factories.NOON + dt.timedelta(hours=1)
        Refund.objects.filter(pk__in=ids, state="wait_seller_agree").update(state="wait_seller_confirm")
        with CaptureQueriesContext(connection) as moved:
            take_in(ids, now=later)
        assert Case.objects.filter(refund__in=ids).count() == many
        return len(fresh), len(moved)

    statements(20)  # the rulebook and the numbers of the promises are read with the first
    assert statements(20) == statements(100)


def test_a_case_of_the_list_is_worked_on_like_any_other(supplier, ana):
    files.take(*a_list([{"业务类型": "退货退款", "是否需要退货": "是", "货物状态": "买家已收到货"}]))
    case = Case.objects.get()
    ReturnAddressFactory()
    data = answers_to(case, step_called(case, "approve"), factories.NOON)
    moved = take_step(case_id=case.pk, name="approve", data=data, by=ana, version=case.version)
    assert (moved.state, moved.return_address) == ("approved", data["return_address"])
