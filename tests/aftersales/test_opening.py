"""Opening: once a line and kind, with its owner and clocks; what follows from steps; merging and splitting."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from aftersales.models import Case, CaseLine, CaseLink, Contact, Intercept, StockQuestion
from aftersales.services.merging import merge_cases, split_case
from aftersales.services.opening import AlreadyOpen, Wanted, open_case
from aftersales.services.stepping import step_called, take_step
from aftersales.states import Kind, topic
from audit.models import Entry
from audit.selectors import timeline
from common.exceptions import BusinessError, Conflict
from ledger.models import Loss, PaySlip
from ledger.services.slips import decline_slip
from notifications.models import BellItem
from orders.models import Order
from orders.states import Flag
from sla.assignables import Move
from sla.engine import sweep
from sla.holding import Clocks
from sla.models import Clock
from sla.signals import clock_changed_hands
from sla.states import OPEN
from staff.roles import Role
from tests import factories
from tests.aftersales.answers import answers_to
from tests.factories_cases import CaseFactory, ReasonFactory, ReturnAddressFactory, line_of, share_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "english")]


def opened(by, kind=Kind.RETURN, line=None, quantity=1, **more):
    line = line or line_of()
    return open_case(kind=kind, channel="hotline", by=by, order=line.order, lines=[Wanted(line, quantity)], **more)


def step(case, name, by, **changes):
    data = answers_to(case, step_called(case, name), factories.NOON, number=case.pk) | changes
    return take_step(case_id=case.pk, name=name, data=data, by=by)


def test_an_agents_case_begins_in_its_first_state(ana):
    """AFT-06: number, owner, supplier, the clock of the first answer (AFT-08), a line in the trail."""
    line = line_of()
    case = opened(ana, line=line, summary="两个杯子碎了", buyer_words="都碎了")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.active, case.owner, case.opened_by) == ("requested", True, ana, ana)
    assert (case.number, case.supplier) == (f"AS261120{case.pk:06d}", line.fulfilment.supplier)
    clock = Clock.objects.get(subject_type="aftersales.case", subject_id=case.pk)
    assert (clock.policy, clock.assignee, clock.due_at) == (
        "aftersales.response",
        ana,
        factories.NOON + dt.timedelta(hours=2),
    )
    assert Entry.objects.get(topic=topic(case.pk)).action == "aftersales.opened"


def test_what_pre_sales_takes_in_after_sales_hear_of(ana):
    """AFT-15: nobody has it yet, and the after-sales agents are told."""
    pre = factories.UserFactory(role=Role.AGENT_PRESALES)
    case = opened(pre)
    assert (case.owner, case.opened_by) == (None, pre)
    assert BellItem.objects.get(kind="aftersales.handed_over").user == ana


def test_the_same_request_is_never_opened_twice(ana):
    line = line_of()
    first = opened(ana, line=line)
    before = Case.objects.count()
    with pytest.raises(AlreadyOpen) as refusal:
        opened(ana, line=line)
    assert refusal.value.case.pk == first.pk
    assert Case.objects.count() == before
    assert opened(ana, Kind.EXCHANGE, line).pk != first.pk  # another kind about the same line is another matter


def test_a_closed_case_frees_its_lines_and_a_reopened_one_takes_them_again(ana):
    line = line_of()
    first = opened(ana, line=line)
    step(first, "withdraw", ana)
    second = opened(ana, line=line)
    with pytest.raises(BusinessError) as refusal:
        step(Case.objects.get(pk=first.pk), "reopen", ana)
    assert refusal.value.code == "line_taken"
    step(second, "withdraw", ana)
    again = step(Case.objects.get(pk=first.pk), "reopen", ana, why="买家又来电")
    assert (again.state, again.active, again.reopened, again.lines.get().active) == ("reviewing", True, 1, True)
    told = Entry.objects.filter(topic=topic(first.pk), action="aftersales.step").latest("pk")
    assert told.data["said"] == "买家又来电"


@pytest.mark.parametrize("quantity", [0, 3])
def test_a_quantity_that_the_order_does_not_have_is_refused(ana, quantity):
    with pytest.raises(BusinessError) as refusal:
        opened(ana, quantity=quantity)
    assert refusal.value.code == "quantity"
    assert not Case.objects.exists()


def test_a_line_of_another_order_is_refused(ana):
    with pytest.raises(BusinessError) as refusal:
        open_case(kind=Kind.RETURN, channel="hotline", by=ana, order=line_of().order, lines=[Wanted(line_of(), 1)])
    assert refusal.value.code == "other_order"


def test_a_refund_before_shipping_turns_the_flag_green(ana):
    """ORD-16."""
    line = line_of(state="paid")
    opened(ana, Kind.UNSHIPPED_REFUND, line)
    order = Order.objects.get()
    assert (order.flag, order.remark) == (Flag.GREEN, "未发货退款_安娜 K01")


def test_a_stock_question_is_asked_and_answered_by_the_step(ana):
    """SUP-05, SUP-07: the supplier is asked; out of stock leads to a compensation beside it."""
    case = opened(ana, Kind.EXCHANGE)
    step(case, "ask_stock", ana)
    question = StockQuestion.objects.get()
    assert (question.supplier, question.quantity, question.answered_at) == (case.supplier, 1, None)
    step(Case.objects.get(), "answer_no_stock", ana)
    question.refresh_from_db()
    assert (question.answer, question.answered_at) == ("no", factories.NOON)
    step(Case.objects.get(), "compensate", ana)
    grown = Case.objects.get(kind=Kind.COMPENSATION)
    assert (grown.state, grown.lines.get().quantity) == ("proposed", 1)
    link = CaseLink.objects.get(case=grown)
    assert (link.origin, link.why) == (Case.objects.get(kind=Kind.EXCHANGE), "grew")


def test_a_linked_case_that_is_open_already_is_linked_not_doubled(ana):
    line = line_of()
    back = opened(ana, Kind.RETURN, line)
    late = opened(ana, Kind.UNSHIPPED_REFUND, line)
    step(late, "stop_goods", ana)
    assert Intercept.objects.get().answered_at is None
    step(Case.objects.get(pk=late.pk), "miss", ana)
    assert Intercept.objects.get().answer == "too_late"
    assert CaseLink.objects.get(case=back).origin.pk == late.pk
    assert Case.objects.count() == 2


def test_an_approved_refund_asks_for_its_slips_and_follows_them(ana, sam):
    """FIN-02: what was approved is asked for, line by line; declined, it is free again and the case is reviewed."""
    line = line_of(quantity=2, price="30.00")
    case = CaseFactory(kind=Kind.RETURN, state="inspected", line=line, owner=ana)
    step(case, "approve_refund", ana, amount=Decimal("30.00"), freight_amount=Decimal("8.00"))
    slips = {slip.purpose: slip for slip in PaySlip.objects.filter(topic=topic(case.pk))}
    assert {purpose: slip.amount for purpose, slip in slips.items()} == {"refund": Decimal(30), "freight": Decimal(8)}
    assert slips["refund"].lines.get().budget.line == line
    manager = factories.UserFactory(role=Role.MANAGER)
    slip = slips["refund"]
    decline_slip(slip_id=slip.pk, version=slip.version, reason="金额不对", by=manager)
    back = Case.objects.get(pk=case.pk)
    assert (back.state, back.amount, back.freight_amount, back.result) == ("reviewing", 0, 0, "金额不对")
    assert CaseLine.objects.get(case=case).amount == 0


def test_never_more_than_was_paid_over_all_cases_of_an_order(ana):
    line = line_of(quantity=2, price="30.00")
    one = CaseFactory(kind=Kind.RETURN, state="inspected", line=line)
    other = CaseFactory(kind=Kind.RESHIP, state="checking", line=line)
    step(one, "approve_refund", ana, amount=Decimal("45.00"))
    with pytest.raises(BusinessError) as refusal:
        step(other, "approve_refund", ana, amount=Decimal("15.01"))
    assert refusal.value.code == "too_much"
    assert Case.objects.get(pk=other.pk).state == "checking"
    step(other, "approve_refund", ana, amount=Decimal("15.00"))
    assert Case.objects.get(pk=other.pk).amount == 15


def test_what_a_closed_case_cost_is_booked_on_who_answers_for_it(ana):
    """SUP-08, FIN-11."""
    case = CaseFactory(kind=Kind.RESHIP, state="refunded", amount=Decimal("12.00"), freight_amount=Decimal("3.00"))
    share_all(case, "supplier")
    step(case, "close", ana, share_supplier=Decimal(100), share_company=None)
    loss = Loss.objects.get(topic=topic(case.pk))
    assert (loss.goods, loss.freight, loss.compensation) == (12, 3, 0)
    claim = loss.claims.get()
    assert (claim.liable, claim.supplier, claim.amount) == ("supplier", case.supplier, 15)


def test_a_promise_breaks_when_its_date_passes(ana, noon):
    """SUP-12, SUP-13: nobody needs to press a button."""
    case = opened(ana, Kind.SHORTAGE, line_of(state="paid"))
    until = factories.NOON + dt.timedelta(hours=20)
    step(case, "wait", ana, promised_at=until)
    assert Order.objects.get().promised_ship_at == until
    noon.shift(20 * 3600 + 60)
    sweep()
    late = Case.objects.get()
    assert (late.state, late.ball) == ("promise_broken", "agent")
    running = Clock.objects.filter(subject_type="aftersales.case", state__in=OPEN)
    assert [clock.policy for clock in running] == ["aftersales.contact_now"]
    assert Clock.objects.get(policy="aftersales.promised").verdict == "breached"


def test_the_owner_hears_when_the_ball_comes_back(ana, petra, supplier_a):
    case = opened(ana, Kind.EXCHANGE, line_of(supplier_a))
    step(case, "ask_stock", ana)
    assert not BellItem.objects.filter(kind="aftersales.your_turn").exists()
    take_step(case_id=case.pk, name="answer_no_stock", data={}, by=petra)
    item = BellItem.objects.get(kind="aftersales.your_turn")
    assert (item.user, item.context["state"]) == (ana, "out_of_stock")


def test_another_suppliers_user_may_not_move_it(ana, paul, petra, supplier_a):
    case = opened(ana, Kind.EXCHANGE, line_of(supplier_a))
    step(case, "ask_stock", ana)
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="answer_no_stock", data={}, by=paul)
    assert refusal.value.code == "not_yours"
    assert Case.objects.get().state == "stock_asked"


def test_a_duplicate_hands_over_what_it_has(ana):
    """AFT-12: lines, talks and the platform's refund go over; the duplicate ends by its own machine."""
    line, other = line_of(), None
    other = factories.OrderLineFactory(fulfilment=line.fulfilment)
    into = opened(ana, line=line)
    refund = factories.RefundFactory(order=line.order)
    double = CaseFactory(kind=Kind.RETURN, line=line, lines=[other], refund=refund, buyer_words="还少一件")
    Contact.objects.create(case=double, party="buyer", way="phone", result="已联系", at=factories.NOON, by=ana)
    merge_cases(case_id=double.pk, into_id=into.pk, by=ana)
    double, into = Case.objects.get(pk=double.pk), Case.objects.get(pk=into.pk)
    assert (double.state, double.active, double.refund, double.result) == (
        "closed",
        False,
        None,
        f"Merged into {into.number}.",
    )
    assert set(into.lines.values_list("line", flat=True)) == {line.pk, other.pk}
    assert (into.refund, into.buyer_words, into.contacts.count()) == (refund, "还少一件", 1)
    assert CaseLink.objects.get(case=double).why == "merged"


