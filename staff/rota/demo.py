"""A team of twelve in the demo: two shifts a day, a published cycle around today, the next one as a draft."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

from common import clock
from staff.models import PlannedDuty, Rota, ShiftTemplate, Team, User
from staff.roles import Role
from staff.rota import services
from staff.rota.plan import cycle_week_of
from staff.rota.rules import HARD, RULES
from staff.rota.services.publishing import COVERAGE
from staff.rota.sets import SETS
from staff.rota.states import DayKind, Origin, Skill, WishKind
from staff.selectors import service_rules

DAY = dt.timedelta(days=1)
TEAM = "客服一组"
# username, name, staff number; those of the demo's own logins are there already
PRESALES = (
    ("agent2", "小满", "K02"),
    ("qingqing", "周青青", "K11"),
    ("mulan", "吴木兰", "K12"),
    ("xiaoyu", "郑小雨", "K13"),
    ("zhiyuan", "王致远", "K14"),
    ("lele", "冯乐乐", "K15"),
)
AFTERSALES = (
    ("agent", "慧兰", "K01"),
    ("haoran", "陈浩然", "K21"),
    ("siyuan", "褚思源", "K22"),
    ("yiran", "卫依然", "K23"),
    ("jiahe", "蒋嘉禾", "K24"),
    ("wenjing", "沈文静", "K25"),
)
WORKDAY, WEEKEND = {"early": 2, "late": 2}, {"early": 1, "late": 1}


def load(now: dt.datetime, by: User) -> None:
    """Makes the team that `by` leads, with its shifts, people, demand and two cycles. Once: nothing when it is there."""
    if Team.objects.filter(name=TEAM).exists():
        return
    early, late = services.use_set(scheme=next(iter(SETS)), by=by, now=now)
    team = services.save_team(team=None, name=TEAM, leader=by, by=by, now=now)
    groups = [(_people(PRESALES, Role.AGENT_PRESALES), Skill.PRESALES)]
    groups.append((_people(AFTERSALES, Role.AGENT_AFTERSALES), Skill.AFTERSALES))
    for people, skill in groups:
        for number, user in enumerate(people):
            _employ(user, team, skill, number, by, now)
    _ask(team, early, late, by, now)
    today = clock.day_of(now)
    monday = today - today.weekday() * DAY - 7 * DAY
    _special_day(today, by, now)
    published = services.create_rota(team=team, starts_on=monday, by=by, now=now)
    _fill(published, groups, early, late)
    taken_on = [rule.key for rule in RULES.values() if rule.severity != HARD]
    services.publish_rota(
        rota=published,
        version=None,
        acknowledged=[*taken_on, COVERAGE],
        note="三周循环，周六换班。",
        by=by,
        now=now,
    )
    draft = services.create_rota(team=team, starts_on=monday + published.weeks * 7 * DAY, by=by, now=now)
    _fill(draft, groups, early, late)
    _leave_gaps(draft)
    _wishes(draft, groups[0][0], late, now)
    services.plan_cleaning(first=today, last=today + 13 * DAY, by=by, now=now)


def _people(rows: tuple[tuple[str, str, str], ...], role: str) -> list[User]:
    """The people of these rows; who is missing is made as the demo's other logins are, with their password."""
    there = {user.username: user for user in User.objects.filter(username__in=[row[0] for row in rows])}
    found = []
    for username, name, staff_no in rows:
        user = there.get(username)
        if user is None:
            user = User(username=username, name=name, role=role, staff_no=staff_no, email=f"{username}@example.com")
            user.set_password(os.environ.get("DEMO_PASSWORD") or "houtai-demo")
            user.save()
        found.append(user)
    return found


def _employ(user: User, team: Team, skill: str, number: int, by: User, now: dt.datetime) -> None:
    skills: list[tuple[str, int | None]] = [(skill, None)]
    if number == 1:  # one of each six can do both
        skills = [(Skill.PRESALES, None), (Skill.AFTERSALES, None)]
    values = {"joined_on": clock.day_of(now) - (400 + 37 * number) * DAY, "no_night": False, "week_minutes": 2400}
    services.save_member(user=user, team=team, values=values, skills=skills, by=by, now=now)


def _ask(team: Team, early: ShiftTemplate, late: ShiftTemplate, by: User, now: dt.datetime) -> None:
    asked = {}
    for skill in (Skill.PRESALES, Skill.AFTERSALES):
        for kind, numbers in ((DayKind.WORKDAY, WORKDAY), (DayKind.WEEKEND, WEEKEND)):
            asked[early.pk, str(skill), str(kind)] = numbers["early"]
            asked[late.pk, str(skill), str(kind)] = numbers["late"]
    services.save_demand(team=team, asked=asked, by=by, now=now)


def _special_day(today: dt.date, by: User, now: dt.datetime) -> None:
    day = dt.date(today.year, 12, 12)
    if not today <= day <= today + 28 * DAY:
        day = today + 9 * DAY
    services.add_special_day(day=day, name="年终大促", skill=Skill.PRESALES, by=by, now=now)


def _fill(rota: Rota, groups: list[tuple[list[User], Skill]], early: ShiftTemplate, late: ShiftTemplate) -> None:
    """Two halves of each six, early and late, change places on the change day (STF-05)."""
    PlannedDuty.objects.bulk_create(
        PlannedDuty(rota=rota, user=user, day=day, template=shift, skill=skill, origin=Origin.PROPOSED)
        for people, skill in groups
        for day, user, shift in _pattern(rota, people, early, late)
    )


def _pattern(
    rota: Rota, people: list[User], early: ShiftTemplate, late: ShiftTemplate
) -> Iterator[tuple[dt.date, User, ShiftTemplate]]:
    """Of three, two work on a working day and one on a day of the weekend; nobody goes from late to early overnight."""
    change = service_rules().change_weekday
    for number in range(rota.weeks * 7):
        day = rota.starts_on + number * DAY
        begin = cycle_week_of(day, change)
        odd = begin.toordinal() // 7 % 2
        place = day.weekday()
        for half, shift in ((people[:3], late if odd else early), (people[3:], early if odd else late)):
            there = [half[1 if place == 5 else 0]] if place > 4 else [p for p in half if p is not half[place % 3]]
            yield from ((day, user, shift) for user in there)


def _leave_gaps(draft: Rota) -> None:
    """A draft is not finished: two duties are missing, so that the page has something to say."""
    rows = PlannedDuty.objects.filter(rota=draft, day=draft.starts_on + 8 * DAY).order_by("pk")[:2]
    PlannedDuty.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _wishes(draft: Rota, people: list[User], late: ShiftTemplate, now: dt.datetime) -> None:
    services.add_wish(user=people[0], day=draft.starts_on + 4 * DAY, kind=WishKind.OFF, note="孩子家长会", now=now)
    services.add_wish(
        user=people[3], day=draft.starts_on + 9 * DAY, kind=WishKind.AVOID, template=late, note="", now=now
    )
