"""Totals equal an independent SQL count; every cohort is what `reports.cohorts` says."""

from __future__ import annotations

import datetime as dt
import json
import statistics
from typing import Any

import pytest
from django.db import connection

from common import clock
from reports.cohorts import Period
from reports.figures import compute
from reports.percentiles import percentile
from sla.models import Clock
from tests.factories import NOON
from tests.reports.conftest import DAY, hour

pytestmark = pytest.mark.django_db


def sql(text: str, *params: Any) -> Any:
    """One number, straight from the table: nothing of reports.* in between."""
    adapt = connection.ops.adapt_datetimefield_value
    values = [adapt(value) if isinstance(value, dt.datetime) else value for value in params]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()[0]


def test_totals_equal_an_independent_sql_count(noon: Any, month: None) -> None:
    a, b = hour(0), hour(24)
    timers = "policy = 'orders.unpaid_close'"  # it has no rung at which it breaks
    not_met = f"(verdict = 'breached' OR (verdict = '' AND state = 'running' AND NOT {timers}))"
    count = "SELECT COUNT(*) FROM sla_clock WHERE state <> 'void' AND "
    total = compute(DAY)["total"]
    expected = {
        "started": sql(count + "started_at >= %s AND started_at < %s", a, b),
        "met": sql(count + "verdict = 'met' AND stopped_at >= %s AND stopped_at < %s", a, b),
        "met_late": sql(count + f"{not_met} AND due_at >= %s AND due_at < %s AND stopped_at < %s", a, b, b),
        "breached": sql(
            count + f"{not_met} AND due_at >= %s AND due_at < %s AND (stopped_at IS NULL OR stopped_at >= %s)", a, b, b
        ),
        "open": sql(count + "started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s)", b, b),
        "open_late": sql(count + f"{not_met} AND due_at < %s AND (stopped_at IS NULL OR stopped_at >= %s)", b, b),
        "ended": sql(count + "stopped_at >= %s AND stopped_at < %s", a, b),
        "late_ended": sql(count + "verdict = 'breached' AND stopped_at >= %s AND stopped_at < %s", a, b),
        "late_sum": sql(
            "SELECT SUM(late_seconds) FROM sla_clock WHERE state = 'stopped' AND verdict = 'breached' "
            "AND stopped_at >= %s AND stopped_at < %s",
            a,
            b,
        ),
    }
    assert {name: total[name] for name in expected} == expected
    assert all(expected.values())


@pytest.mark.parametrize("part", ["policies", "shops", "suppliers", "supplier_policies"])
def test_every_grouping_adds_up_to_the_total(noon: Any, month: None, part: str) -> None:
    figures = compute(DAY)
    for name in ("started", "met", "met_late", "breached", "open", "open_late", "ended", "late_ended", "late_sum"):
        assert sum(row[name] for row in figures[part]) == figures["total"][name]


def test_medians_and_ninetieth_percentiles_are_those_of_the_fulfilled(noon: Any, month: None) -> None:
    ended = Clock.objects.filter(state="stopped", stopped_at__gte=hour(0), stopped_at__lt=hour(24))
    taken = [(c.stopped_at - c.started_at).total_seconds() - c.paused_seconds for c in ended]
    total = compute(DAY)["total"]
    assert total["taken_median"] == round(statistics.median(taken))
    assert total["taken_p90"] == round(statistics.quantiles(taken, n=10, method="inclusive")[8])
    assert total["late_median"] == round(statistics.median(c.late_seconds for c in ended if c.verdict == "breached"))


def test_percentiles_lie_on_the_line_between_two_values() -> None:
    assert percentile([10], 0.9) == 10
    assert percentile([10, 20], 0.5) == 15
    assert percentile([0, 10, 20, 30], 0.9) == 27


