"""Conduct in the demo: a few incidents in their states, an appeal, the fund, a mentoring, two product trainings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from common import clock
from staff import selectors
from staff.conduct import fund, mentoring, services, training
from staff.conduct.improving import agree_improvement
from staff.conduct.proposing import propose
from staff.models import FundEntry, Penalty, User
from staff.roles import AGENTS
from staff.selectors import team_of

DAY = dt.timedelta(days=1)
NOTES = tuple(
    f"{shop}:{said}"
    for shop, said in (
        ("暖阳家居店", "夸保温久，嫌杯盖重"),
        ("清和百货", "夸颜色多，嫌发货慢"),
        ("木棉生活馆", "夸包装好，嫌有胶味"),
        ("北岸优选", "夸便宜，嫌容量小"),
        ("拾光杂货", "夸好看，嫌掉漆"),
        ("云朵小铺", "夸客服回得快"),
        ("山海集", "夸不漏水，嫌吸管难洗"),
        ("小鹿家", "夸送杯刷"),
        ("知味生活", "嫌说明书看不懂"),
        ("白桦商行", "夸赠品，嫌偏重"),
    )
)


def load(now: dt.datetime, by: User) -> None:
    """Fills the pages of the team that `by` leads. Nothing when there is something already."""
    people = list(selectors.led_people(by).filter(role__in=AGENTS).order_by("pk"))
    if FundEntry.objects.exists() or len(people) < 4:
        return
    _penalties(people, by, now)
    team = team_of(people[0])
    if team is not None:
        fund.enter(
            team=team, amount=Decimal("500.00"), text="公司拨给部门的活动经费", by=by, spending=False, now=now - 9 * DAY
        )
        fund.enter(team=team, amount=Decimal("86.50"), text="大促夜宵", by=by, now=now - 2 * DAY)
        agree_improvement(
            team=team,
            owner=people[0],
            title="首次响应平均 40 秒以内",
            due_on=clock.day_of(now + 14 * DAY),
            by=by,
            now=now,
        )
    start = clock.day_of(now - 12 * DAY)
    made = mentoring.start_mentoring(mentor=people[1], trainee=people[-1], started_on=start, by=by, now=now - 12 * DAY)
    mentoring.pass_trainee(mentoring_id=made.pk, on=clock.day_of(now - DAY), by=by, now=now)
    mentoring.start_mentoring(mentor=people[2], trainee=people[-2], started_on=start, by=by, now=now - 12 * DAY)
    _trainings(people, by, now)


def _event(user: User, kind: str, at: dt.datetime, description: str, evidence: str) -> Penalty:
    made = propose(
        kind=kind,
        user=user,
        event_key=f"demo:{kind}:{at:%Y%m%d%H}",
        topic="",
        happened_at=at,
        description=description,
        evidence=evidence,
        now=at + dt.timedelta(hours=1),
    )
    if made is None:
        raise RuntimeError(f"The demo's {kind} was proposed before.")
    return made


def _penalties(people: list[User], by: User, now: dt.datetime) -> None:
    one, two, three, four = people[:4]
    late = _event(one, "late", now - 9 * DAY, "早班迟到 12 分钟", "打卡记录 08:57")
    services.confirm_penalty(penalty_id=late.pk, version=0, by=by, now=now - 8 * DAY - dt.timedelta(hours=1))
    complaint = _event(two, "service_complaint", now - 4 * DAY, "买家投诉回复慢、语气生硬", "旺旺聊天记录 14:20")
    services.confirm_penalty(penalty_id=complaint.pk, version=0, by=by, now=now - 3 * DAY)
    services.appeal_penalty(
        penalty_id=complaint.pk,
        version=1,
        text="当时同时接待 9 位买家，系统掉线 20 分钟，已向买家道歉并补发。",
        by=two,
        now=now - 2 * DAY,
    )
    _event(three, "no_handover", now - DAY, "晚班下班未写交接", "交接班 11-19 晚班未签")
    praise = _event(four, "praise", now - 2 * DAY, "买家来电表扬耐心", "订单备注")
    services.confirm_penalty(penalty_id=praise.pk, version=0, by=by, now=now - DAY)
    services.book_due(now)


def _trainings(people: list[User], by: User, now: dt.datetime) -> None:
    today = clock.day_of(now)
    common: dict[str, Any] = {"trainer": by, "attendees": people, "by": by, "now": now, "training_id": None}
    training.save_training(
        product_code="BWB-500",
        title="直饮保温杯 500ml",
        held_on=today - 3 * DAY,
        selling_points="316 内胆，12 小时保温，一键开盖，可放杯架。",
        competitor_notes=NOTES,
        phrases_made=True,
        listing_on=today + 5 * DAY,
        passed=people,
        **common,
    )
    training.save_training(
        product_code="YS-310",
        title="反光自动雨伞",
        held_on=None,
        selling_points="",
        competitor_notes=NOTES[:4],
        phrases_made=False,
        listing_on=today + 2 * DAY,
        passed=[],
        **common | {"trainer": None, "attendees": []},
    )
