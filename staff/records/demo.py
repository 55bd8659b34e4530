"""The demo's records: two weeks of days, Friday's records, next Monday's meeting, tasks, memos, response times."""

from __future__ import annotations

import datetime as dt
import io
import random

from common import clock
from common.topics import topic_of
from staff.models import (
    ChecklistItem,
    DailyRecord,
    Duty,
    Meeting,
    Task,
    Team,
    User,
    UserSkill,
    WeeklyRecord,
    WeeklySummary,
)
from staff.records import rulebook, weeks
from staff.records.chats import columns
from staff.records.chats import services as chats
from staff.records.services import actions, checklists, daily, meetings, memos, tasks, weekly
from staff.rota.states import Skill

DAYS = 13
HOUR = dt.timedelta(hours=1)
PROBLEMS = (
    ("羽绒服拉链偶有卡住", "", ""),
    ("", "圆通到乡镇慢，买家多次催", ""),
    ("", "", "回复售后时找不到仓库的人"),
    ("保温杯色差，买家问得多", "申通周末不派送", ""),
    ("", "", ""),
)
NO_DEALS = ("嫌邮费贵", "等大促再买", "要的颜色没货", "比价后走了", "")
WEEKS = (
    ("售后催单多，圆通延误占一半；退款都在时限内处理。", "催单先看物流再回，少让买家重复描述。"),
    ("接待量比上周多两成，转化稳定。", "尺码问题整理成快捷短语。"),
    ("夜班首次响应偏慢，周末补了人。", "交接时把等回复的买家列全。"),
    ("新品问得多，卖点还不熟。", "周二前把新品卖点背熟。"),
)
TASKS = (
    ("补齐羽绒服尺码对照图", "按供应商给的尺码表做三张图，放到详情页第二屏。", 30, "receive"),
    ("整理本周退款原因", "按商品汇总，周一例会用。", 54, ""),
    ("联系圆通区域经理", "乡镇派送慢，问能否改投。", 8, "finish"),
)
MEMOS = ("买家常问“能不能今天发”，建议短语里写清 16:00 截单。", "桌面小风扇配件包装要换。", "问仓库周末值班电话。")
CHAT_HEADER = ("日期", "客服昵称", "班次", "接待人数", "首次响应（秒）", "平均响应（秒）", "满意率")


def load(now: dt.datetime, by: User) -> None:
    """Writes the records of the team that `by` leads. Nothing when some are there already."""
    team = Team.objects.filter(leader=by).first()
    if team is None or DailyRecord.objects.exists():
        return
    rulebook.load()
    people = list(User.objects.filter(employment__team=team, is_active=True).order_by("staff_no", "pk"))
    UserSkill.objects.get_or_create(user=people[0], skill=Skill.CLERK, shop_id=None)
    dice = random.Random(20261122)  # noqa: S311 a story, no secret
    _days(people, now, dice)
    _chats(people, now, by, dice)
    _week(team, people, now, by)
    _meeting(team, people, now, by)
    _work(people, now, by)


def _days(people: list[User], now: dt.datetime, dice: random.Random) -> None:
    """Who was on duty wrote the day; the last day of one in four is still a draft."""
    today = clock.day_of(now)
    first = today - dt.timedelta(days=DAYS)
    worked = Duty.objects.filter(user__in=people, day__gte=first, day__lte=today, cancelled_at=None)
    for number, (user_id, day) in enumerate(worked.order_by("day", "user_id").values_list("user_id", "day").distinct()):
        user = next(person for person in people if person.pk == user_id)
        goods, delivery, service = PROBLEMS[dice.randrange(len(PROBLEMS))]
        typed = {
            "served_buyers": dice.randint(28, 75),
            "served_ids": " ".join(f"demo_buyer{dice.randint(100, 999)}" for _ in range(3)),
            "no_deal_reasons": NO_DEALS[dice.randrange(len(NO_DEALS))],
            "product_problems": goods,
            "logistics_problems": delivery,
            "service_problems": service,
        }
        written = min(now, clock.day_end(day))
        if day == today and number % 4 == 0:
            daily.save_draft(user=user, day=day, version=0, typed=typed, now=written)
        else:
            daily.hand_in_daily(user=user, day=day, version=0, typed=typed, now=written)


def _chats(people: list[User], now: dt.datetime, by: User, dice: random.Random) -> None:
    """A file of the platform's statistics, read in as a supervisor would."""
    today = clock.day_of(now)
    lines = [",".join(CHAT_HEADER)]
    for back in range(DAYS, 0, -1):
        day = today - dt.timedelta(days=back)
        for number, user in enumerate(people):
            if (back + number) % 7 == 0:
                continue
            night = number % 4 == 3
            seconds = dice.gauss(52 if night else 34, 9) + number
            rate = dice.uniform(93, 100)
            lines.append(
                f"{day},旗舰店:{user.name},{'夜班' if night else '白班'},{dice.randint(40, 120)},"
                f"{seconds:.1f},{seconds * 1.6:.1f},{rate:.1f}%"
            )
    content = io.BytesIO("\n".join(lines).encode("utf-8-sig"))
    upload = chats.stage(file=content, name="千牛客服日报.csv", day=None, by=by, now=now)
    table = chats.table_of(upload)
    layout = chats.set_layout(table=table, name="千牛客服日报", chosen=columns.guess(table.header), by=by, now=now)
    chats.import_chats(upload=upload, layout=layout, by=by, now=now)


