"""The page of a case: within its queries, steps and deeds read off the machines, and nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt

import pytest

from aftersales import actions
from aftersales.inputs import _return_address
from aftersales.machine import steps
from aftersales.models import Case, Contact, Evidence, ReturnAddress
from aftersales.services.stepping import take_step
from aftersales.step_help import HELP
from aftersales.workflows import ALL
from audit.models import Entry
from audit.services import record
from orders.models import Order
from sla.models import Clock
from tests import factories
from tests.aftersales.goods import SF, a_case, a_line, an_address, coming_back
from tests.factories_cases import ReasonFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]
NOON, HOUR = factories.NOON, dt.timedelta(hours=1)


@pytest.fixture
def case(noon, ana, supplier_a) -> Case:
    line = a_line(supplier_a, 3, receiver_phone="13800001239", buyer_nick="luofang88", paid_total="179.70")
    return a_case("return", ana, line, 2, buyer_words="碎了两个", owner=ana)


@pytest.fixture
def agent(noon, ana, as_user):
    client = as_user(ana)
    client.get("/cases/")  # the session is written once a minute
    return client


def text(answer) -> str:
    return answer.content.decode()


def offered(answer) -> dict[str, list[str]]:
    doing = answer.context["doing"]
    return {"steps": [each.key for each in doing.steps], "deeds": [each.key for each in doing.deeds]}


# ── What it shows ────────────────────────────────────────────────────────────
def test_sec_07_the_page_masks_the_buyer(case, agent):
    html = text(agent.get(f"/cases/{case.pk}/"))
    assert [secret for secret in ("luofang88", "13800001239", "杨淑珍", "文三路") if secret in html] == []
    assert "碎了两个" in html


@pytest.mark.parametrize(("kind", "first"), [("exchange", "supplier"), ("return", "house")])
def test_sup_06_an_exchange_proposes_the_suppliers_own_address(kind, first, noon, ana, supplier_a):
    """A return goes to the house, unless somebody chooses otherwise."""
    house = an_address()
    ReturnAddress.objects.filter(pk=house.pk).update(is_default=True)
    proposed = {"house": house.pk, "supplier": an_address(supplier_a).pk}[first]
    field = _return_address(a_case(kind, ana, a_line(supplier_a)))["return_address"]
    assert (field.initial, field.choices[0][0]) == (proposed, proposed)


def test_ret_37_what_came_back_stays_on_the_page_when_the_goods_are_out_again(noon, ana, supplier_a, agent):
    case = coming_back(ana, supplier_a, kind="exchange")
    Case.objects.filter(pk=case.pk).update(goods="with_buyer")
    assert SF in text(agent.get(f"/cases/{case.pk}/"))


def test_it_says_what_is_due_and_why(case, agent):
    page = agent.get(f"/cases/{case.pk}/").context["page"]
    assert page.urgent.policy == "aftersales.response"
    assert "2026-11-20 14:00" in page.urgent.explanation[-1]
    assert page.urgent.due_at == NOON + 2 * HOUR


def test_fin_02_it_says_why_this_amount(case, agent):
    page = agent.get(f"/cases/{case.pk}/").context["page"]
    assert str(page.proposal.total) == "119.80"  # two of three pieces, of 179.70 paid
    assert len(page.proposal.reasons) == 1


def test_a_case_that_is_none_is_not_found(agent):
    assert [agent.get(f"/cases/9/{path}").status_code for path in ("", "?do=approve")] == [404, 404]
    assert [agent.post(f"/cases/9/{path}").status_code for path in ("step/approve/", "do/take/", "presence/")] == [
        404
    ] * 3


@pytest.mark.parametrize("state", ["requested", "coming_back"])
def test_the_page_takes_twenty_queries_with_fifty_events_and_twenty_photos(
    agent, ana, supplier_a, state, django_assert_max_num_queries
):
    """The budget of a case page, whatever hangs on it."""
    reason = ReasonFactory()
    reason.needs.create(slot="瑕疵照片", at_least=1)
    if state == "requested":
        found = a_case("return", ana, a_line(supplier_a, 3), reason=reason, owner=ana)
    else:
        found = coming_back(ana, supplier_a, quantity=3)
        Case.objects.filter(pk=found.pk).update(reason=reason)
    for number in range(20):
        Evidence.objects.create(
            case=found, slot="瑕疵照片", type="photo", key=f"k{number}", extension="jpg", name="a.jpg", file=f"e/{number}",
            thumbnail=f"t/{number}", size=1, sha256=str(number), at=NOON, by=ana,
        )  # fmt: skip
        Contact.objects.create(case=found, party="buyer", way="phone", result="-", at=NOON, by=ana)
    for number in range(50):
        record("aftersales.handed_on", about=f"aftersales.case:{found.pk}", by=ana, to="-", reason=str(number))
    a_case("complaint", ana, found.lines.get().line)
    path = f"/cases/{found.pk}/"
    agent.get(path)  # fills what the process remembers
    with django_assert_max_num_queries(20):
        answer = agent.get(path)
    assert (len(answer.context["page"].contacts), len(answer.context["evidence"].files)) == (20, 20)
    assert len(answer.context["page"].events) >= 70


# ── Steps ────────────────────────────────────────────────────────────────────
def test_one_step_is_advised_with_its_form_open_and_all_others_are_links(case, agent):
    answer = agent.get(f"/cases/{case.pk}/")
    doing = answer.context["doing"]
    assert (doing.chosen.key, doing.advised) == ("approve", True)
    assert text(answer).count(f'action="/cases/{case.pk}/step/') == 1
    assert {"ask_evidence", "review", "reject", "withdraw"} <= set(offered(answer)["steps"])
    assert "receive" not in offered(answer)["steps"]  # the warehouse's


def test_ret_06_without_its_evidence_the_next_step_is_to_ask_for_it(case, agent):
    reason = ReasonFactory()
    reason.needs.create(slot="瑕疵照片", at_least=1)
    Case.objects.filter(pk=case.pk).update(reason=reason)
    doing = agent.get(f"/cases/{case.pk}/").context["doing"]
    assert doing.chosen.key == "ask_evidence"
    assert len(doing.blocked) == 2  # why it is not yet the usual step, and what is missing
    assert "瑕疵照片" in doing.blocked[1]


@pytest.mark.parametrize(("role", "steps"), [("warehouse", ["receive"]), ("finance", []), ("operations", [])])
def test_everybody_sees_the_steps_that_are_theirs(as_user, ana, supplier_a, noon, role, steps):
    case = coming_back(ana, supplier_a)
    found = offered(as_user(factories.UserFactory(role=role)).get(f"/cases/{case.pk}/"))
    assert (found["steps"], found["deeds"]) == (steps, [])


def test_a_step_is_taken_from_the_page(case, agent, supplier_a):
    address = an_address(supplier_a)
    sent = {"version": 1, "approve-judgement": "", "approve-return_address": address.pk, "approve-freight_rule": ""}
    assert agent.post(f"/cases/{case.pk}/step/approve/", sent).url == f"/cases/{case.pk}/"
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.return_address_id, case.version) == ("approved", address.pk, 2)


def test_a_mistake_in_a_form_is_shown_in_place(case, agent):
    answer = agent.post(f"/cases/{case.pk}/step/approve/", {"version": 1, "approve-judgement": "x"})
    assert (answer.status_code, answer.context["doing"].chosen.key) == (422, "approve")
    assert Case.objects.get(pk=case.pk).state == "requested"


def test_a_refusal_keeps_what_was_typed(case, agent):
    """RET-01: within seven days no return is refused without a legal exception."""
    answer = agent.post(f"/cases/{case.pk}/step/reject/", {"version": 1, "reject-result": "不同意退货"})
    assert answer.status_code == 409
    assert "不同意退货" in text(answer)
    assert Case.objects.get(pk=case.pk).state == "requested"


def test_a_later_save_gets_409_keeps_the_text_and_shows_what_changed(case, agent, sam, as_user):
    path = f"/cases/{case.pk}/do/talk/"
    typed = {"version": 1, "talk-party": "buyer", "talk-contact_way": "phone", "talk-contact_reached": "on"}
    assert as_user(sam).post(path, typed | {"talk-contact_result": "先联系过了"}).status_code == 302
    answer = agent.post(path, typed | {"talk-contact_result": "要求换货"})
    assert answer.status_code == 409
    html = text(answer)
    assert "要求换货" in html
    assert 'name="version" value="2"' in html
    assert Contact.objects.filter(case=case).count() == 1
    again = agent.post(path, typed | {"version": 2, "talk-contact_result": "要求换货"})
    assert again.status_code == 302
    assert sorted(Contact.objects.filter(case=case).values_list("result", flat=True)) == ["先联系过了", "要求换货"]


def test_a_step_that_somebody_else_took_says_that_it_is_no_longer_possible(case, agent, sam):
    take_step(case_id=case.pk, name="withdraw", data={"result": "不退了"}, by=sam)
    answer = agent.post(f"/cases/{case.pk}/step/withdraw/", {"version": 1, "withdraw-result": "买家留下"})
    assert (answer.status_code, answer.context["possible"]) == (409, False)
    assert "买家留下" in text(answer)
    assert Case.objects.get(pk=case.pk).result == "不退了"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_without_a_version_is_refused(case, agent, version):
    sent = {"version": version, "withdraw-result": "买家留下"}
    assert agent.post(f"/cases/{case.pk}/step/withdraw/", sent).status_code == 409
    assert Case.objects.get(pk=case.pk).state == "requested"


def test_a_step_of_another_role_is_refused_and_keeps_what_was_typed(case, agent):
    answer = agent.post(f"/cases/{case.pk}/step/inspect/", {"version": 1, "inspect-inspection_remark": "少配件"})
    assert answer.status_code in (409, 422)
    assert "少配件" in text(answer)
    assert Case.objects.get(pk=case.pk).state == "requested"


@pytest.mark.parametrize("path", ["step/fly/", "step/save/", "step/delete/", "do/fly/"])
def test_what_no_machine_knows_is_not_found(case, agent, path):
    assert agent.post(f"/cases/{case.pk}/{path}", {"version": 1}).status_code == 404


def test_the_form_alone_comes_by_htmx(case, agent):
    answer = agent.get(f"/cases/{case.pk}/?do=reject", headers={"HX-Request": "true"})
    assert text(answer).count("<html") == 0
    assert answer.context["doing"].chosen.key == "reject"


# ── Deeds ────────────────────────────────────────────────────────────────────
def test_aft_15_a_case_is_taken_over_with_its_clocks(case, sam, as_user):
    assert as_user(sam).post(f"/cases/{case.pk}/do/take/", {"version": 1}).status_code == 302
    assert Case.objects.get(pk=case.pk).owner_id == sam.pk
    assert set(Clock.objects.filter(topic=f"aftersales.case:{case.pk}").values_list("assignee", flat=True)) == {sam.pk}


def test_stf_42_a_case_in_somebody_else_s_hands_is_passed_on_by_a_leader_only(case, sam, as_user):
    other = factories.UserFactory()
    sent = {"version": 1, "hand_on-to": other.pk, "hand_on-reason": "下班"}
    assert as_user(other).post(f"/cases/{case.pk}/do/hand_on/", sent | {"hand_on-to": sam.pk}).status_code == 409
    assert Case.objects.get(pk=case.pk).owner.username == "ana"
    assert as_user(sam).post(f"/cases/{case.pk}/do/hand_on/", sent).status_code == 302
    assert Case.objects.get(pk=case.pk).owner_id == other.pk
    assert other.bell_items.filter(kind="aftersales.handed_on").count() == 1


def test_phr_08_a_promised_call_is_a_clock_until_it_is_made(case, agent):
    sent = {
        "version": 1,
        "talk-party": "buyer",
        "talk-contact_way": "phone",
        "talk-contact_result": "再打",
        "talk-contact_reached": "on",
        "talk-call_back_at": "2026-11-20T15:00",
    }
    assert agent.post(f"/cases/{case.pk}/do/talk/", sent).status_code == 302
    promised = Contact.objects.get(case=case)
    running = Clock.objects.get(subject_type="aftersales.contact", subject_id=promised.pk)
    assert (promised.call_back_at, running.due_at) == (factories.at("2026-11-20 15:00"),) * 2
    path, prefix = f"/cases/{case.pk}/calls/{promised.pk}/", f"call{promised.pk}"
    said = {f"{prefix}-contact_way": "phone", f"{prefix}-contact_result": "没人接"}
    assert agent.post(path, said).status_code == 302  # nobody took it: the promise stays
    assert Contact.objects.get(pk=promised.pk).called_back_at is None
    assert agent.post(path, said | {f"{prefix}-contact_reached": "on"}).status_code == 302
    running.refresh_from_db()
    assert (running.state, Contact.objects.get(pk=promised.pk).called_back_at) == ("stopped", NOON)
    assert agent.post(path, said | {f"{prefix}-contact_reached": "on"}).status_code == 409
    assert Contact.objects.filter(case=case).count() == 3


def test_a_call_without_its_result_is_not_noted(case, agent, ana):
    promised = Contact.objects.create(
        case=case, party="buyer", way="phone", result="-", at=NOON, by=ana, call_back_at=NOON + HOUR
    )
    answer = agent.post(f"/cases/{case.pk}/calls/{promised.pk}/", {f"call{promised.pk}-contact_reached": "on"})
    assert (answer.status_code, Contact.objects.filter(case=case).count()) == (422, 1)


def test_ord_14_the_remark_is_written_in_the_platform_s_format(case, agent):
    sent = {"version": 1, "remark-flag": 1, "remark-text": "碎两个,退款", "remark-order_version": 1}
    assert agent.post(f"/cases/{case.pk}/do/remark/", sent).status_code == 302
    assert Order.objects.get(pk=case.order_id).remark == "碎两个,退款_安娜 K01"
    assert 'data-copy="碎两个,退款_安娜 K01"' in text(agent.get(f"/cases/{case.pk}/"))
    stale = agent.post(f"/cases/{case.pk}/do/remark/", sent | {"remark-text": "另一个"})
    assert (stale.status_code, "另一个" in text(stale)) == (409, True)
    assert Order.objects.get(pk=case.order_id).remark == "碎两个,退款_安娜 K01"


def test_ret_20_the_leader_s_decision_is_a_leader_s(case, agent, sam, as_user):
    sent = {"version": 1, "decide-leader_note": "同意退货"}
    assert agent.post(f"/cases/{case.pk}/do/decide/", sent).status_code == 409
    assert Case.objects.get(pk=case.pk).leader_note == ""
    assert as_user(sam).post(f"/cases/{case.pk}/do/decide/", sent).status_code == 302
    assert (Case.objects.get(pk=case.pk).leader_note, Case.objects.get(pk=case.pk).leader_by_id) == ("同意退货", sam.pk)


def test_a_duplicate_is_merged_from_its_page(case, agent, ana, supplier_a):
    """Beside a twin of the same order stands the way to merge; the duplicate ends, its talks go over."""
    other = factories.OrderLineFactory(fulfilment=case.lines.get().line.fulfilment)
    double = a_case("return", ana, other)
    page = text(agent.get(f"/cases/{double.pk}/"))
    assert page.count('href="?do=merge#doing"') == 1
    assert agent.post(f"/cases/{double.pk}/do/merge/", {"version": 1, "merge-into": case.pk}).status_code == 302
    assert (Case.objects.get(pk=double.pk).active, case.lines.count()) == (False, 2)


def test_a_case_of_several_lines_is_split_from_its_page(case, agent, ana):
    other = factories.OrderLineFactory(fulfilment=case.lines.get().line.fulfilment)
    assert "split" not in offered(agent.get(f"/cases/{case.pk}/"))["deeds"]
    moved = case.lines.create(line=other, kind="return")
    assert "split" in offered(agent.get(f"/cases/{case.pk}/"))["deeds"]
    assert agent.post(f"/cases/{case.pk}/do/split/", {"version": 1, "split-lines": [moved.pk]}).status_code == 302
    made = Case.objects.exclude(pk=case.pk).get()
    assert [row.line_id for row in made.lines.all()] == [other.pk]


def test_those_who_only_look_do_nothing(case, as_user):
    client = as_user(factories.UserFactory(role="operations"))
    codes = [client.post(f"/cases/{case.pk}/do/{deed}/", {"version": 1}).status_code for deed in ("take", "talk")]
    assert (codes, Entry.objects.filter(action="aftersales.taken").count()) == ([403, 403], 0)


def test_the_order_s_page_shows_its_cases_and_the_way_to_a_new_one(case, agent):
    html = text(agent.get(f"/orders/{case.order_id}/"))
    assert (html.count(f'href="/cases/{case.pk}/"'), html.count(f'href="/cases/new/?order={case.order_id}"')) == (1, 1)


def test_every_rule_that_helps_is_a_rule_of_a_step_or_deed():
    """A sentence that nothing shows would never be read."""
    told = [step.rule for machine in ALL for step in steps(machine)] + [deed.rule for deed in actions.DEEDS.values()]
    shown = {rule.strip() for each in told for rule in each.split(",")}
    assert set(HELP) - shown == set()


def test_ret_25_the_advised_step_says_what_its_rules_say(case, agent):
    offer = agent.get(f"/cases/{case.pk}/").context["doing"].chosen
    assert offer.help == [HELP["RET-08"], HELP["RET-21"], HELP["RET-22"], HELP["RET-25"]]
