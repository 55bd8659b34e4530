"""Which step carries out which rule: a table in words, held against the machines and against what their pages say."""

from __future__ import annotations

import pytest

from aftersales import actions
from aftersales.machine import Step, steps
from aftersales.services.stepping import steps_of
from aftersales.sla_policies import CASE
from aftersales.states import Kind
from aftersales.step_help import HELP
from aftersales.workflows import BY_KIND
from sla import policies as sla_policies
from sla.policies import all_policies
from sla.states import Party
from staff.roles import Role
from tests.factories_cases import CaseFactory

pytestmark = pytest.mark.once
# rule, kind, step, from one of its states, to, the kind of case that it opens
STEPS = [
    ("AFT-11", "consultation", "transfer", "open", "transferred", ""),
    ("AFT-16", "consultation", "answer", "open", "answered", ""),
    ("AFT-17", "consultation", "answer", "transferred", "answered", ""),
    ("AFT-19", "reship", "look_into", "reported", "checking", ""),
    ("AFT-20", "compensation", "approve", "proposed", "approved", ""),
    ("AFT-23", "reship", "look_into", "reported", "checking", ""),
    ("CMP-06", "complaint", "transfer", "recorded", "transferred", ""),
    ("CMP-07", "complaint", "answer", "reported", "answered", ""),
    ("FIN-06", "compensation", "approve", "proposed", "approved", ""),
    ("FIN-10", "incident", "decide", "contacting", "decided", ""),
    ("LOG-09", "return", "reject", "reviewing", "rejected", ""),
    ("LOG-14", "incident", "send_again", "decided", "resolved", "reship"),
    ("LOG-15", "incident", "send_again", "acting", "resolved", "reship"),
    ("LOG-17", "unshipped_refund", "miss", "stopping", "too_late", "return"),
    ("LOG-18", "incident", "confirm_stopped", "stopping", "acting", ""),
    ("LOG-20", "exchange", "ask_stock", "requested", "stock_asked", ""),
    ("LOG-21", "return", "review", "requested", "reviewing", ""),
    ("LOG-22", "repair", "agree_payer", "requested", "payer_agreed", ""),
    ("ORD-25", "unshipped_refund", "retain", "requested", "retaining", ""),
    ("RET-14", "exchange", "dissatisfy", "delivered", "unsatisfied", "return"),
    ("RET-15", "exchange", "take_back", "out_of_stock", "closed", "return"),
    ("RET-17", "return", "refund_paid", "refund_approved", "refunded", ""),
    ("RET-18", "return", "send_back", "approved", "coming_back", ""),
    ("RET-19", "return", "approve_refund", "inspected", "refund_approved", ""),
    ("RET-22", "return", "approve", "reviewing", "approved", ""),
    ("RET-27", "exchange", "withdraw", "requested", "closed", ""),
    ("RET-28", "return", "refund_without_goods", "reviewing", "refund_approved", ""),
    ("RET-29", "return", "refund_without_goods", "reviewing", "refund_approved", ""),
    ("RET-31", "repair", "repair", "dispatched", "repaired", ""),
    ("RET-32", "unshipped_refund", "stop_goods", "requested", "stopping", ""),
    ("RET-33", "unshipped_refund", "stop_goods", "retaining", "stopping", ""),
    ("RET-34", "incident", "stop_goods", "opened", "stopping", ""),
    ("RET-35", "return", "withdraw", "reviewing", "closed", ""),
    ("RET-37", "incident", "resolve", "acting", "resolved", ""),
]
CLOCKS = {  # rule → the promise that carries it out
    "AFT-08": "aftersales.response",
    "AFT-09": "aftersales.handling",
    "AFT-11": "aftersales.answer",
    "LOG-12": "aftersales.follow_up",
    "LOG-13": "aftersales.contact_now",
    "PHR-08": "aftersales.call_back",
    "SUP-10": "aftersales.finance_refund",
}


def named(kind: str, name: str) -> Step:
    return next(step for step in steps(BY_KIND[kind]) if step.name == name)


@pytest.mark.parametrize(("rule", "kind", "name", "source", "target", "opens"), STEPS)
def test_a_rule_has_its_step(rule, kind, name, source, target, opens):
    step = named(kind, name)
    spans = [part.strip() for part in step.rule.split(",")]
    assert rule in spans or ("LOG-10 to LOG-18" in spans and "LOG-10" <= rule <= "LOG-18")
    assert (source in step.sources, step.target, step.opens) == (True, target, opens)


@pytest.mark.parametrize(("rule", "key"), CLOCKS.items())
def test_a_rule_has_its_clock(rule, key):
    policy = next(policy for policy in all_policies() if policy.key == key)
    named = [part.strip() for part in policy.rule.split(",")]
    assert rule in named or ("LOG-10 to LOG-18" in named and "LOG-10" <= rule <= "LOG-18")
    assert policy.subject_type in (CASE, "aftersales.contact")


def test_cmp_10_a_talk_says_how_an_angry_caller_is_heard():
    """CMP-10, PHR-08: beside the form in which the talk is written down."""
    offer = actions.Offer("talk", "", "c", deed=actions.DEEDS["talk"])
    assert offer.help == [HELP["CMP-10"], HELP["PHR-08"]]


def test_cmp_01_whoever_records_a_complaint_may_answer_it_at_once():
    """CMP-01: what is our fault is apologised for at once; what is difficult goes to those responsible."""
    found = {step.name for step in steps_of(CaseFactory.build(kind=Kind.COMPLAINT, line=None), Role.AGENT_AFTERSALES)}
    assert {"answer", "transfer"} <= found


def test_cmp_05_while_a_complaint_is_looked_into_the_ball_is_with_quality_management():
    places = BY_KIND[Kind.COMPLAINT].PLACES
    there = {state for state, place in places.items() if place.ball == Party.QUALITY}
    assert there == {"transferred", "investigating"}
    assert sla_policies.get("aftersales.investigation").party == Party.QUALITY
    assert actions.TURNS[Role.QUALITY][0] == Party.QUALITY


def test_aft_10_each_department_has_its_steps():
    """AFT-10: service decides, the warehouse receives and counts, quality judges, finance pays."""
    takers = {name: set(named("return", name).by) for name in ("approve", "receive", "inspect", "refund_paid")}
    assert Role.AGENT_AFTERSALES in takers["approve"]
    assert Role.WAREHOUSE in takers["receive"]
    assert Role.QUALITY in takers["inspect"]
    assert Role.FINANCE in takers["refund_paid"]
    assert Role.WAREHOUSE not in takers["approve"] | takers["refund_paid"]