@pytest.mark.parametrize("change", ["kind", "order", "refunds", "far", "closed"])
def test_what_does_not_fit_together_is_not_merged(ana, change):
    line = line_of()
    into = opened(ana, line=line)
    different = {"kind": Kind.EXCHANGE if change == "kind" else Kind.RETURN, "lines": []}
    if change == "order":
        different["line"] = line_of()
    else:
        different["line"] = line
    if change == "refunds":
        into.refund = factories.RefundFactory(order=line.order)
        into.save(update_fields=["refund"])
        different["refund"] = factories.RefundFactory(order=line.order)
    different["state"] = {"far": "received", "closed": "closed"}.get(change, "requested")
    double = CaseFactory(**different)
    before = Case.objects.filter(pk=double.pk).values().get()
    with pytest.raises(BusinessError):
        merge_cases(case_id=double.pk, into_id=into.pk, by=ana)
    assert Case.objects.filter(pk=double.pk).values().get() == before


def test_a_stale_duplicate_is_a_conflict(ana):
    line = line_of()
    into, double = opened(ana, line=line), CaseFactory(kind=Kind.RETURN, line=line, lines=[])
    with pytest.raises(Conflict):
        merge_cases(case_id=double.pk, into_id=into.pk, version=9, by=ana)


def test_some_lines_get_a_case_of_their_own(ana):
    line = line_of()
    other = factories.OrderLineFactory(fulfilment=line.fulfilment)
    case = open_case(
        kind=Kind.RETURN, channel="online", by=ana, order=line.order, lines=[Wanted(line, 1), Wanted(other, 1)]
    )
    made = split_case(case_id=case.pk, line_ids=[case.lines.get(line=other).pk], version=case.version, by=ana)
    assert [each.line for each in made.lines.all()] == [other]
    assert [each.line for each in case.lines.all()] == [line]
    assert (made.state, made.owner, CaseLink.objects.get(case=made).why) == ("requested", ana, "split")
    with pytest.raises(BusinessError) as refusal:
        split_case(case_id=made.pk, line_ids=list(made.lines.values_list("pk", flat=True)), by=ana)
    assert refusal.value.code == "lines"


