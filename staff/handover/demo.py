"""The handover book of the demo: yesterday's pages signed by both, the last one waits for whoever is on shift now."""

from __future__ import annotations

import datetime as dt

from sla import assignables
from staff.handover import services
from staff.handover.following import following
from staff.handover.services import Typed
from staff.models import Duty, Handover, User

MINUTE = dt.timedelta(minutes=1)
BACK = dt.timedelta(hours=40)
MOST = 8
NOTES = (
    "大促咨询量大，快捷短语先用“活动”组；仓库今晚 22:00 后不再出单。",
    "羽绒服退换问尺码的多，先请买家量肩宽再推荐。",
    "锦程服饰系统维护到 20:00，单号会晚一点回传。",
)
OWN = (
    ("买家要求周三前送到", "已催锦程服饰，答复今晚发出", "请夜班核对单号并回复买家"),
    ("保温杯漏水，买家发了照片", "已登记，等供应商答复", "供应商同意补发，明天跟进"),
    ("会议室空调报修", "已报行政", "行政约明天上午"),
    ("平台客服来电核实一笔退款", "已提供聊天截图", "等平台答复，勿催买家"),
)
RESULTS = (("已联系供应商", "等单号"), ("已在旺旺回复买家", "买家同意再等一天"), ("电话未接通", "请晚班再拨一次"))


def load(now: dt.datetime, by: User) -> None:
    """Fills the book for the shifts that ended lately; `by` leads the team. Nothing when pages are there already."""
    if Handover.objects.exists():
        return
    ended = Duty.objects.filter(cancelled_at__isnull=True, ends_at__lte=now, ends_at__gt=now - BACK)
    duties = list(ended.select_related("user__employment").order_by("-ends_at", "pk")[:MOST])
    for number, duty in enumerate(reversed(duties)):
        next_shift = following(duty.user, duty.ends_at, duty.skill)
        if not next_shift.users:
            continue
        taker, takes_at = next_shift.users[0], (next_shift.starts_at or duty.ends_at) - 5 * MINUTE
        waits = duty is duties[0] or takes_at > now
        if waits:
            _give_work(duty.user, taker, now)
        _play(duty, taker, number, takes_at=None if waits else takes_at)


def _give_work(leaver: User, holder: User, now: dt.datetime) -> None:
    """Some of the open work lies with the leaver still, so that the waiting page has something to take over."""
    for kind in assignables.kinds():
        pieces = kind.unheld(4) or kind.held_by([holder.pk])[:4]
        kind.move([assignables.Move(piece.subject_id, piece.holder_id, leaver.pk) for piece in pieces], now)


def _play(duty: Duty, taker: User, number: int, *, takes_at: dt.datetime | None) -> None:
    """One shift change: opened, written, signed by the leaver and taken over at `takes_at`; None: it waits."""
    page = services.open_for_duty(duty_id=duty.pk, now=duty.ends_at - 30 * MINUTE)
    if page is None:
        return
    lines = {item.pk: RESULTS[item.position % len(RESULTS)] for item in page.items.all()}
    own = OWN[number % len(OWN)]
    written = Typed(NOTES[number % len(NOTES)], lines, own)
    signs_at = duty.ends_at - 12 * MINUTE
    services.refresh_handover(handover_id=page.pk, version=0, typed=written, by=duty.user, now=signs_at)
    page = services.sign_as_leaver(
        handover_id=page.pk, version=1, typed=Typed(written.note, lines), by=duty.user, now=signs_at
    )
    if takes_at is None:
        return
    for item in page.items.order_by("position"):
        services.accept_item(handover_id=page.pk, version=page.version, item_id=item.pk, by=taker, now=takes_at)
    services.sign_as_taker(
        handover_id=page.pk,
        version=page.version,
        note="收到，已逐条看过。",
        by=taker,
        now=takes_at + 4 * MINUTE,
    )
