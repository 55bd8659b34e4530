"""A rota as a page shows it: a row a person, a column a day, what is covered below, what is broken beside it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from staff.rota.plan import Day, Person, Plan, PlannedShift, monday_of
from staff.rota.rules import HARD, LAW, Breach
from staff.rota.states import DayKind, Skill, WishKind

KEYS = "qwertasdfg"  # set a shift by keyboard, in the order of the shifts; l, u, x and c are taken
LETTERS: dict[str, str | Promise] = {
    Skill.PRESALES: pgettext_lazy("a skill in one letter", "P"),
    Skill.AFTERSALES: pgettext_lazy("a skill in one letter", "A"),
    Skill.CLERK: pgettext_lazy("a skill in one letter", "C"),
}
WISHES = {WishKind.OFF: "☾", WishKind.WORK: "♥", WishKind.AVOID: "✕"}


@dataclass(frozen=True)
class Brush:
    """A shift as the legend shows it, with the key that sets it."""

    id: int
    name: str
    short: str
    color: str
    hours: str
    key: str = ""
    enabled: bool = True


@dataclass
class Cell:
    """What somebody does on a day. `label` says all of it in words, for screen readers and as a tooltip."""

    user_id: int
    day: dt.date
    duties: list[tuple[Brush, str, str]] = field(default_factory=list)  # shift, skill, its letter
    locked: bool = False
    changed: bool = False  # against what was published
    leave: bool = False
    wish: WishKind | str = ""
    severity: str = ""
    fixed: bool = False  # over, or no day of employment
    free: bool = False  # a weekend or holiday
    monday: bool = False
    label: str = ""

    @property
    def ident(self) -> str:
        return f"c-{self.user_id}-{self.day:%m%d}"

    @property
    def wish_mark(self) -> str:
        return WISHES[WishKind(self.wish)] if self.wish else ""


@dataclass
class Row:
    person: Person
    cells: list[Cell]
    hours: list[tuple[str, bool]]  # of each week, and whether they are more than allowed


@dataclass(frozen=True)
class Covered:
    """How many of those asked for a shift has on a day."""

    ident: str
    have: int
    asked: int

    @property
    def short(self) -> bool:
        return self.have < self.asked


@dataclass
class Board:
    """Everything that the grid draws. `weeks` are Mondays, `days` only those that the view shows."""

    days: list[Day]
    weeks: list[dt.date]
    rows: list[Row]
    coverage: list[tuple[Brush, str, list[Covered]]]
    brushes: list[Brush]
    breaches: list[tuple[Breach, str]]  # with the address of the cell that each is about
    changes: int = 0

    @property
    def hard(self) -> int:
        return sum(1 for breach, _where in self.breaches if breach.severity == HARD)

    @property
    def law(self) -> int:
        return sum(1 for breach, _where in self.breaches if breach.severity == LAW)

    @property
    def special(self) -> list[Day]:
        """Special workdays in view, for the banner (STF-07)."""
        return [day for day in self.days if day.kind == DayKind.SPECIAL]


Look = tuple[str, bool]  # colour of a shift, and whether it is in use
Standing = frozenset[tuple[int, dt.date, int, str]]  # published: person, day, shift, skill


def build(
    plan: Plan,
    looks: Mapping[int, Look],
    breaches: Sequence[Breach],
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    standing: Standing | None = None,
    over_before: dt.date | None = None,
) -> Board:
    """The board of the days from `first` to `last` of a plan, all of them by default. No queries.

    `standing`: what was published, to mark what differs; None marks nothing. Days before `over_before` cannot be
    changed any more.
    """
    days = [day for day in plan.days if (first is None or day.date >= first) and (last is None or day.date <= last)]
    brushes = _brushes(plan, looks)
    weeks = sorted({monday_of(day.date) for day in days})
    by_cell: dict[tuple[int, dt.date], list[PlannedShift]] = defaultdict(list)
    for duty in plan.duties:
        by_cell[duty.user_id, duty.day].append(duty)
    board = Board(days, weeks, [], _coverage(plan, days, brushes), list(brushes.values()), _linked(breaches, days))
    worst = _worst(breaches)
    wishes = {(wish.user_id, wish.day): WishKind(wish.kind) for wish in plan.wishes}
    changed = _changed(plan, standing)
    board.changes = len(changed)
    for person in sorted(plan.people, key=_by_skill):
        cells = []
        for day in days:
            key = (person.user_id, day.date)
            cell = _cell(plan, person, day, by_cell[key], brushes)
            cell.severity, cell.changed, cell.wish = worst.get(key, ""), key in changed, wishes.get(key, "")
            cell.fixed |= over_before is not None and day.date < over_before
            cell.label = _label(person, cell)
            cells.append(cell)
        board.rows.append(Row(person, cells, _hours(plan, person, weeks)))
    return board


def _cell(plan: Plan, person: Person, day: Day, duties: list[PlannedShift], brushes: dict[int, Brush]) -> Cell:
    """What somebody does on a day, as far as the plan knows it."""
    return Cell(
        user_id=person.user_id,
        day=day.date,
        duties=[
            (brushes[duty.shift_id], duty.skill, str(LETTERS[Skill(duty.skill)]))
            for duty in duties
            if duty.shift_id in brushes
        ],
        locked=any(duty.locked for duty in duties),
        leave=plan.is_away(person.user_id, _whole_day(day.date)),
        fixed=not person.is_employed(day.date),
        free=day.is_free,
        monday=day.date.weekday() == 0,
    )


def _by_skill(person: Person) -> int:
    """Who does the same stands together; within that the order of the plan, which is by name."""
    return next((number for number, skill in enumerate(Skill.values) if person.can(skill)), len(Skill.values))


def _brushes(plan: Plan, looks: Mapping[int, Look]) -> dict[int, Brush]:
    """Every shift in use, with its key, and those out of use that are still planned."""
    used = {duty.shift_id for duty in plan.duties}
    keys = iter(KEYS)
    found = {}
    for shift in plan.shifts:
        color, enabled = looks.get(shift.id, ("grey", False))
        if enabled or shift.id in used:
            hours = " ".join(f"{_clock(start)}–{_clock(end)}" for start, end in shift.windows)
            found[shift.id] = Brush(
                shift.id, shift.name, shift.short, color, hours, next(keys, "") if enabled else "", enabled
            )
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _whole_day(day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    start = dt.datetime.combine(day, dt.time())
    return [(start, start + dt.timedelta(days=1))]


def _changed(plan: Plan, standing: Standing | None) -> set[tuple[int, dt.date]]:
    if standing is None:
        return set()
    planned = {(duty.user_id, duty.day, duty.shift_id, duty.skill) for duty in plan.duties}
    return {(user_id, day) for user_id, day, _shift, _skill in planned ^ standing}


def _worst(breaches: Iterable[Breach]) -> dict[tuple[int, dt.date], str]:
    """The gravest breach of each cell; soft ones stand in the list only."""
    found: dict[tuple[int, dt.date], str] = {}
    for breach in breaches:
        if breach.user_id and breach.day and breach.severity in (HARD, LAW):
            found.setdefault((breach.user_id, breach.day), breach.severity)
    return found


def _linked(breaches: Iterable[Breach], days: list[Day]) -> list[tuple[Breach, str]]:
    shown = {day.date for day in days}
    return [(breach, where(breach)) for breach in breaches if breach.day is None or breach.day in shown]


def where(breach: Breach) -> str:
    """The id of the cell that a breach is about: a person's, or the coverage of a shift."""
    if breach.day is None:
        return f"p-{breach.user_id}" if breach.user_id else ""
    if breach.user_id is None:
        return f"v-{breach.shift_id}-{breach.skill}-{breach.day:%m%d}"
    return f"c-{breach.user_id}-{breach.day:%m%d}"


