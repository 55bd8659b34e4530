"""Response times as people read them: per person and day against the target, and the team's average (PHR-03, AFT-08)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sla import facets
from staff.models import ChatStat, ResponseTarget, Team, User
from staff.selectors import active_users, led_people, team_of

DEFAULT_SECONDS = 60  # PHR-03: half a minute to a minute
ONE = Decimal("0.1")
FEWEST = 3  # people behind an average of others' figures: of fewer one could tell whose they are


@dataclass
class Mean:
    """A mean weighted by chats."""

    chats: int = 0
    counted: int = 0  # chats with a figure
    whole: Decimal = Decimal(0)
    over: int = 0  # chats of rows over their target
    satisfied: Decimal = Decimal(0)
    rated: int = 0

    def add(self, stat: ChatStat, target: int) -> None:
        self.chats += stat.chats
        if stat.first_response is not None and stat.chats:
            self.counted += stat.chats
            self.whole += stat.first_response * stat.chats
            self.over += stat.chats if stat.first_response > target else 0
        if stat.satisfied_percent is not None and stat.chats:
            self.rated += stat.chats
            self.satisfied += stat.satisfied_percent * stat.chats

    @property
    def seconds(self) -> Decimal | None:
        return (self.whole / self.counted).quantize(ONE) if self.counted else None

    @property
    def percent(self) -> Decimal | None:
        return (self.satisfied / self.rated).quantize(ONE) if self.rated else None

    @property
    def is_over(self) -> bool:
        """Whether more than half of the chats were answered over the target of their shop and shift."""
        return self.over * 2 > self.counted


@dataclass
class Trend:
    """One line of the page: a person, or the team."""

    name: str
    whole: Mean = field(default_factory=Mean)
    by_day: dict[dt.date, Mean] = field(default_factory=lambda: defaultdict(Mean))

    def add(self, stat: ChatStat, target: int) -> None:
        self.whole.add(stat, target)
        self.by_day[stat.day].add(stat, target)


class Targets:
    """The target of a shop and shift; the one for all shops where it has none, 60 seconds where nobody set any."""

    def __init__(self) -> None:
        self._found = {(row.shop_id, row.night): row.seconds for row in ResponseTarget.objects.all()}

    def of(self, shop_id: int | None, night: bool) -> int:
        return self._found.get((shop_id, night), self._found.get((None, night), DEFAULT_SECONDS))


def seen_by(user: User) -> list[User]:
    """Whose figures `user` may read: those whom he leads, and his own."""
    return [*led_people(user).order_by("name", "pk"), user]


def trends(user: User, first: dt.date, last: dt.date) -> tuple[list[Trend], Trend | None]:
    """The lines of the people whom `user` may read, and the average of his team (of all whom he leads). Three queries
    besides who leads whom.

    An average of others is shown where at least FEWEST people are in it, in whole and on each day.
    """
    people = seen_by(user)
    team = team_of(user)
    ours = {person.pk for person in people}
    if team is not None:
        ours |= set(active_users().filter(employment__team=team).values_list("pk", flat=True))
    targets = Targets()
    lines = {person.pk: Trend(person.name) for person in people}
    together = Trend(team.name if team else "")
    heard: dict[dt.date, set[int]] = defaultdict(set)
    for stat in ChatStat.objects.filter(user_id__in=ours, day__gte=first, day__lte=last).order_by("day"):
        target = targets.of(stat.shop_id, stat.night)
        if stat.user_id in lines:
            lines[stat.user_id].add(stat, target)
        together.add(stat, target)
        heard[stat.day].add(stat.user_id)
    if not ours <= lines.keys():
        if len(set().union(*heard.values())) < FEWEST:
            together = Trend("")
        together.by_day = {day: mean for day, mean in together.by_day.items() if len(heard[day]) >= FEWEST}
    shown = [line for line in lines.values() if line.whole.chats]
    return shown, together if together.whole.chats else None


def over_target(team: Team, first: dt.date, last: dt.date) -> list[str]:
    """Names of the team's people with most chats over target in these days. Two queries."""
    targets = Targets()
    means: dict[str, Mean] = defaultdict(Mean)
    stats = ChatStat.objects.filter(user__employment__team=team, day__gte=first, day__lte=last)
    for stat in stats.select_related("user").order_by("user__name"):
        means[stat.user.name].add(stat, targets.of(stat.shop_id, stat.night))
    return [name for name, mean in means.items() if mean.is_over]


def target_rows() -> list[tuple[int | None, str, bool, int]]:
    """The targets for the page: for all shops first, by day and by night, then those of single shops."""
    targets = Targets()
    names = dict(facets.choices("shop"))
    rows: list[tuple[int | None, str, bool, int]] = [
        (None, "", night, targets.of(None, night)) for night in (False, True)
    ]
    own: Iterable[ResponseTarget] = ResponseTarget.objects.filter(shop_id__isnull=False).order_by("shop_id", "night")
    rows += [(row.shop_id, names.get(row.shop_id or 0, "?"), row.night, row.seconds) for row in own]
    return rows


def sparkline(line: Trend, days: Sequence[dt.date], *, width: int = 160, height: int = 28) -> str:
    """The first answers of these days as the points of an SVG polyline, top to bottom 0 to 120 seconds; days without
    chats are left out."""
    step = width / max(1, len(days) - 1)
    points = []
    for place, day in enumerate(days):
        seconds = line.by_day[day].seconds if day in line.by_day else None
        if seconds is not None:
            points.append(f"{place * step:.1f},{height - min(float(seconds), 120) * height / 120:.1f}")
    return " ".join(points)