def test_an_answer_that_is_refused_undoes_the_step(ana):
    case = CaseFactory(kind=Kind.RETURN, state="approved", line=line_of())
    ReturnAddressFactory()
    with pytest.raises(BusinessError) as refusal:
        step(case, "send_back", ana, tracking_no="??")
    assert refusal.value.code == "bad_number"
    assert (Case.objects.get().state, Case.objects.get().version) == ("approved", 1)


def test_who_takes_a_case_up_has_it_in_hand(ana):
    """The first after-sales agent who acts, or takes its clock, has what nobody had; a leader's step changes nothing."""
    pre = factories.UserFactory(role=Role.AGENT_PRESALES)
    case = opened(pre)
    leader = factories.UserFactory(role=Role.SUPERVISOR)
    step(case, "review", leader)
    assert Case.objects.get().owner is None
    running = Clock.objects.get(subject_type="aftersales.case", state__in=OPEN)
    clock_changed_hands.send(sender=Clock, clock=running, by=ana, reason="", now=factories.NOON)
    assert Case.objects.get().owner is None  # nobody holds it yet
    step(Case.objects.get(), "ask_evidence", ana)
    assert Case.objects.get().owner == ana


def test_who_is_dealt_a_clock_of_a_case_that_nobody_has_finds_it_among_his_own(ana, as_user):
    pre, eva = (factories.UserFactory(role=role) for role in (Role.AGENT_PRESALES, Role.AGENT_AFTERSALES))
    case = opened(pre)
    running = Clock.objects.get(subject_type="aftersales.case", state__in=OPEN)
    client = as_user(ana)
    assert [row["id"] for row in client.get("/cases/?show=mine").context["page"].rows] == []
    Clocks().move([Move(running.pk, None, ana.pk)], factories.NOON)
    assert [row["id"] for row in client.get("/cases/?show=mine").context["page"].rows] == [case.pk]
    Clocks().move([Move(running.pk, ana.pk, eva.pk)], factories.NOON)
    assert Case.objects.get().owner == ana  # a colleague who helps out takes nothing away


def test_the_trail_reads_in_words(ana):
    case = opened(ana)
    ReasonFactory()
    step(case, "review", ana)
    sentences = [str(line.sentence) for line in timeline(topic(case.pk))]
    assert "opened as return and refund, by way of: hotline" in sentences
    assert "Evidence is there: review: requested → being reviewed" in sentences