def _coverage(plan: Plan, days: list[Day], brushes: dict[int, Brush]) -> list[tuple[Brush, str, list[Covered]]]:
    there = Counter((duty.shift_id, duty.skill, duty.day) for duty in plan.duties)
    asked: dict[tuple[int, str], dict[dt.date, int]] = defaultdict(dict)
    for day in days:
        for demand in plan.demands_on(day):
            asked[demand.shift_id, demand.skill][day.date] = demand.people
    return [
        (
            brushes[shift_id],
            skill,
            [
                Covered(
                    f"v-{shift_id}-{skill}-{day.date:%m%d}",
                    there[shift_id, skill, day.date],
                    asked[shift_id, skill].get(day.date, 0),
                )
                for day in days
            ],
        )
        for shift_id in brushes
        for skill in Skill.values
        if (shift_id, skill) in asked
    ]


def _hours(plan: Plan, person: Person, weeks: list[dt.date]) -> list[tuple[str, bool]]:
    """Hours of each week, those of the days beside the plan too, and whether they are more than allowed."""
    minutes: Counter[dt.date] = Counter()
    for duty in plan.duties:
        if duty.user_id == person.user_id and duty.shift_id in plan.shift:
            minutes[monday_of(duty.day)] += plan.shift[duty.shift_id].minutes
    for worked in plan.around:
        if worked.user_id == person.user_id:
            minutes[monday_of(worked.day)] += worked.minutes
    return [(f"{minutes[week] / 60:g}"[:5], minutes[week] > plan.rules.week_minutes) for week in weeks]


def _label(person: Person, cell: Cell) -> str:
    said = [f"{person.name} {cell.day.isoformat()}"]
    said += [f"{brush.name} {brush.hours} {Skill(skill).label}" for brush, skill, _letter in cell.duties]
    if not cell.duties:
        said.append(_("off"))
    if cell.leave:
        said.append(_("on leave"))
    if cell.wish:
        said.append(str(WishKind(cell.wish).label))
    if cell.locked:
        said.append(_("kept"))
    if cell.changed:
        said.append(_("not published yet"))
    return ", ".join(said)
