"""What makes one rota better than another, as sums to be made small: law, week rhythm, fair shares, wishes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ortools.sat.python import cp_model

from staff.rota.model import RotaModel
from staff.rota.plan import DAY_MINUTES, ONE_DAY, Person, Shift, cycle_week_of, monday_of
from staff.rota.rules_soft import SHARES, sharing
from staff.rota.sheet import Entry, entry_of, minutes_by_day, month_start
from staff.rota.states import ShiftKind, WishKind

Expr = cp_model.LinearExpr | int
ONE = 1  # a duty that stands already
HOUR = 60
ONE_LACKING = 1000  # above the number of demands
SHORT_REST = 10 * HOUR  # weighs as much as so many minutes of overtime
AVERAGE_WEIGHT, MONTH_WEIGHT = 4, 10  # a minute beyond these limits against one beyond the week's
WISH_WEIGHTS: dict[str, int] = {WishKind.OFF: 3, WishKind.WORK: 1, WishKind.AVOID: 2}


class Load(NamedTuple):
    """Minutes of work that begin on a day: taken or not, or 1 where they stand already."""

    day: dt.date
    minutes: int
    taken: Expr


def unmet(model: RotaModel) -> Expr:
    """People lacking; among equals rather one in each of two shifts than nobody in one of them (STF-04)."""
    terms: list[Expr] = []
    for gap in model.gaps:
        terms.append(ONE_LACKING * gap.missing)
        if gap.demand.people > 1:
            nobody = model.cp.new_bool_var("")
            model.cp.add(gap.missing <= gap.demand.people - 1 + nobody)
            terms.append(nobody)
    return cp_model.LinearExpr.sum(terms)


def law(model: RotaModel) -> Expr:
    """Minutes of overtime, those beyond the average week and the month's limit more heavily, and short rests (STF-06)."""
    terms: list[Expr] = []
    for person in model.plan.people:
        loads = loads_of(model, person)
        if any(load.taken is not ONE for load in loads):
            terms += _overtime(model, loads)
            terms += [SHORT_REST * short for short in _short_rests(model, person)]
    return cp_model.LinearExpr.sum(terms)


def loads_of(model: RotaModel, person: Person) -> list[Load]:
    """All that somebody works or might work, around the plan too, by day."""
    fixed = minutes_by_day(model.fixed[person.user_id])
    loads = [Load(day, minutes, ONE) for day, minutes in fixed.items()]
    for day in model.plan.days:
        loads += [Load(c.day, c.shift.minutes, c.taken) for c in model.of_day.get((person.user_id, day.date), ())]
    return sorted(loads, key=lambda load: load.day)


