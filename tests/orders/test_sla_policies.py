"""When orders must ship, be reminded of, be confirmed: against naive oracles and by hand."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.sla_policies import AUTO_CONFIRM, SHIP_DAILY, SHIP_PROMOTION, UNPAID_REMINDER
from orders.states import Platform
from sla.editing import changed_numbers
from sla.policies import Numbers, Policy
from tests.factories import at

SHANGHAI = ZoneInfo("Asia/Shanghai")
paid = st.integers(0, 400 * 86_400).map(lambda seconds: at("2026-01-01 00:00:00") + dt.timedelta(seconds=seconds))


def numbers(policy: Policy, **changes: object) -> Numbers:
    base = Numbers(
        1, policy.key, 1, policy.defaults.length_seconds, policy.defaults.cutoff, parameters=policy.defaults.parameters
    )
    return changed_numbers(base, changes)


def naive_ship_due(moment: dt.datetime, hour: int) -> dt.datetime:
    """Walks second by second in thought: in the day's first `hour` hours → 23:59:59, else the same time tomorrow."""
    local = moment.astimezone(SHANGHAI)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    if seconds <= hour * 3600:
        return local + dt.timedelta(seconds=86_399 - seconds)
    return local + dt.timedelta(days=1)


@settings(max_examples=300, deadline=None)
@given(moment=paid)
def test_daily_ship_due_equals_the_naive_oracle_sup_01_sup_02(moment):
    assert SHIP_DAILY.due(moment, numbers(SHIP_DAILY), {}) == naive_ship_due(moment, 16)


@settings(max_examples=100, deadline=None)
@given(moment=paid, hour=st.integers(0, 23))
def test_the_suppliers_own_cut_off_counts_sup_02(moment, hour):
    facts = {"cutoff": f"{hour:02d}:00:00"}
    assert SHIP_DAILY.due(moment, numbers(SHIP_DAILY), facts) == naive_ship_due(moment, hour)


@pytest.mark.parametrize(
    ("paid_at", "due_at"),
    [
        ("2026-11-20 16:00:00", "2026-11-20 23:59:59"),  # by the cut-off, in its second
        ("2026-11-20 16:00:01", "2026-11-21 16:00:01"),
        ("2026-11-20 00:00:00", "2026-11-20 23:59:59"),
        ("2026-11-21 10:00:00", "2026-11-21 23:59:59"),  # a Saturday counts
        ("2026-10-01 23:59:59", "2026-10-02 23:59:59"),  # a holiday too
    ],
)
def test_daily_ship_due_by_hand_sup_02(paid_at, due_at):
    assert SHIP_DAILY.due(at(paid_at), numbers(SHIP_DAILY), {}) == at(due_at)


@settings(max_examples=50, deadline=None)
@given(moment=paid)
def test_promotion_orders_have_48_hours_without_cut_off_sup_03(moment):
    assert SHIP_PROMOTION.due(moment, numbers(SHIP_PROMOTION), {}) == moment + dt.timedelta(hours=48)


@pytest.mark.parametrize(
    ("ordered_at", "round_at"),
    [
        ("2026-11-20 04:00:00", "2026-11-20 16:00:00"),  # twelve hours are over in the round's second
        ("2026-11-20 04:00:01", "2026-11-21 16:00:00"),
        ("2026-11-20 23:00:00", "2026-11-21 16:00:00"),
    ],
)
def test_reminders_fall_into_the_first_round_after_twelve_hours_ord_05(ordered_at, round_at):
    assert UNPAID_REMINDER.due(at(ordered_at), numbers(UNPAID_REMINDER), {}) == at(round_at)


@pytest.mark.parametrize("platform", Platform.values)
def test_days_to_confirm_are_data_per_platform_and_kind_of_delivery_log_03(platform):
    shipped = at("2026-11-20 10:00:00")
    plain = numbers(AUTO_CONFIRM)
    assert AUTO_CONFIRM.due(shipped, plain, {"platform": platform}) == shipped + dt.timedelta(days=10)
    assert AUTO_CONFIRM.due(shipped, plain, {"platform": platform, "post": True}) == shipped + dt.timedelta(days=30)
    edited = numbers(AUTO_CONFIRM, parameters={"express": {platform: 15}})
    assert AUTO_CONFIRM.due(shipped, edited, {"platform": platform}) == shipped + dt.timedelta(days=15)
