"""Who is on shift: read off the published windows, those who stay longer, leave and those away for a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, DateTimeField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from common import clock
from staff.exchanges.states import LeaveState
from staff.models import Attendance, Away, Duty, DutyWindow, Leave, SpecialDay, User
from staff.roles import AGENTS, Role
from staff.rota.states import Skill

ROTA_AROUND = dt.timedelta(hours=36)  # a published duty this near means that the house works by a rota
NEXT_WITHIN = dt.timedelta(hours=24)
SOON = dt.timedelta(minutes=30)
STAY_AT_MOST = dt.timedelta(hours=24)  # a clock-in older than this was forgotten
BY_ROLE = {Role.AGENT_PRESALES: Skill.PRESALES, Role.AGENT_AFTERSALES: Skill.AFTERSALES}


@dataclass(frozen=True)
class Able:
    """What somebody can do: pairs of skill and shop (None: every shop), and the skill of a special day (STF-07)."""

    rows: frozenset[tuple[str, int | None]] = frozenset()
    special: str = ""

    def fits(self, skill: str = "", shop_id: int | None = None) -> bool:
        """Whether it is enough for this skill and shop; an empty one asks for nothing."""
        if skill and skill == self.special:
            return True
        return any(
            (not skill or skill == known) and (shop_id is None or shop is None or shop == shop_id)
            for known, shop in self.rows
        )


@dataclass(frozen=True)
class Member:
    """Somebody who is on shift, until when (None: as long as it takes), for whom he stands in, whether he is there."""

    user: User
    able: Able
    until: dt.datetime | None = None
    stands_in: tuple[Able, ...] = ()
    present: bool = False  # clocked in

    def fits(self, skill: str = "", shop_id: int | None = None) -> bool:
        """Whether he, or somebody whom he covers, can do this. No skill and no shop asked: everybody can."""
        if not skill and shop_id is None:
            return True
        return any(able.fits(skill, shop_id) for able in (self.able, *self.stands_in))

    @property
    def serves(self) -> bool:
        """Whether he is an agent, or planned like one by his skills: what goes to «the agent» may go to him."""
        return self.user.role in AGENTS or bool(self.able.rows)


@dataclass(frozen=True)
class Crew:
    """Everybody who is on shift at one instant, by name."""

    at: dt.datetime
    members: tuple[Member, ...] = field(default=())

    def having(self, skill: str = "", shop_id: int | None = None) -> list[Member]:
        return [member for member in self.members if member.fits(skill, shop_id)]

    def get(self, user_id: int | None) -> Member | None:
        return next((member for member in self.members if member.user.pk == user_id), None)


def crew(at: dt.datetime) -> Crew:
    """Everybody on shift at `at` with what they can do. Three queries, whoever and however many they are.

    On shift: a published window holds `at` (from its first second up to, not including, its last), or clocked in
    beyond the end (STF-02) or without a plan; not on approved leave. Who is away counts by the cover (STF-17).
    """
    people = {user.pk: user for user in _candidates(at)}
    if not people:
        return Crew(at)
    covers = dict(_aways(at).values_list("user_id", "cover_id"))
    able = abilities(people.values(), clock.day_of(at))
    stands_in: dict[int, list[Able]] = defaultdict(list)
    here = set()
    for pk, user in people.items():
        if not user.on_duty:  # type: ignore[attr-defined]
            continue
        there = _who_stands_there(pk, covers)
        if there in people:
            here.add(there)
            if there != pk:
                stands_in[there].append(able[pk])
    return Crew(
        at,
        tuple(
            Member(user, able[pk], user.until, tuple(stands_in[pk]), user.present)  # type: ignore[attr-defined]
            for pk, user in people.items()
            if pk in here
        ),
    )


def on_shift(at: dt.datetime, *, skill: str = "", shop_id: int | None = None) -> list[User]:
    """Who is on shift at that instant and can do this, by name. Three queries. See `crew` for who counts.

    Without any rows of skills a person can do what the role says; on a special day everybody leans to its skill
    (STF-07). `shop_id` None asks for no shop.
    """
    return [member.user for member in crew(at).having(skill, shop_id)]


def on_shift_next(at: dt.datetime, *, skill: str = "", shop_id: int | None = None) -> list[User]:
    """Whose window starts next, within 24 hours after `at`, among those who can do this. Two queries."""
    return [member.user for member in crew_next(at, skill=skill, shop_id=shop_id)]


def crew_next(at: dt.datetime, *, skill: str = "", shop_id: int | None = None) -> list[Member]:
    """The people of `on_shift_next` with what they can do and the end of that window."""
    windows = list(
        _published(DutyWindow.objects.filter(starts_at__gt=at, starts_at__lte=at + NEXT_WITHIN))
        .filter(user__is_active=True)
        .exclude(_leave_at(OuterRef("user_id"), OuterRef("starts_at")))
        .select_related("user")
        .order_by("starts_at", "user__name", "user_id")
    )
    able = abilities([window.user for window in windows], clock.day_of(at)) if windows else {}
    first: dt.datetime | None = None
    found = []
    for window in windows:
        member = Member(window.user, able[window.user_id], window.ends_at)
        if member.fits(skill, shop_id) and first in (None, window.starts_at):
            first = window.starts_at
            found.append(member)
    return found


def has_rota(at: dt.datetime) -> bool:
    """Whether anything is published within 36 hours around `at`: without a rota everybody is meant as before."""
    around = DutyWindow.objects.filter(ends_at__gt=at - ROTA_AROUND, starts_at__lt=at + ROTA_AROUND)
    return _published(around).exists()


def shift_of(user: User, at: dt.datetime) -> Duty | None:
    """The duty that somebody is still clocked in on, or is in (the pause of a split shift too), or that starts within
    30 minutes; None outside of any. One query."""
    clocked_in = Attendance.objects.filter(duty=OuterRef("pk")).filter(_clocked_in(at))
    now_or_soon = Q(cancelled_at__isnull=True, starts_at__lte=at + SOON, ends_at__gt=at)
    return (
        Duty.objects.filter(user=user)
        .filter(Q(Exists(clocked_in)) | now_or_soon)
        .annotate(first=Case(When(Exists(clocked_in), then=Value(0)), default=Value(1), output_field=IntegerField()))
        .select_related("template", "rota")
        .order_by("first", "starts_at", "pk")
        .first()
    )


def clocked_in_at(at: dt.datetime) -> set[int]:
    """The ids of those who are clocked in at that instant, away for a moment or not. One query."""
    return set(Attendance.objects.filter(_clocked_in(at)).values_list("user_id", flat=True))


def is_special(day: dt.date) -> SpecialDay | None:
    """The special workday that `day` is, if it is one (STF-07)."""
    return SpecialDay.objects.filter(day=day).first()


def abilities(users: Iterable[User], day: dt.date) -> dict[int, Able]:
    """What these people can do on that day, by user id. One query."""
    known = {user.pk: user for user in users}
    special = SpecialDay.objects.filter(day=day).values("skill")[:1]
    marked = User.objects.filter(pk__in=known).annotate(special=Subquery(special))
    rows: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    leaning = ""
    for pk, lean, skill, shop_id in marked.values_list("pk", "special", "skills__skill", "skills__shop_id"):
        leaning = lean or ""
        if skill:
            rows[pk].add((skill, shop_id))
    return {pk: Able(frozenset(rows[pk]) or _by_role(user), leaning) for pk, user in known.items()}


def _by_role(user: User) -> frozenset[tuple[str, int | None]]:
    skill = BY_ROLE.get(Role(user.role))
    return frozenset({(str(skill), None)}) if skill else frozenset()


def _candidates(at: dt.datetime) -> QuerySet[User]:
    """Active people, not on leave, who are on duty (`on_duty`, `until`, `present`) or cover for somebody who is away."""
    windows = _published(DutyWindow.objects.filter(user=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at))
    there = Attendance.objects.filter(user=OuterRef("pk")).filter(_clocked_in(at))
    beyond = there.filter(Q(duty__isnull=True) | Q(duty__ends_at__lte=at))
    on_duty = Q(Exists(windows)) | Q(Exists(beyond))
    return (
        User.objects.filter(is_active=True)
        .filter(on_duty | Q(Exists(_aways(at).filter(cover=OuterRef("pk")))))
        .exclude(_leave_at(OuterRef("pk"), Value(at, output_field=DateTimeField())))
        .annotate(
            on_duty=Case(When(on_duty, then=Value(True)), default=Value(False)),
            until=Subquery(windows.values("ends_at")[:1]),
            present=Exists(there),
        )
        .order_by("name", "pk")
    )


def _published(windows: QuerySet[DutyWindow]) -> QuerySet[DutyWindow]:
    return windows.filter(duty__cancelled_at__isnull=True)


def _leave_at(user: OuterRef, at: OuterRef | Value) -> Exists:
    return Exists(Leave.objects.filter(user=user, state=LeaveState.APPROVED, starts_at__lte=at, ends_at__gt=at))


def _aways(at: dt.datetime) -> QuerySet[Away]:
    return Away.objects.filter(starts_at__lte=at).filter(_open_at(at, "ends_at"))


def _clocked_in(at: dt.datetime) -> Q:
    return Q(came_at__lte=at, came_at__gt=at - STAY_AT_MOST) & _open_at(at, "left_at")


def _open_at(at: dt.datetime, end: str) -> Q:
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": at})


def _who_stands_there(user_id: int, covers: dict[int, int]) -> int | None:
    """Who really sits where this person should: the cover of the cover, if need be; None when it goes in a circle."""
    seen: set[int] = set()
    here = user_id
    while here in covers:
        if here in seen:
            return None
        seen.add(here)
        here = covers[here]
    return here
