"""Paid out = came back + borne by the house, for every case and every month, over random histories.

`pytest --thorough` plays a thousand of them; PostgreSQL, which takes three times as long, fewer than SQLite by default."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.db import connection

from common import clock
from ledger import balance
from ledger.amounts import by_share
from ledger.models import Claim
from ledger.services import claims as services
from ledger.services.losses import book_loss
from ledger.services.paying import pay_slip
from ledger.services.slips import approve_slip, ask_slip, decline_slip
from ledger.states import INTERNAL, Liable, Purpose, SlipState
from staff.models import User
from tests.factories import NOON
from tests.ledger.helpers import D, an_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SOME, MANY = {"sqlite": 200, "postgresql": 60}, 1_000
PARTIES = [party for party in Liable.values if party != Liable.PLATFORM]
DAY = dt.timedelta(days=1)


@dataclass
class Books:
    """What the test writes down by itself, beside the product."""

    out: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    lost: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    came: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    waits: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    months: dict[str, dt.date] = field(default_factory=dict)
    out_in: dict[dt.date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def pay(topic, order, amount, purpose, key, agent, sam, fin, now, dice, books) -> Decimal:
    """Ask, sometimes in vain, and pay; answers what was paid."""
    slip = ask_slip(
        topic=topic, order=order, shop_id=None, purpose=purpose, amount=amount, lines=[], reason="售后",
        event_key=f"{topic}:{key}", by=agent, now=now,
    )  # fmt: skip
    if dice.random() < 0.15:
        decline_slip(slip_id=slip.pk, version=None, reason="重填", by=sam, now=now)
        return D(0)
    if slip.state == SlipState.SUBMITTED:
        approve_slip(slip_id=slip.pk, version=None, by=sam, now=now)
    pay_slip(slip_id=slip.pk, version=None, platform_number=f"N{slip.pk:08d}", by=fin, now=now)
    books.out[topic] += amount
    books.out_in[clock.day_of(now).replace(day=1)] += amount
    return amount


def cents(dice: random.Random, most: int) -> Decimal:
    return Decimal(dice.randint(1, most * 100)) / 100


def shares_of(dice: random.Random) -> dict[str, Decimal]:
    parties = dice.sample(PARTIES, dice.randint(1, 3))
    cuts = sorted(dice.sample(range(1, 10_000), len(parties) - 1))
    edges = [0, *cuts, 10_000]
    return {party: Decimal(edges[n + 1] - edges[n]) / 100 for n, party in enumerate(parties)}


def pursue(claim: Claim, agent, sam, fin, now, dice, topic, books) -> None:
    """Leave it, write it off, or have it answered and perhaps settled; the test notes what that should mean."""
    told = {"claim_id": claim.pk, "version": None, "now": now}
    fate = dice.choice(["drafted", "sent", "disputed", "written_off", "accepted", "settled", "settled", "settled"])
    if fate == "written_off":
        services.write_off_claim(**told, reason="公司承担", by=sam)
        return
    books.waits[topic] += claim.amount
    if fate == "drafted":
        return
    services.prove_claim(**told, goods=["a.mp4"], reply=["b.png"], by=agent)
    services.send_claim(**told, by=agent)
    if fate == "disputed":
        services.dispute_claim(**told, reason="不认", by=agent)
    if fate not in ("accepted", "settled"):
        return
    agreed = claim.amount if dice.random() < 0.7 else max(D("0.01"), (claim.amount / 2).quantize(D("0.01")))
    services.accept_claim(**told, answer="同意", amount=agreed, by=agent)
    books.waits[topic] += agreed - claim.amount
    if fate == "settled":
        slip = services.ask_settlement(claim_id=claim.pk, version=None, by=agent, now=now)
        if slip.state == SlipState.SUBMITTED:
            approve_slip(slip_id=slip.pk, version=None, by=sam, now=now)
        pay_slip(slip_id=slip.pk, version=None, platform_number=f"N{slip.pk:08d}", by=fin, now=now)
        books.came[topic] += agreed
        books.waits[topic] -= agreed


def a_history(number: int, people: tuple[User, User, User], supplier, dice: random.Random, books: Books) -> str:
    topic, now = f"aftersales.case:{number}", NOON - dice.randint(0, 80) * DAY
    prices = tuple(str(cents(dice, 150)) for _ in range(dice.randint(1, 3)))
    order = an_order(prices, postage=str(cents(dice, 12)))
    goods = pay(topic, order, cents(dice, 1) + order.paid_total / 4 // D("0.01") * D("0.01"),
                Purpose.REFUND, "refund", *people, now, dice, books)  # fmt: skip
    freight = compensation = D(0)
    if dice.random() < 0.5:
        freight = pay(topic, order, cents(dice, 20), Purpose.FREIGHT, "freight", *people, now, dice, books)
    if dice.random() < 0.4:
        compensation = pay(topic, order, cents(dice, 40), Purpose.COMPENSATION, "comp", *people, now, dice, books)
    shares = shares_of(dice)
    loss = book_loss(
        topic=topic, order=order, goods=goods, freight=freight, compensation=compensation, shares=shares,
        supplier=supplier, proof=[], now=now,
    )  # fmt: skip
    books.lost[topic] = goods + freight + compensation
    books.months[topic] = clock.day_of(now).replace(day=1)
    if loss is not None:
        amounts = by_share(loss.total, {party: shares[party] for party in Liable.values if party in shares})
        assert sum(amounts.values()) == loss.total == sum(loss.claims.values_list("amount", flat=True))
        for claim in loss.claims.exclude(liable__in=INTERNAL).order_by("pk"):
            pursue(claim, *people, now, dice, topic, books)
    return topic


@pytest.fixture
def cases(request) -> int:
    return MANY if request.config.getoption("--thorough") else SOME[connection.vendor]


def test_fin_11_random_histories_balance_by_case_and_by_month(ana, sam, fin, supplier_a, cases):
    dice, books = random.Random(20261122), Books()
    topics = [a_history(number, (ana, sam, fin), supplier_a, dice, books) for number in range(cases)]
    for topic in topics:
        found = balance.balance_of(topic)
        borne = books.lost[topic] - books.came[topic] - books.waits[topic]
        expected = (books.out[topic], books.lost[topic], books.came[topic], borne, books.waits[topic])
        assert (found.paid_out, found.lost, found.came_back, found.borne, found.open) == expected, topic
        assert found.holds
        assert found.paid_out == found.came_back + found.borne + found.open
    assert len({topic for topic in topics if books.waits[topic] == 0 and books.came[topic] > 0}) > cases // 10
    for first in sorted(set(books.months.values())):
        own = [topic for topic in topics if books.months[topic] == first]
        found = balance.balance_of_month(first)
        assert found.holds
        assert found.lost == sum(books.lost[topic] for topic in own)
        assert found.came_back == sum(books.came[topic] for topic in own)
        assert found.open == sum(books.waits[topic] for topic in own)
        assert found.paid_out == books.out_in[first] == found.came_back + found.borne + found.open
    assert sum(found.lost for _first, found in balance.last_months(NOON, 4)) == sum(books.lost.values())


def test_a_balance_that_does_not_hold_says_so():
    """The control."""
    right = balance.Balance(lost=D(10), came_back=D(6), settled=D(6), borne=D(4))
    assert right.holds is True
    assert balance.Balance(lost=D(10), came_back=D(6), settled=D(6), borne=D(3)).holds is False
    assert balance.Balance(lost=D(10), came_back=D(6), settled=D(5), borne=D(4)).holds is False
