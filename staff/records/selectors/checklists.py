"""Reading checklists: what somebody has to look at today, and who has not gone through it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q

from staff.duty.selectors import abilities
from staff.models import Checklist, ChecklistItem, ChecklistTick, Duty, User
from staff.records import probes
from staff.records.probes import Probe
from staff.selectors import led_people


@dataclass(frozen=True)
class Look:
    """An item with its live figure and one's tick, if there is one. `blocked`: its figure has to be zero and is not."""

    item: ChecklistItem
    probe: Probe | None
    figure: int | None
    tick: ChecklistTick | None

    @property
    def blocked(self) -> bool:
        return self.item.must_be_zero and bool(self.figure)


@dataclass(frozen=True)
class Gone:
    """A list with everything one has to look at."""

    checklist: Checklist
    looks: list[Look] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(look.tick is not None for look in self.looks)

    @property
    def blocked(self) -> int:
        return sum(look.blocked for look in self.looks)

    @property
    def is_through(self) -> bool:
        return self.done == len(self.looks)


def lists_for(user: User, day: dt.date) -> list[Gone]:
    """The lists in use that are for this person, with live figures: a fixed number of queries, plus one a figure."""
    able = abilities([user], day)[user.pk]
    items_in_use = ChecklistItem.objects.filter(enabled=True)
    lists = [
        found
        for found in Checklist.objects.filter(enabled=True).prefetch_related(Prefetch("items", items_in_use))
        if not found.skill or able.fits(found.skill)
    ]
    items = [item for found in lists for item in found.items.all()]
    ticks = {tick.item_id: tick for tick in ChecklistTick.objects.filter(item__in=items, user=user, day=day)}
    figures = probes.read_all([item.probe for item in items if item.probe], day)
    return [
        Gone(
            found,
            [
                Look(item, probes.get(item.probe), figures.get(item.probe), ticks.get(item.pk))
                for item in found.items.all()
            ],
        )
        for found in lists
    ]


@dataclass(frozen=True)
class Progress:
    """How far somebody is with a list on a day."""

    user: User
    checklist: Checklist
    done: int
    items: int


def progress(leader: User, day: dt.date) -> list[Progress]:
    """For those whom `leader` leads and who have a duty on that day (all of them where nobody has one): each list that
    is for them. A fixed number of queries."""
    people = list(led_people(leader))
    on_rota = set(Duty.objects.filter(day=day, cancelled_at=None, user__in=people).values_list("user_id", flat=True))
    here = [user for user in people if user.pk in on_rota] or people
    able = abilities(here, day) if here else {}
    lists = list(Checklist.objects.filter(enabled=True).annotate(size=Count("items", filter=Q(items__enabled=True))))
    ticks: dict[tuple[int, int], int] = defaultdict(int)
    looked = ChecklistTick.objects.filter(user__in=here, day=day, item__enabled=True)
    for user_id, checklist_id in looked.values_list("user_id", "item__checklist_id"):
        ticks[user_id, checklist_id] += 1
    return [
        Progress(user, found, ticks[user.pk, found.pk], found.size)
        for user in here
        for found in lists
        if found.size and (not found.skill or able[user.pk].fits(found.skill))
    ]
