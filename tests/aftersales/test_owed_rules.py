"""What the rules say of wrong addresses, of lines that are short, of parcels to be stopped, of proof before acting."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from aftersales import guidance
from aftersales.models import Case, Intercept, Responsibility, StockQuestion
from aftersales.returns import services as desk
from aftersales.services import supplier_side
from aftersales.services.evidence import add_evidence
from aftersales.services.misdirected import report_wrong_address
from aftersales.services.notes import log_contact
from aftersales.services.opening import AlreadyOpen
from aftersales.services.stepping import take_step
from aftersales.states import Bearer, IncidentKind, Subject
from common.exceptions import BusinessError
from notifications.models import BellItem
from orders.models import OrderLine
from orders.shipments import ShipmentRow, accept_rows
from orders.states import LineHold, OrderState
from orders.supplier_work import only, parts_of
from sla.models import Clock
from tests.aftersales.goods import SF, ZTO, a_case, a_line, an_address, approved, coming_back, counted, picture
from tests.factories import NOON, FulfilmentFactory, OrderFactory, OrderLineFactory, UserFactory
from tests.factories_cases import ReasonFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALL_LOOKED_AT = {"checked_chat": True, "checked_order": True, "checked_parcels": True, "checked_staff": True}


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def running(case: Case) -> set[str]:
    rows = Clock.objects.filter(subject_type="aftersales.case", subject_id=case.pk, state="running")
    return set(rows.values_list("policy", flat=True))


# ── a wrong return address (RET-21) ──────────────────────────────────────────


def test_ret_21_a_wrong_address_is_an_incident_of_whoever_gave_it(noon, ana, sam, supplier_a):
    case = approved(ana, supplier_a)
    right = an_address(supplier_a)
    incident = report_wrong_address(case_id=case.pk, version=None, right_address=right, note="选错仓库", by=sam)
    assert (incident.kind, incident.incident, incident.state) == ("incident", IncidentKind.WRONG_ADDRESS, "opened")
    assert incident.links_from.get().origin_id == case.pk
    share = Responsibility.objects.get(case=incident)
    assert (share.bearer, share.percent, share.user, share.note) == (Bearer.AGENT, Decimal(100), ana, "选错仓库")
    told = again(case)
    assert (told.return_address, told.address_sent_by, told.address_sent_at) == (right, sam, NOON)


def test_ret_21_whom_it_was_stays_said_when_the_incident_is_closed(noon, ana, sam, supplier_a):
    case = approved(ana, supplier_a)
    incident = report_wrong_address(case_id=case.pk, version=None, right_address=an_address(supplier_a), by=sam)
    step = {"result": "运费我方承担", "payer": "company", "extra_cost": None, "follow_up_at": None}
    take_step(case_id=incident.pk, name="decide", data=step, by=ana)
    take_step(case_id=incident.pk, name="resolve", data={"goods": "back", "result": "已改寄"}, by=ana)
    shares = {f"share_{bearer}": None for bearer in Bearer.values} | {"share_agent": Decimal(60), "share_company": 40}
    take_step(case_id=incident.pk, name="close", data=shares, by=ana)
    found = Responsibility.objects.filter(case=incident).order_by("bearer").values_list("bearer", "percent", "user")
    assert list(found) == [("agent", Decimal(60), ana.pk), ("company", Decimal(40), None)]


@pytest.mark.parametrize("which", ["same", "none", "twice"])
def test_ret_21_what_is_not_wrong_opens_nothing(noon, ana, supplier_a, which):
    case = approved(ana, supplier_a) if which != "none" else a_case("return", ana, a_line(supplier_a))
    address = again(case).return_address if which == "same" else an_address(supplier_a)
    if which == "twice":
        report_wrong_address(case_id=case.pk, version=None, right_address=an_address(supplier_a), by=ana)
    with pytest.raises(BusinessError) as refusal:
        report_wrong_address(case_id=case.pk, version=None, right_address=address, by=ana)
    assert refusal.value.code == {"same": "same_address", "none": "no_address", "twice": AlreadyOpen.code}[which]
    assert Case.objects.filter(kind="incident").count() == (which == "twice")


def test_ret_21_the_case_page_offers_it_once_an_address_was_sent(noon, ana, supplier_a, as_user, english):
    case, right = approved(ana, supplier_a), an_address(supplier_a)
    client = as_user(ana)
    assert 'id="do-wrong_address"' in client.get(f"/cases/{case.pk}/").content.decode()
    assert '<span class="chip">RET-21</span>' in client.get(f"/cases/{case.pk}/?do=wrong_address").content.decode()
    sent = {"version": again(case).version, "wrong_address-right_address": right.pk, "wrong_address-note": ""}
    client.post(f"/cases/{case.pk}/do/wrong_address/", sent)
    assert again(case).return_address == right
    untouched = a_case("return", ana, a_line(supplier_a))
    assert 'id="do-wrong_address"' not in client.get(f"/cases/{untouched.pk}/").content.decode()


# ── a shortage holds its lines (SUP-11) ──────────────────────────────────────


def short(supplier: Any, by: Any, lines: int = 1) -> tuple[Case, OrderLine]:
    part = FulfilmentFactory(order=OrderFactory(state=OrderState.PAID), supplier=supplier)
    made = [OrderLineFactory(fulfilment=part) for _ in range(lines)]
    row = supplier_side.ShortageRow(1, part.order.order_no, sku=made[0].sku)
    supplier_side.report_shortages([row], supplier=supplier, by=by)
    return Case.objects.get(kind="shortage"), made[0]


def held(line: OrderLine) -> str:
    return OrderLine.objects.get(pk=line.pk).hold


def ship_clock(line: OrderLine) -> Clock:
    part = line.fulfilment
    from orders.clocks.shipping import start_ship

    start_ship([part.pk], now=NOON)
    return Clock.objects.get(subject_type="orders.fulfilment", subject_id=part.pk, policy="orders.ship_daily")


def test_sup_11_a_shortage_holds_its_line_and_no_other(noon, petra, supplier_a):
    _case, line = short(supplier_a, petra, lines=2)
    other = OrderLine.objects.exclude(pk=line.pk).get()
    assert (held(line), held(other)) == (LineHold.SHORTAGE, LineHold.NONE)
    assert [part.pk for part in only(parts_of(supplier_a), "short", NOON)] == [line.fulfilment_id]


def test_sup_12_a_date_that_the_buyer_waits_for_lets_the_line_go(noon, ana, petra, supplier_a):
    case, line = short(supplier_a, petra)
    take_step(case_id=case.pk, name="wait", data={"promised_at": NOON + DAY}, by=ana)
    assert held(line) == LineHold.NONE
    take_step(case_id=case.pk, name="break_promise", data={}, by=None)
    assert held(line) == LineHold.SHORTAGE


def test_sup_11_what_the_buyer_cancels_is_not_shipped_and_its_clock_waits(noon, ana, petra, supplier_a):
    case, line = short(supplier_a, petra)
    clock = ship_clock(line)
    shares = {f"share_{bearer}": None for bearer in Bearer.values} | {"share_supplier": Decimal(100)}
    take_step(case_id=case.pk, name="cancel", data={"result": "买家取消", **shares}, by=ana)
    assert held(line) == LineHold.CANCELLED
    assert Clock.objects.get(pk=clock.pk).state == "paused"
    sent = accept_rows([ShipmentRow(1, line.order.order_no, "ZTO", ZTO)], supplier=supplier_a, by=petra).rows[0]
    assert sent.verdict == "not_shippable"
    refund = Case.objects.get(kind="unshipped_refund")
    take_step(case_id=refund.pk, name="withdraw", data={"result": "买家还是要"}, by=ana)
    assert held(line) == LineHold.NONE
    assert Clock.objects.get(pk=clock.pk).state == "running"
    sent = accept_rows([ShipmentRow(1, line.order.order_no, "ZTO", ZTO)], supplier=supplier_a, by=petra).rows[0]
    assert sent.verdict == "accepted"


def test_sup_13_running_out_is_no_excuse_for_being_late(noon, petra, supplier_a):
    part = FulfilmentFactory(order=OrderFactory(state=OrderState.PAID), supplier=supplier_a)
    line = OrderLineFactory(fulfilment=part)
    clock = ship_clock(line)
    supplier_side.report_shortages([supplier_side.ShortageRow(1, line.order.order_no)], supplier=supplier_a, by=petra)
    assert (held(line), Clock.objects.get(pk=clock.pk).state) == (LineHold.SHORTAGE, "running")


def test_sup_11_the_number_of_what_is_there_after_all_ends_the_shortage(noon, petra, supplier_a):
    case, line = short(supplier_a, petra)
    accept_rows([ShipmentRow(1, line.order.order_no, "ZTO", ZTO)], supplier=supplier_a, by=petra)
    assert (again(case).state, held(line)) == ("shipped", LineHold.NONE)


def test_sup_11_supplier_and_service_see_that_a_line_is_held(noon, ana, petra, supplier_a, as_user, english):
    _case, line = short(supplier_a, petra)
    pages = ((petra, "/portal/?show=short"), (ana, line.order.get_absolute_url()))
    for person, page in pages:
        browser = as_user(person)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "shortage: the buyer decides" in browser.get(page).content.decode()


# ── stopping a parcel out of an incident (LOG-17, LOG-18, RET-34) ────────────


def to_stop(ana: Any, supplier: Any) -> tuple[Case, Intercept]:
    case = a_case("incident", ana, a_line(supplier, state=OrderState.SHIPPED), incident=IncidentKind.INTERCEPT)
    data = {"stop_how": "intercept", "stop_number": ZTO, "stop_loaded": "yes", "stop_accepted": "no"}
    take_step(case_id=case.pk, name="stop_goods", data=data, by=ana)
    return again(case), Intercept.objects.get(case=case)


def test_log_17_the_supplier_is_asked_even_where_the_buyer_does_not_accept_the_cost(noon, ana, petra, supplier_a):
    """Taobao's rule 23: a refund that was asked for before signing is supported; the cost holds nothing up."""
    case, stop = to_stop(ana, supplier_a)
    assert (case.state, case.ball, running(case)) == ("stopping", "supplier", {"aftersales.stop_goods"})
    assert (stop.loaded, stop.accepted, stop.supplier) == ("yes", "no", supplier_a)


