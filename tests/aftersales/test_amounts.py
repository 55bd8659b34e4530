"""What goes back: random histories of refunds sum to the cent and never exceed what was paid (FIN-02); who pays freight."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aftersales import rulebook
from aftersales.amounts import freight_rule_of, left_of, part_of, parts_of, proposal
from aftersales.eligibility import refusal_basis, return_until
from aftersales.models import Case, FreightRule, Reason
from aftersales.services.answers import set_amount
from aftersales.states import Kind
from common.exceptions import BusinessError
from ledger.amounts import split
from orders.models import Order
from tests import factories
from tests.factories_cases import CaseFactory, ReasonFactory, line_of

pytestmark = pytest.mark.usefixtures("english")
CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.once
@given(paid=CENTS, of=st.integers(1, 30), data=st.data())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_the_parts_of_successive_refunds_add_up_to_the_cent(paid, of, data):
    left, before, given_ = of, 0, Decimal(0)
    while left:
        quantity = data.draw(st.integers(1, left))
        part = part_of(paid, quantity, of, before, given_)
        assert part >= 0
        left, before, given_ = left - quantity, before + quantity, given_ + part
        assert given_ <= paid
    assert given_ == paid


@pytest.mark.once
@given(amount=CENTS, weights=st.lists(CENTS, min_size=1, max_size=8))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_split_sums_to_what_was_split(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert min(parts) >= 0


def an_order(prices: list[int], quantities: list[int], coupon: int, postage: int) -> Order:
    """An order of several lines, with a coupon on all of it and postage."""
    whole = sum(Decimal(price) / 100 * quantity for price, quantity in zip(prices, quantities, strict=True))
    goods = max(Decimal("0.01"), whole - Decimal(coupon) / 100)
    order = factories.OrderFactory(
        state="delivered", postage=Decimal(postage) / 100, paid_total=goods + Decimal(postage) / 100
    )
    part = factories.FulfilmentFactory(order=order)
    for price, quantity in zip(prices, quantities, strict=True):
        factories.OrderLineFactory(fulfilment=part, price=Decimal(price) / 100, quantity=quantity)
    return order


class TestRandomHistories(TestCase):
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        lines=st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 4)), min_size=1, max_size=3),
        coupon=st.integers(0, 3_000),
        postage=st.integers(0, 1_500),
        data=st.data(),
    )
    def test_everything_comes_back_once(self, lines, coupon, postage, data):
        """Pieces come back in random cases, asked for more or less than proposed; together never above the payment."""
        order = an_order([price for price, _many in lines], [many for _price, many in lines], coupon, postage)
        pieces = {line: line.quantity for line in order.lines.all()}
        given_ = Decimal(0)
        number = 0
        while any(pieces.values()):
            line = data.draw(st.sampled_from([line for line, left in pieces.items() if left]))
            quantity = data.draw(st.integers(1, pieces[line]))
            number += 1
            case = CaseFactory(
                kind=Kind.RETURN, line=line, lines=[], opened_at=factories.NOON + dt.timedelta(hours=number)
            )
            case.lines.create(line=line, kind=case.kind, quantity=quantity, active=False)
            told = proposal(case)
            assert sum(share.amount for share in told.shares) >= told.total
            if told.total:
                set_amount(case, {"amount": told.total}, None, factories.NOON)
                case.save()
            pieces[line] -= quantity
            given_ += told.total
        assert given_ == order.paid_total - order.postage
        last = CaseFactory(kind=Kind.COMPENSATION, line=order.lines.first())
        assert left_of(last) == order.postage
        with pytest.raises(BusinessError):
            set_amount(last, {"amount": order.postage + Decimal("0.01")}, None, factories.NOON)

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(asked=st.lists(st.integers(1, 4_000), min_size=1, max_size=12), price=st.integers(1, 5_000))
    def test_whatever_is_asked_never_exceeds_the_payment(self, asked, price):
        order = an_order([price], [3], 0, 0)
        line = order.lines.get()
        for cents in asked:
            case = CaseFactory(kind=Kind.RETURN, line=line, lines=[])
            case.lines.create(line=line, kind=case.kind, quantity=1, active=False)
            refused = ""
            try:
                set_amount(case, {"amount": Decimal(cents) / 100}, None, factories.NOON)
                case.save()
            except BusinessError as refusal:
                refused = refusal.code
            assert refused in ("", "too_much")
        given_ = sum(Case.objects.filter(order=order).values_list("amount", flat=True))
        parts = sum(
            amount
            for case in Case.objects.filter(order=order)
            for amount in case.lines.values_list("amount", flat=True)
        )
        assert parts <= given_ <= order.paid_total


@pytest.mark.django_db
def test_a_reason_for_every_amount():
    """«Why this amount»: the pieces, what went back before, what the buyer asks, what is left."""
    line = line_of(quantity=3, price="10.00", paid_total=Decimal("25.00"))
    first = CaseFactory(kind=Kind.RETURN, line=line, lines=[])
    first.lines.create(line=line, kind="return", quantity=1)
    told = proposal(first)
    assert (told.total, told.reasons) == (Decimal("8.33"), (f"{line.title}: 1 of 3, paid 25.00, so 8.33.",))
    set_amount(first, {"amount": told.total}, None, factories.NOON)
    first.save()
    second = CaseFactory(kind=Kind.EXCHANGE, line=line, lines=[])
    second.lines.create(line=line, kind="exchange", quantity=2)
    told = proposal(second)
    assert told.total == Decimal("16.67")
    assert told.reasons == (f"{line.title}: 2 of 3, paid 25.00, 8.33 went back before, so 16.67.",)
    assert parts_of(second, Decimal("5.00")) == {second.lines.get().pk: Decimal("5.00")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "postage", "outbound", "inbound"),
    [
        ("quality", "0", "seller", "seller"),  # RET-02, RET-13, RET-24
        ("quality", "8", "seller", "seller"),
        ("no_reason", "0", "seller", "buyer"),  # RET-25: the way out is never deducted from free shipping
        ("no_reason", "8", "buyer", "buyer"),
    ],
)
def test_who_pays_the_freight(cause, postage, outbound, inbound):
    rulebook.load()
    case = CaseFactory(
        line=line_of(postage=Decimal(postage)), reason=Reason.objects.filter(cause=cause).first(), kind=Kind.RETURN
    )
    rule = freight_rule_of(case)
    assert rule is not None
    assert (rule.outbound, rule.inbound) == (outbound, inbound)
    assert rule.sentence
    assert "《消费者权益保护法》" in rule.basis


@pytest.mark.django_db
def test_the_rulebook_is_loaded_once_and_keeps_what_people_edited():
    added = rulebook.load()
    assert added == len(rulebook.REASONS) + 8
    Reason.objects.filter(code="quality").update(name="改过的名字")
    assert rulebook.load() == 0
    assert Reason.objects.get(code="quality").name == "改过的名字"
    assert FreightRule.objects.count() == 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "days", "judgement", "excluded", "basis"),
    [
        ("no_reason", 6, "", "", ""),  # RET-01: inside the seven days from the day after signing
        ("no_reason", 7, "", "", ""),
        ("no_reason", 8, "", "", "Asked for after the seven days (Consumer Rights Law, article 25)."),
        ("no_reason", 1, "", "定制", "Excluded from the seven days, and the buyer confirmed that at purchase: 定制."),
        ("quality", 30, "quality", "", ""),  # RET-02: unconditional
        ("quality", 1, "human", "", "The pictures say that people damaged it (RET-07)."),
    ],
)
def test_what_may_be_refused(cause, days, judgement, excluded, basis):
    """RET-01, RET-02, RET-30."""
    signed = factories.NOON - dt.timedelta(days=days)
    case = CaseFactory(
        line=line_of(delivered_at=signed),
        reason=ReasonFactory(code=f"x-{cause}", cause=cause),
        judgement=judgement,
        report={"excluded": excluded} if excluded else {},
    )
    until = return_until(case)
    assert until is not None
    assert until.astimezone(dt.timezone(dt.timedelta(hours=8))).time() == dt.time(23, 59, 59)
    assert refusal_basis(case) == basis