def _week(team: Team, people: list[User], now: dt.datetime, by: User) -> None:
    """Last week is handed in and passed on, this one is open."""
    today = clock.day_of(now)
    friday = weeks.week_of(today) - dt.timedelta(days=7)
    monday = clock.day_start(weeks.monday_of(friday)) + 6 * HOUR
    weekly.open_week(monday)
    records = WeeklyRecord.objects.filter(week=friday, user__in=people).select_related("user").order_by("user_id")
    for number, record in enumerate(records):
        last_week, to_improve = WEEKS[number % len(WEEKS)]
        moment = clock.day_start(friday) + 10 * HOUR + dt.timedelta(minutes=number * 7)
        weekly.save_weekly(
            user=record.user, week=friday, version=0, last_week=last_week, to_improve=to_improve, hand_in=True,
            now=moment,
        )  # fmt: skip
    summary = WeeklySummary.objects.filter(team=team, week=friday).first()
    if summary is not None:
        text = "圆通乡镇件普遍慢，请与区域经理联系；羽绒服尺码图需要补到详情页。"
        weekly.pass_on_week(summary_id=summary.pk, text=text, by=by, now=clock.day_start(friday) + 16 * HOUR)
    weekly.open_week(now)


def _meeting(team: Team, people: list[User], now: dt.datetime, by: User) -> None:
    """Last Monday's meeting was held and left something to do; the next one is prepared."""
    last_monday = weeks.meeting_day(clock.day_of(now)) - dt.timedelta(days=7)
    for monday in (last_monday, last_monday + dt.timedelta(days=7)):
        morning = clock.day_start(monday) + 6 * HOUR
        meetings.plan_meetings(min(now, morning) if monday > last_monday else morning)
        meeting = Meeting.objects.get(team=team, week=monday)
        meetings.draw_agenda(meeting_id=meeting.pk)
        meetings.fill_reports(meeting)
        if monday == last_monday:
            _hold(meeting, people, by, morning + 8 * HOUR)


def _hold(meeting: Meeting, people: list[User], by: User, at: dt.datetime) -> None:
    item = meetings.add_agenda_item(meeting_id=meeting.pk, title="仓库晚上 20:00 后不接电话", responsible="仓库")
    meetings.note_outcomes(meeting_id=meeting.pk, outcomes={item.pk: "值班表贴到交接本首页。"})
    for number, person in enumerate(people):
        last_week, to_improve = WEEKS[(number + 1) % len(WEEKS)]
        meetings.save_report(meeting_id=meeting.pk, user=person, last_week=last_week, to_improve=to_improve)
    for number, session in enumerate(meeting.sessions.all()):
        meetings.note_attendance(
            session_id=session.pk, led_by=by, attendees=people[number::2] if number else people[:9]
        )
    meetings.write_minutes(meeting_id=meeting.pk, version=0, notes="大促前排班已定；催单一律先查物流再回复。")
    for number, title in enumerate(("把 16:00 截单写进快捷短语", "羽绒服尺码图补到详情页")):
        due = clock.day_of(at) + dt.timedelta(days=4 + number * 5)
        actions.add_action(
            team=meeting.team, meeting=meeting, title=title, owner=people[number], due_on=due, by=by, now=at
        )
    meetings.close_meeting(meeting_id=meeting.pk, phrases_by=by, by=by, now=at)
    task = Task.objects.get(topic=topic_of(meeting))
    task = tasks.receive_task(task_id=task.pk, version=task.version, by=by, now=at)
    tasks.finish_task(task_id=task.pk, version=task.version, result="改了三条短语。", by=by, now=at + 26 * HOUR)


def _work(people: list[User], now: dt.datetime, by: User) -> None:
    agent = next((user for user in people if user.username == "agent"), people[0])
    for title, text, hours, done in TASKS:
        task = tasks.give_task(title=title, text=text, assignee=agent, due_at=now + hours * HOUR, by=by, now=now)
        if done:
            task = tasks.receive_task(task_id=task.pk, version=task.version, by=agent, now=now)
        if done == "finish":
            tasks.finish_task(task_id=task.pk, version=task.version, result="经理答应本周改投。", by=agent, now=now)
    for text in MEMOS:
        memos.write_memo(text=text, by=agent, now=now)
    memos.give_material(name="双耳耳麦 03 号", holder=agent, given_on=clock.day_of(now), by=by, now=now)
    for item in ChecklistItem.objects.filter(checklist__key="shift-start", must_be_zero=False)[:3]:
        checklists.tick_item(item_id=item.pk, by=agent, now=now)