def test_log_18_a_stopped_parcel_comes_back_and_is_asked_after(noon, ana, petra, supplier_a):
    case, stop = to_stop(ana, supplier_a)
    supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=True, by=petra)
    assert (again(case).state, again(case).goods, again(case).ball) == ("acting", "coming_back", "carrier")
    talk = {"contact_party": "carrier", "contact_way": "phone", "contact_reached": True, "contact_result": "后天到"}
    for days in (2, 3):
        take_step(case_id=case.pk, name="follow_up", data=talk | {"follow_up_at": NOON + days * DAY}, by=ana)
    asks = Clock.objects.filter(subject_id=case.pk, policy="aftersales.follow_up").order_by("pk")
    assert [(clock.state, clock.due_at) for clock in asks] == [
        ("stopped", NOON + 2 * DAY),
        ("running", NOON + 3 * DAY),
    ]
    assert set(case.contacts.values_list("party", flat=True)) == {"carrier"}


def test_log_17_too_late_is_talked_over_with_the_buyer(noon, ana, petra, supplier_a):
    case, stop = to_stop(ana, supplier_a)
    supplier_side.answer_stop(supplier=supplier_a, public_id=stop.public_id, stopped=False, by=petra)
    stop.refresh_from_db()
    assert (again(case).state, stop.answer) == ("contacting", "too_late")


