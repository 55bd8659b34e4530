"""What people did with orders: deals as figures, commission by staff number, the stock of waybills."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest

from audit.models import Entry
from common.exceptions import BusinessError
from notifications.models import BellItem
from orders import commission, measures, waybills
from orders.models import Parcel, WaybillStock
from orders.states import OrderState, RefundState
from staff.models import ServiceRules
from staff.rota.states import Skill
from tests import factories
from tests.factories import NOON, at
from tests.factories_staff import UserSkillFactory, a_team

TODAY = dt.date(2026, 11, 20)
MONTH = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
DAY = dt.timedelta(days=1)


def sold(owner, total="100.00", paid_at=NOON, **more):
    return factories.OrderFactory(owner=owner, paid_at=paid_at, paid_total=total, **more)


def test_ord_15_deals_count_on_the_shanghai_day_of_payment(noon, ana, sam):
    sold(ana, paid_at=at("2026-11-19 23:59:59"))
    sold(ana, paid_at=at("2026-11-20 00:00:00"))
    sold(ana, "50.50", paid_at=at("2026-11-20 23:59:59"))
    sold(sam)
    sold(ana, state=OrderState.CLOSED)
    sold(None)
    assert measures.deals([ana.pk], TODAY - DAY, TODAY) == {(ana.pk, TODAY - DAY): 1, (ana.pk, TODAY): 2}
    assert measures.deal_amount([ana.pk], TODAY, TODAY) == {(ana.pk, TODAY): Decimal("150.5")}


def test_a_figure_of_many_people_is_one_query(noon, ana, sam, django_assert_num_queries):
    sold(ana)
    sold(sam)
    with django_assert_num_queries(1):
        assert len(measures.deals([ana.pk, sam.pk], TODAY, TODAY)) == 2


def test_fin_12_commission_is_the_percent_of_what_was_paid_and_not_refunded(noon, ana):
    ServiceRules.objects.create(pk=1, commission_percent=Decimal("1.50"))
    order = sold(ana, "200.00")
    sold(ana, "100.00", paid_at=at("2026-10-31 23:59:59"))
    factories.RefundFactory(order=order, state=RefundState.SUCCESS, amount="50.00")
    factories.RefundFactory(order=order, state=RefundState.CLOSED, amount="70.00")
    (line,) = commission.report(ana, *MONTH)
    assert (line.deals, line.paid, line.refunded, line.base, line.commission) == (1, 200, 50, 150, Decimal("2.25"))


def test_fin_12_everybody_sees_his_own_leaders_theirs_and_finance_all(noon, ana, sam):
    other, money = factories.UserFactory(name="丙"), factories.UserFactory(role="finance", name="钱")
    a_team(ana, leader=sam)
    for user in (ana, sam, other):
        sold(user)
    seen = {reader.name: {line.name for line in commission.report(reader, *MONTH)} for reader in (ana, sam, money)}
    assert seen == {"安娜": {"安娜"}, "山姆": {"安娜", "山姆"}, "钱": {"安娜", "山姆", "丙"}}


def test_the_report_takes_as_many_queries_for_ten_as_for_one(noon, sam, django_assert_num_queries):
    money = factories.UserFactory(role="finance")
    sold(sam)
    with django_assert_num_queries(4):
        commission.report(money, *MONTH)
    for _number in range(9):
        sold(factories.UserFactory())
    with django_assert_num_queries(4):
        assert len(commission.report(money, *MONTH)) == 10


def test_sec_02_an_export_names_who_took_it_and_the_trail_keeps_no_sum(noon, ana, sam):
    a_team(ana, leader=sam)
    sold(ana, "987.65")
    stream = io.BytesIO()
    commission.export(reader=sam, first=MONTH[0], last=MONTH[1], form="csv", stream=stream)
    text = stream.getvalue().decode("utf-8-sig")
    assert ("987.65" in text, "山姆" in text, "2026-11-20 12:00" in text) == (True, True, True)
    entry = Entry.objects.get(action="orders.commission_exported")
    assert entry.data == {"first": "2026-11-01", "last": "2026-11-30", "rows": 1}


def test_sec_02_an_export_has_its_limit(noon, ana, sam, monkeypatch):
    a_team(ana, leader=sam)
    sold(ana)
    monkeypatch.setattr(commission, "MOST_ROWS", 0)
    with pytest.raises(BusinessError) as refusal:
        commission.export(reader=sam, first=MONTH[0], last=MONTH[1], form="csv", stream=io.BytesIO())
    assert (refusal.value.code, Entry.objects.count()) == ("too_many", 0)


def test_the_pages_of_commission(noon, ana, sam, olli, as_user):
    a_team(ana, leader=sam)
    order = sold(ana)
    url = f"/orders/deals/?user={ana.pk}&from=2026-11-01&to=2026-11-30"
    assert [as_user(user).get(url).status_code for user in (ana, sam, olli)] == [200, 200, 404]
    assert order.order_no in as_user(ana).get(url).content.decode()
    assert as_user(ana).post("/orders/commission/export/").status_code == 403
    answer = as_user(sam).post("/orders/commission/export/", {"form": "xlsx", "month": "2026-11-01"})
    assert answer["Content-Disposition"] == 'attachment; filename="commission-2026-11.xlsx"'


# ── Waybills ─────────────────────────────────────────────────────────────────
def count(by, left, moment=NOON, **more) -> WaybillStock:
    return waybills.count_waybills(
        **{"carrier": "YTO", "kind": "electronic", "left": left, "warn_days": 2, "by": by, "now": moment, **more}
    )


def parcels(number: int, moment: dt.datetime) -> None:
    part = factories.FulfilmentFactory(order__state=OrderState.SHIPPED)
    Parcel.objects.bulk_create(
        [
            Parcel(
                order=part.order, fulfilment=part, carrier="YTO", tracking_no=f"YT{moment:%d%H%M}{n:06d}",
                source="supplier", shipped_at=moment, recorded_at=moment,
            )
            for n in range(number)
        ]
    )  # fmt: skip


def test_log_05_stock_lasts_as_long_as_the_volume_of_seven_days_says(noon, ana):
    parcels(70, NOON - 3 * DAY)
    count(ana, 30, NOON - DAY)
    parcels(7, NOON - dt.timedelta(hours=1))
    (stock,) = waybills.stocks()
    assert (stock.left, stock.a_day, stock.days) == (23, Decimal("11.0"), Decimal("2.1"))
    assert stock.is_low is False


def test_log_05_below_two_days_operations_and_clerks_hear_once_a_day(noon, ana, olli):
    clerk = factories.UserFactory(name="制单")
    UserSkillFactory(user=clerk, skill=Skill.CLERK)
    parcels(70, NOON - 3 * DAY)
    count(ana, 19)
    assert [waybills.warn_of_waybills(), waybills.warn_of_waybills()] == [1, 1]
    assert sorted(BellItem.objects.values_list("user__name", flat=True)) == sorted(["制单", "欧丽"])
    waybills.warn_of_waybills(NOON + DAY)
    assert BellItem.objects.count() == 4


def test_log_05_enough_waybills_warn_nobody(noon, ana, olli):
    parcels(70, NOON - 3 * DAY)
    count(ana, 20)
    assert (waybills.warn_of_waybills(), BellItem.objects.count()) == (0, 0)


def test_log_05_handwritten_ones_are_used_as_the_counts_say(noon, ana):
    for left, back in ((100, 10), (60, 6), (160, 5), (120, 1)):
        count(ana, left, NOON - back * DAY, kind="paper")
    (stock,) = waybills.stocks()
    assert (stock.a_day, stock.left) == (Decimal("8.9"), 120)


def test_a_carrier_nobody_knows_is_refused(noon, ana):
    with pytest.raises(BusinessError):
        count(ana, 5, carrier="??")
    assert WaybillStock.objects.count() == 0


def test_who_counts_waybills(noon, ana, as_user):
    data = {"carrier": "YTO", "kind": "electronic", "left": "500", "warn_days": "2"}
    money = factories.UserFactory(role="finance")
    assert as_user(money).get("/orders/waybills/").status_code == 200
    assert as_user(money).post("/orders/waybills/", data).status_code == 403
    assert as_user(ana).post("/orders/waybills/", data).status_code == 302
    assert WaybillStock.objects.get().left == 500
