"""A person's and a team's evaluation: figures, their trend, and a score whose every point is explained (QA-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock_alone
from staff.measures import Figures, Measure, get, measures, read_all, total
from staff.models import EvaluationWeights, User

PERIODS = 6  # the one asked for and five before it, for the trend
WEEK, MONTH = "week", "month"
# (weight, full marks at, no marks at); what begins here is edited by the manager, a version an edit.
DEFAULTS: dict[str, dict[str, str]] = {
    "in_time_share": {"weight": "30", "full": "98", "none": "80"},
    "first_response": {"weight": "20", "full": "30", "none": "120"},
    "satisfaction": {"weight": "20", "full": "98", "none": "80"},
    "handling_hours": {"weight": "10", "full": "12", "none": "48"},
    "penalty_points": {"weight": "10", "full": "0", "none": "10"},
    "late_minutes": {"weight": "5", "full": "0", "none": "60"},
    "findings": {"weight": "5", "full": "0", "none": "10"},
}


@dataclass(frozen=True)
class Period:
    """A week (Monday to Sunday) or a calendar month of Shanghai days, both ends included."""

    kind: str
    first: dt.date
    last: dt.date

    @property
    def label(self) -> str:
        if self.kind == MONTH:
            return f"{self.first:%Y-%m}"
        return _("%(first)s to %(last)s") % {"first": f"{self.first:%Y-%m-%d}", "last": f"{self.last:%m-%d}"}

    def before(self) -> Period:
        return period_of(self.kind, self.first - dt.timedelta(days=1))

    def after(self) -> Period:
        return period_of(self.kind, self.last + dt.timedelta(days=1))


def period_of(kind: str, day: dt.date) -> Period:
    """The week or month that `day` lies in; an unknown kind is a week."""
    if kind == MONTH:
        first = day.replace(day=1)
        return Period(MONTH, first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1))
    first = day - dt.timedelta(days=day.weekday())
    return Period(WEEK, first, first + dt.timedelta(days=6))


@dataclass(frozen=True)
class Weight:
    """So many points of the score; the figure `full` earns all of them, `none` nothing, in between a share."""

    weight: Decimal
    full: Decimal
    none: Decimal

    def earned(self, value: Decimal) -> Decimal:
        if self.full == self.none:
            return self.weight if value == self.full else Decimal(0)
        share = (value - self.none) / (self.full - self.none)
        return self.weight * min(max(share, Decimal(0)), Decimal(1))


@dataclass(frozen=True)
class Weights:
    version: int
    table: Mapping[str, Weight]


@dataclass(frozen=True)
class Line:
    """One figure of a person or team over the period, its trend (oldest first), and what it earned."""

    measure: Measure
    value: Decimal | None
    trend: tuple[Decimal | None, ...] = ()
    weight: Weight | None = None
    url: str = ""

    @property
    def text(self) -> str:
        return told(self.measure, self.value)

    @property
    def earned(self) -> Decimal | None:
        return None if self.weight is None or self.value is None else self.weight.earned(self.value)

    @property
    def points(self) -> str:
        """The trend as the points of a line 100 wide and 20 high; empty while there is nothing to draw."""
        known = [value for value in self.trend if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(known), max(known)
        step = 100 / max(len(self.trend) - 1, 1)
        height = [
            None if value is None else 10 if high == low else 18 - 16 * (value - low) / (high - low)
            for value in self.trend
        ]
        return " ".join(f"{number * step:.0f},{y:.0f}" for number, y in enumerate(height) if y is not None)

    @property
    def sentence(self) -> str:
        """Why it earned what it did: «98 % earns 30 of 30: all at 98, nothing at 80.»"""
        if self.weight is None:
            return _("Does not count.")
        words = {
            "weight": _plain(self.weight.weight),
            "full": _plain(self.weight.full),
            "none": _plain(self.weight.none),
        }
        if self.earned is None:
            return _("No figure: its %(weight)s points are left out.") % words
        words |= {"value": self.text, "earned": _plain(round(self.earned, 1))}
        return _("%(value)s earns %(earned)s of %(weight)s: all at %(full)s, nothing at %(none)s.") % words


@dataclass(frozen=True)
class Evaluation:
    """All figures of one person over a period."""

    user: User
    period: Period
    lines: tuple[Line, ...]
    version: int

    @property
    def score(self) -> Decimal | None:
        """Of 100; None where nothing that counts was measured."""
        counted = [line for line in self.lines if line.earned is not None and line.weight is not None]
        possible = sum((line.weight.weight for line in counted if line.weight), Decimal(0))
        if not possible:
            return None
        return round(sum((line.earned or Decimal(0) for line in counted), Decimal(0)) * 100 / possible, 1)

    @property
    def sentence(self) -> str:
        if self.score is None:
            return _("Nothing that counts was measured.")
        counted = [line for line in self.lines if line.earned is not None and line.weight is not None]
        words = {
            "score": self.score,
            "earned": _plain(round(sum((line.earned or Decimal(0) for line in counted), Decimal(0)), 1)),
            "possible": _plain(sum((line.weight.weight for line in counted if line.weight), Decimal(0))),
            "count": len(counted),
            "version": self.version,
        }
        return (
            _(
                "%(score)s of 100: %(earned)s of %(possible)s points over %(count)s figures (weights version %(version)s)."
            )
            % words
        )

    def of(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.measure.key == key), None)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def told(measure: Measure, value: Decimal | None) -> str:
    """A figure as people read it: «94.5 %», «—» where there is none."""
    if value is None:
        return "—"
    return f"{number_format(round(value, measure.decimals), measure.decimals, use_l10n=False)} {measure.unit}".strip()


def current_weights() -> Weights:
    """The weights in force; those the product begins with (version 0) until a manager sets others."""
    row = EvaluationWeights.objects.order_by("-version").first()
    return parsed(row.weights, row.version) if row else parsed(DEFAULTS, 0)


def parsed(table: Mapping[str, Mapping[str, Any]], version: int) -> Weights:
    return Weights(
        version,
        {
            key: Weight(Decimal(str(row["weight"])), Decimal(str(row["full"])), Decimal(str(row["none"])))
            for key, row in table.items()
        },
    )


def _spans(period: Period) -> list[Period]:
    spans = [period]
    while len(spans) < PERIODS:
        spans.insert(0, spans[0].before())
    return spans


def _within(found: Mapping[str, Figures], span: Period, user_ids: set[int]) -> dict[str, Figures]:
    return {
        key: {at: value for at, value in days.items() if at[0] in user_ids and span.first <= at[1] <= span.last}
        for key, days in found.items()
    }


def evaluate(users: Sequence[User], period: Period, weights: Weights | None = None) -> list[Evaluation]:
    """Everybody's evaluation over `period`, in the order of `users`: one query a figure, however many people."""
    chosen = weights or current_weights()
    spans = _spans(period)
    found = read_all([user.pk for user in users], spans[0].first, period.last)
    return [
        Evaluation(user, period, tuple(_lines(found, spans, {user.pk}, chosen, user.pk)), chosen.version)
        for user in users
    ]