def test_log_23_what_stands_still_is_not_decided_without_a_time_to_ask_again(noon, ana, supplier_a, as_user):
    case = a_case("incident", ana, a_line(supplier_a, state=OrderState.SHIPPED), incident=IncidentKind.STUCK)
    sent = {"version": again(case).version, "decide-result": "催快递", "decide-payer": "carrier"}
    assert as_user(ana).post(f"/cases/{case.pk}/step/decide/", sent).status_code == 422
    later = (NOON + DAY + 8 * HOUR).strftime("%Y-%m-%dT%H:%M")
    as_user(ana).post(f"/cases/{case.pk}/step/decide/", sent | {"decide-follow_up_at": later})
    assert (again(case).state, running(case)) == ("decided", {"aftersales.handling", "aftersales.follow_up"})


# ── proof before anything is sent or paid (SUP-28) ───────────────────────────


@pytest.fixture
def missing_reason(db: None) -> Any:
    reason = ReasonFactory(code="missing-one", cause="missing")
    reason.needs.create(slot="包装照片", before="execute")
    reason.needs.create(slot="答复", before="execute", reply=True)
    return reason


def checked(case: Case, ana: Any, *, own: bool = False) -> None:
    data = ALL_LOOKED_AT | {"own_mistake": own, "check_result": "漏发"}
    take_step(case_id=case.pk, name="look_into", data=data, by=ana)