def test_each_cohort_by_one_promise(noon: Any, promise: Any, supplier_a: Any) -> None:
    promise(hour(1), hour(9), hour(8))  # met
    promise(hour(1), hour(9), hour(10))  # met late, by an hour
    promise(hour(1), hour(9), hour(25))  # fulfilled next day: breached when the day ended
    promise(hour(1), hour(9))  # breached, no sweep was there
    promise(hour(-30), hour(-1), hour(3))  # due the day before, fulfilled late today: caught up
    promise(hour(1), hour(30))  # open, in time, due tomorrow morning
    promise(hour(25), hour(30))  # started next day: not of this day at all
    promise(hour(1), hour(9), policy="orders.unpaid_close")  # only a timer: open, never late
    promise(hour(1), hour(9), state="paused")  # time stands still: open, not late
    promise(hour(1), hour(9), state="void", stopped_at=hour(2))  # counts nowhere
    total = compute(DAY)["total"]
    assert {name: total[name] for name in ("started", "met", "met_late", "breached")} == {
        "started": 7,
        "met": 1,
        "met_late": 1,
        "breached": 2,
    }
    assert total["share"] == 0.25
    assert (total["open"], total["open_late"]) == (5, 2)
    assert (total["ended"], total["late_ended"], total["late_sum"]) == (3, 2, 5 * 3600)


def test_the_trend_agrees_with_each_days_own_report(noon: Any, month: None) -> None:
    """Met and missed of a day are decided then; later days cannot change them (but for what was caught up)."""
    trend = {day["day"]: day for day in compute(DAY)["trend"]}
    assert len(trend) == 30
    for ago in (0, 1, 5, 29):
        day = DAY - dt.timedelta(days=ago)
        total = compute(day)["total"]
        assert trend[day.isoformat()] == {
            "day": day.isoformat(),
            "met": total["met"],
            "missed": total["met_late"] + total["breached"],
        }


def test_what_is_open_and_late_is_listed_oldest_first(noon: Any, month: None) -> None:
    figures = compute(DAY)
    listed = figures["open_breaches"]
    assert len(listed) == figures["open_breach_count"] == figures["total"]["open_late"] > 0
    assert [row["due_at"] for row in listed] == sorted(row["due_at"] for row in listed)
    assert all(row["late"] > 0 for row in listed)


def test_what_falls_due_tomorrow_morning(noon: Any, promise: Any, supplier_a: Any, supplier_b: Any) -> None:
    promise(hour(1), hour(24), supplier=supplier_a)
    promise(hour(1), hour(35.99), supplier=supplier_a)
    promise(hour(1), hour(36), supplier=supplier_a)
    promise(hour(1), hour(23.99), supplier=supplier_a)
    promise(hour(1), hour(30), supplier=supplier_b, policy="orders.ship_promotion")
    assert compute(DAY)["tomorrow"] == [
        {"supplier_id": supplier_a.pk, "policy": "orders.ship_daily", "count": 2},
        {"supplier_id": supplier_b.pk, "policy": "orders.ship_promotion", "count": 1},
    ]


def test_overdue_refunds_by_supplier_and_iso_week_SUP_17(noon: Any, promise: Any, supplier_a: Any) -> None:
    monday = dt.date(2026, 11, 16)
    for due in (hour(0, monday), hour(5, monday), hour(-0.01, monday), hour(9, dt.date(2026, 9, 1))):
        promise(due - dt.timedelta(days=2), due, policy="orders.platform_refund", supplier=supplier_a)
    promise(hour(0, monday), hour(9, monday), policy="orders.ship_daily", supplier=supplier_a)
    assert compute(DAY)["refund_weeks"] == [
        {"week": "2026-W47", "supplier_id": supplier_a.pk, "overdue": 2},
        {"week": "2026-W46", "supplier_id": supplier_a.pk, "overdue": 1},
    ]


def test_a_running_day_is_looked_at_now(noon: Any, promise: Any) -> None:
    today = clock.day_of(NOON)
    promise(NOON - dt.timedelta(hours=5), NOON - dt.timedelta(minutes=1))
    promise(NOON - dt.timedelta(hours=5), NOON + dt.timedelta(minutes=1))
    assert Period.of(today, NOON).as_of == NOON
    total = compute(today)["total"]
    assert (total["breached"], total["open"], total["open_late"]) == (1, 2, 1)


def test_an_empty_day_has_figures_too(noon: Any, db: None) -> None:
    figures = compute(DAY)
    assert figures["total"]["share"] is None
    assert figures["total"]["started"] == 0
    assert figures["policies"] == []
    json.dumps(figures)


def test_the_report_takes_a_fixed_number_of_queries(noon: Any, month: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        compute(DAY)