def team_lines(users: Sequence[User], period: Period) -> list[Line]:
    """The figures of a team together, without those that are about persons: for quality (QA-09, QA-11)."""
    spans = _spans(period)
    found = read_all([user.pk for user in users], spans[0].first, period.last)
    lines = _lines(found, spans, {user.pk for user in users}, Weights(0, {}), None)
    return [line for line in lines if not line.measure.personal]


def _lines(
    found: Mapping[str, Figures], spans: Sequence[Period], ids: set[int], weights: Weights, user_id: int | None
) -> list[Line]:
    parts = [_within(found, span, ids) for span in spans]
    lines = []
    for measure in measures():
        trend = tuple(total(measure, part) for part in parts)
        lines.append(
            Line(measure, _counted_from_zero(measure, trend[-1], weights), trend, weights.table.get(measure.key))
        )
    if user_id is None:
        return lines
    first, last = spans[-1].first, spans[-1].last
    return [replace(line, url=line.measure.rows_url(user_id, first, last)) for line in lines]


def _counted_from_zero(measure: Measure, value: Decimal | None, weights: Weights) -> Decimal | None:
    """Nothing happened is a figure where less is better and the figure is a count: no findings are zero findings."""
    if value is None and measure.better == "less" and not measure.weight and measure.key in weights.table:
        return Decimal(0)
    return value


@transaction.atomic
def set_weights(
    *, table: Mapping[str, Mapping[str, Decimal]], version: int, note: str, by: User, now: dt.datetime | None = None
) -> EvaluationWeights:
    """The manager's next version of the weights; `table` as (key → weight, full, none), `version` the one edited.

    Raises Conflict when somebody was quicker; BusinessError when the note is missing or nothing counts.
    """
    words = note.strip()
    if not words:
        raise BusinessError(_("Say why the weights change."), code="missing")
    rows = {key: row for key, row in table.items() if row["weight"] > 0}
    if not rows or any(get(key) is None for key in rows):
        raise BusinessError(_("Something has to count."), code="nothing")
    if any(row["full"] == row["none"] for row in rows.values()):
        raise BusinessError(_("All points and no points are two different figures."), code="same")
    lock_alone("staff.evaluation_weights")
    newest = current_weights().version
    if newest != version:
        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    now = now or clock.now()
    plain = {key: {name: str(value) for name, value in row.items()} for key, row in rows.items()}
    made = EvaluationWeights.objects.create(
        version=newest + 1, weights=plain, note=words[:200], made_at=now, made_by=by
    )
    audit.record("staff.weights_changed", about=made, by=by, now=now, version=made.version)
    return made