def test_sup_28_nothing_is_sent_again_without_picture_and_answer(noon, ana, petra, supplier_a, missing_reason, english):
    case = a_case("reship", ana, a_line(supplier_a), reason=missing_reason)
    checked(case, ana)
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="order_resend", data={}, by=ana)
    assert (refusal.value.code, "SUP-28" in refusal.value.message) == ("proof_is_there", True)
    take_step(case_id=case.pk, name="ask_stock", data={}, by=ana)
    question = StockQuestion.objects.get(case=case)
    supplier_side.answer_question(supplier=supplier_a, public_id=question.public_id, in_stock=True, by=petra)
    assert (again(case).state, again(case).ball) == (
        "stock_asked",
        "agent",
    )  # its answer counts, the picture is missing
    add_evidence(case=again(case), file=picture(), kind="包装照片", by=ana, now=NOON)
    take_step(case_id=case.pk, name="order_resend", data={}, by=ana)
    supplier_side.send_again(supplier=supplier_a, number=case.number, carrier="ZTO", tracking_no=ZTO, by=petra)
    assert again(case).state == "resent"


@pytest.mark.parametrize("how", ["own mistake", "leader"])
def test_aft_19_our_own_mistake_and_a_leaders_word_hold_nothing_up(noon, ana, sam, supplier_a, missing_reason, how):
    case = a_case("reship", ana, a_line(supplier_a), reason=missing_reason)
    checked(case, ana, own=how == "own mistake")
    if how == "leader":
        Case.objects.filter(pk=case.pk).update(leader_note="先补发", leader_by=sam)
    assert take_step(case_id=case.pk, name="order_resend", data={}, by=ana).state == "resend_due"


def test_sup_28_no_compensation_without_proof(noon, ana, supplier_a, missing_reason):
    case = a_case("compensation", ana, a_line(supplier_a), reason=missing_reason)
    data = {"amount": Decimal(1), "freight_amount": None, "not_for_a_review": True}
    with pytest.raises(BusinessError) as refusal:
        take_step(case_id=case.pk, name="approve", data=data, by=ana)
    assert (refusal.value.code, again(case).state) == ("proof_is_there", "proposed")


# ── an exchange that comes back otherwise than agreed (RET-04, RET-05) ───────


def test_ret_04_a_supplier_reports_an_exchange_that_is_not_as_agreed(noon, ana, petra, supplier_a):
    case = coming_back(ana, supplier_a, to_supplier=True, kind="exchange")
    line = case.lines.get()
    supplier_side.report_goods(
        supplier=supplier_a, number=case.number, counts={line.pk: (0, 1)}, remark="寄回的是别的", mismatched=True, by=petra
    )  # fmt: skip
    assert (again(case).state, again(case).ball) == ("mismatched", "agent")
    assert "aftersales.call_back_mismatch" in running(case)


def test_ret_05_the_exchange_goes_on_once_the_buyer_was_called_back(noon, ana, supplier_a):
    keeper, judge = UserFactory(role="warehouse"), UserFactory(role="quality")
    case = coming_back(ana, supplier_a, kind="exchange", quantity=2)
    parcel = desk.take_in(number=SF, by=keeper)[0]
    desk.count(parcel_id=parcel.pk, data=counted(case, 1, 0), mismatched=False, by=keeper)
    desk.judge(parcel_id=parcel.pk, verdicts={case.lines.get().pk: "quality"}, by=judge)
    assert again(case).state == "mismatched"  # fewer than agreed
    talk = {"contact_way": "phone", "contact_reached": True, "contact_result": "只寄了一件", "result": "换一件"}
    take_step(case_id=case.pk, name="call_back", data=talk, by=ana)
    assert take_step(case_id=case.pk, name="order_resend", data={}, by=ana).state == "resend_due"