def _overtime(model: RotaModel, loads: list[Load]) -> list[Expr]:
    """The overtime of each week of one person, and what exceeds the average and the months' limits."""
    rules, plan = model.plan.rules, model.plan
    months: dict[dt.date, list[Expr]] = defaultdict(list)
    weeks: list[Expr] = []
    for monday in sorted({monday_of(load.day) for load in loads}):
        before: Expr = 0
        sunday = monday + 6 * ONE_DAY
        for until in sorted({min(_month_end(monday), sunday), sunday}):
            worked = _sum(loads, monday, until, most=rules.day_minutes)
            over = above(model, worked, rules.week_minutes, exact=until != sunday)
            months[month_start(until)].append(over - before)
            before = over
        weeks.append(before)
    for load in loads:
        if load.minutes > rules.day_minutes:
            months[month_start(load.day)].append((load.minutes - rules.day_minutes) * load.taken)
    planned = {month_start(day.date) for day in plan.days}
    beyond = [above(model, _total(months[month]), rules.month_overtime_minutes) for month in planned]
    average = above(model, _sum(loads, plan.first, plan.last), rules.week_minutes_average * len(plan.days) // 7)
    return [*weeks, AVERAGE_WEIGHT * average, *(MONTH_WEIGHT * minutes for minutes in beyond)]


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY


def _sum(loads: list[Load], first: dt.date, last: dt.date, *, most: int = DAY_MINUTES) -> Expr:
    """Minutes from `first` to `last`, of each duty no more than `most`."""
    return _total(min(load.minutes, most) * load.taken for load in loads if first <= load.day <= last)


def _total(terms: Iterable[Expr]) -> Expr:
    """The sum; a plain number where nothing is to be decided."""
    total: Expr = 0
    for term in terms:
        total = total + term
    return total


def above(model: RotaModel, value: Expr, limit: int, *, exact: bool = False) -> Expr:
    """What `value` exceeds `limit` by, else 0. Only `exact` keeps a solver from calling it more than it is."""
    if isinstance(value, int):
        return max(0, value - limit)
    over = model.cp.new_int_var(0, 62 * DAY_MINUTES, "")
    if exact:
        model.cp.add_max_equality(over, [value - limit, 0])
    else:
        model.cp.add(over >= value - limit)
    return over


def _short_rests(model: RotaModel, person: Person) -> list[Expr]:
    """One for each pair of shifts on following days with less rest than asked for between them."""
    limit = model.plan.rules.rest_minutes

    def too_close(shift: Shift, other: Shift, days_later: int) -> bool:
        return 0 <= other.windows[0][0] + days_later * DAY_MINUTES - shift.windows[-1][1] < limit

    found: list[Expr] = []
    for day in model.plan.days:
        for here, there in model.pairs(person.user_id, day.date, 1, too_close):
            short = model.cp.new_bool_var("")
            model.cp.add(short >= cp_model.LinearExpr.sum(here + there) - 1)
            found.append(short)
        for choice in model.of_day.get((person.user_id, day.date), ()):
            spans = choice.shift.spans(choice.day)
            if any(_is_near(entry, spans[0][0], spans[-1][1], limit) for entry in model.fixed[person.user_id]):
                found.append(choice.taken)
    return found


def _is_near(entry: Entry, starts: dt.datetime, ends: dt.datetime, limit: int) -> bool:
    """Whether a duty that stands ends or begins less than `limit` minutes from one that might be."""
    rest = dt.timedelta(minutes=limit)
    return starts - rest < entry.ends <= starts or ends <= entry.starts < ends + rest


def rhythm(model: RotaModel) -> Expr:
    """Duties that are not of the kind their week has for that person, from change day to change day (STF-05)."""
    terms: list[Expr] = []
    change = model.plan.rules.change_weekday
    for person in model.plan.people:
        weeks: dict[dt.date, dict[str, list[Expr]]] = defaultdict(lambda: {kind: [] for kind in ShiftKind.values})
        for entry in model.fixed[person.user_id]:
            weeks[cycle_week_of(entry.day, change)][entry.kind].append(ONE)
        for day in model.plan.days:
            for choice in model.of_day.get((person.user_id, day.date), ()):
                weeks[cycle_week_of(choice.day, change)][choice.shift.kind].append(choice.taken)
        terms += [term for kinds in weeks.values() for term in _off_kind(model, kinds)]
    return cp_model.LinearExpr.sum(terms)


def _off_kind(model: RotaModel, kinds: dict[str, list[Expr]]) -> list[Expr]:
    """How many duties of a week are of the rarer kind, as variables."""
    days, nights = kinds[ShiftKind.DAY], kinds[ShiftKind.NIGHT]
    if not days or not nights:
        return []
    of_nights = model.cp.new_bool_var("")
    off = model.cp.new_int_var(0, 14, "")
    model.cp.add(_total(nights) <= off).only_enforce_if(~of_nights)
    model.cp.add(_total(days) <= off).only_enforce_if(of_nights)
    return [off]


def fairness(model: RotaModel) -> Expr:
    """How far apart those are who have most and least nights, weekends, holidays and hours, with what they had before
    the cycle (STF-04). An hour counts as much less than a night."""
    terms: list[Expr] = []
    for key, counts in SHARES.items():
        people = sharing(model.plan, key)
        loads = {user_id: _count(model, user_id, key) for user_id in people}
        had = _balanced({user_id: sum(map(counts, model.fixed[user_id])) for user_id in people}, model)
        terms.append(8 * _spread(model, [loads[user_id] + had[user_id] for user_id in people]))
    there = [
        p
        for p in model.plan.people
        if p.plannable and p.is_employed(model.plan.first) and p.is_employed(model.plan.last)
    ]
    terms.append(_spread(model, [value for p in there if (value := _share_of_hours(model, p)) is not None]))
    return _total(terms)


def _count(model: RotaModel, user_id: int, key: str) -> Expr:
    """How many duties that count for a share somebody gets by the proposal."""
    counts, plan = SHARES[key], model.plan
    choices = (c for day in plan.days for c in model.of_day.get((user_id, day.date), ()))
    return _total(choice.taken for choice in choices if counts(entry_of(plan, choice.duty)))


def _balanced(had: dict[int, int], model: RotaModel) -> dict[int, int]:
    """Shares so far; who joined in the meantime starts with the average instead of making up for a time away."""
    since = min((entry.day for entries in model.fixed.values() for entry in entries), default=model.plan.first)
    old = [
        n for user_id, n in had.items() if (joined := model.plan.person[user_id].joined_on) is None or joined <= since
    ]
    average = round(sum(old) / len(old)) if old else 0
    new = {u for u in had if (joined := model.plan.person[u].joined_on) is not None and joined > since}
    return {user_id: average if user_id in new else count for user_id, count in had.items()}


def _spread(model: RotaModel, values: list[Expr]) -> Expr:
    """The greatest less the smallest of them."""
    if len(values) < 2 or all(isinstance(value, int) for value in values):
        return 0
    most, least = (model.cp.new_int_var(0, 62 * DAY_MINUTES, "") for _ in range(2))
    for value in values:
        model.cp.add(most >= value)
        model.cp.add(least <= value)
    return most - least


def _share_of_hours(model: RotaModel, person: Person) -> Expr | None:
    """Somebody's hours of the cycle as if 40 a week were agreed; None for those with nothing to decide."""
    choices = [c for day in model.plan.days for c in model.of_day.get((person.user_id, day.date), ())]
    if not choices or not person.week_minutes:
        return None
    return _total(round(c.shift.minutes * 40 / person.week_minutes) * c.taken for c in choices)


def wishes(model: RotaModel) -> Expr:
    """Wishes that are not kept, those for a day off first."""
    terms: list[Expr] = []
    for wish in model.plan.wishes:
        weight = WISH_WEIGHTS[wish.kind]
        choices = model.of_day.get((wish.user_id, wish.day), [])
        taken = [c.taken for c in choices if wish.kind == WishKind.OFF or c.shift.id == wish.shift_id]
        if taken:
            kept_by = cp_model.LinearExpr.sum(taken)
            terms.append(weight * (1 - kept_by) if wish.kind == WishKind.WORK else weight * kept_by)
    return cp_model.LinearExpr.sum(terms)