# ── what is asked, reported and said beside the steps (CMP-08, LOG-19, LOG-23, ORD-18, SUP-23) ──


def opened_as(client: Any, order: Any, key: str, **typed: str) -> Case:
    sent = {"order": order.pk, f"o-{key}": "1", f"p-{key}-kind": "consultation", "channel": "hotline", "mine": "on"}
    answer = client.post("/cases/new/", sent | {f"p-{key}-{name}": value for name, value in typed.items()})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return Case.objects.get()


@pytest.mark.parametrize(
    ("key", "subject", "rule"), [("delivery", "delivery", "LOG-19"), ("add", "add_to_order", "ORD-18")]
)
def test_a_task_says_what_it_is_about_and_how_it_is_done(noon, ana, supplier_a, as_user, key, subject, rule):
    """LOG-19, ORD-18."""
    case = opened_as(as_user(ana), a_line(supplier_a).order, key, subject=subject)
    assert (case.kind, case.report) == ("consultation", {"subject": subject})
    assert rule in as_user(ana).get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize(("subject", "heard"), [("danger", True), ("our_mistake", True), ("competition", False)])
def test_cmp_08_what_cannot_wait_is_told_to_the_leaders(noon, ana, sam, supplier_a, as_user, subject, heard):
    case = opened_as(as_user(ana), a_line(supplier_a).order, "report", subject=subject)
    bells = BellItem.objects.filter(kind="aftersales.reported")
    assert [(bell.user, bell.context["number"]) for bell in bells] == ([(sam, case.number)] if heard else [])


def test_log_23_a_buyer_who_asks_a_second_time_is_told_to_the_leaders(noon, ana, sam, supplier_a):
    case = a_case("incident", ana, a_line(supplier_a, state=OrderState.SHIPPED), incident=IncidentKind.STUCK)
    for _time in range(2):
        assert not BellItem.objects.filter(kind="aftersales.asked_again").exists()
        log_contact(
            case_id=case.pk, version=None, party="buyer", contact_way="chat", contact_reached=True,
            contact_result="在催", buyer_asked=True, by=ana,
        )  # fmt: skip
    assert again(case).report["asked"] == 2
    assert BellItem.objects.get(kind="aftersales.asked_again").user == sam


@pytest.mark.once
def test_every_kind_of_incident_and_every_subject_has_its_sentence():
    """LOG-10 to LOG-18, LOG-23, RET-21; CMP-08, LOG-19, ORD-18, SUP-23."""
    assert set(guidance.INCIDENTS) == set(IncidentKind)
    assert set(guidance.SUBJECTS) == set(Subject)


def test_log_16_an_open_incident_says_what_comes_first(noon, ana, supplier_a, as_user):
    case = a_case("incident", ana, a_line(supplier_a, state=OrderState.SHIPPED), incident=IncidentKind.RETURNED)
    assert "LOG-16" in as_user(ana).get(f"/cases/{case.pk}/").content.decode()
    case.incident = IncidentKind.LOST
    assert guidance.guide(case) == [guidance.INCIDENTS[IncidentKind.LOST]]
    case.active = False
    assert guidance.guide(case) == []


def test_sup_23_a_wrong_order_sheet_goes_to_whoever_serves_the_order(noon, ana, petra, paul, supplier_a, as_user):
    line = a_line(supplier_a, state=OrderState.PAID, owner=ana)
    typed = {"order_no": line.order.order_no, "note": "规格写错"}
    as_user(petra).post("/portal/order-sheets/", typed)
    case = Case.objects.get()
    assert (case.kind, case.owner, case.supplier, case.channel) == ("consultation", ana, supplier_a, "supplier")
    assert (case.summary, case.report, case.goods) == ("规格写错", {"subject": "order_sheet"}, "unshipped")
    assert as_user(petra).post("/portal/order-sheets/", typed).status_code == 422  # asked already
    assert as_user(paul).post("/portal/order-sheets/", typed).status_code == 422  # no such order of his
    take_step(case_id=case.pk, name="answer", data={"result": "已改，请按新单发"}, by=ana)
    assert "已改，请按新单发" in as_user(petra).get("/portal/shortages/").content.decode()
    assert "已改" not in as_user(paul).get("/portal/shortages/").content.decode()
    assert Case.objects.count() == 1
