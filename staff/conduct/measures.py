"""The figures that the house itself knows: clocks, chats, attendance, words, points (QA-09, AFT-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import clock
from sla import policies, topics
from sla.models import Clock
from sla.states import ClockState, Verdict
from staff.conduct.states import PenaltyKind, PenaltyState
from staff.measures import Figures, Measure, Row, house_rows, register
from staff.models import Attendance, ChatStat, Finding, Penalty

ROWS = 500  # as many as a page of rows shows
SCALE = Decimal("0.0001")


def _span(column: str, first: dt.date, last: dt.date) -> dict[str, dt.datetime]:
    """A filter: `column` lies within these Shanghai days."""
    return {
        f"{column}__gte": clock.day_start(first),
        f"{column}__lt": clock.day_start(last + dt.timedelta(days=1)),
    }


def _by_day(rows: QuerySet[Any], column: str, person: str, figure: Any) -> Figures:
    """`figure` (an aggregate) of each person and Shanghai day of `column`: one query."""
    found = (
        rows.annotate(on=TruncDate(column, tzinfo=clock.SHANGHAI))
        .order_by()
        .values_list(person, "on")
        .annotate(figure=figure)
    )
    return _figures(found)


def _figures(found: Iterable[tuple[int, dt.date, Any]]) -> Figures:
    return {
        (user_id, day): Decimal(str(figure)).quantize(SCALE) for user_id, day, figure in found if figure is not None
    }


# Clocks: what somebody held when it ended, and whether it ended in time.


def _ended(user_ids: Sequence[int], first: dt.date, last: dt.date) -> QuerySet[Clock]:
    """Clocks that got their verdict, by the day on which they ended."""
    return Clock.objects.filter(
        assignee_id__in=list(user_ids),
        state=ClockState.STOPPED,
        verdict__in=[Verdict.MET, Verdict.BREACHED],
        **_span("stopped_at", first, last),
    )


def clocks_done(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    return _by_day(_ended(user_ids, first, last), "stopped_at", "assignee_id", Count("pk"))


def clocks_breached(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    return _by_day(
        _ended(user_ids, first, last).filter(verdict=Verdict.BREACHED), "stopped_at", "assignee_id", Count("pk")
    )


def in_time_share(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    """Percent of the ended clocks that were met."""
    share = ExpressionWrapper(
        Count("pk", filter=Q(verdict=Verdict.MET)) * Decimal(100) / Count("pk"),
        output_field=DecimalField(max_digits=12, decimal_places=4),
    )
    return _by_day(_ended(user_ids, first, last), "stopped_at", "assignee_id", share)


def handling_hours(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    """Hours from start to end of a clock, pauses left out: the handling time of QA-09 and AFT-09."""
    spent = {
        (user_id, day): (whole, paused)
        for user_id, day, whole, paused in _ended(user_ids, first, last)
        .annotate(on=TruncDate("stopped_at", tzinfo=clock.SHANGHAI))
        .order_by()
        .values_list("assignee_id", "on")
        .annotate(whole=Avg(F("stopped_at") - F("started_at")), paused=Avg("paused_seconds"))
    }
    return {
        key: (Decimal(str(whole.total_seconds() - float(paused))) / 3600).quantize(SCALE)
        for key, (whole, paused) in spent.items()
    }


def _clock_rows(breached_only: bool) -> Any:
    def rows(user_id: int, first: dt.date, last: dt.date) -> list[Row]:
        found = _ended([user_id], first, last)
        if breached_only:
            found = found.filter(verdict=Verdict.BREACHED)
        return [
            Row(
                ended.stopped_at,
                f"{ended.title} · {policies.label_of(ended.policy)}",
                ended.get_verdict_display(),
                topics.url(ended.topic),
            )
            for ended in found.order_by("-stopped_at")[:ROWS]
            if ended.stopped_at is not None
        ]

    return rows


# Chats, as the platform counts them.


def _chats(user_ids: Sequence[int], first: dt.date, last: dt.date) -> QuerySet[ChatStat]:
    return ChatStat.objects.filter(user_id__in=list(user_ids), day__gte=first, day__lte=last)


def chats(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    found = _chats(user_ids, first, last).order_by().values_list("user_id", "day").annotate(figure=Sum("chats"))
    return _figures(found)


def _chat_mean(column: str) -> Any:
    """The mean of a column over the chats of a day, each row weighted by its chats."""

    def read(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
        mean = ExpressionWrapper(
            Sum(F(column) * F("chats")) * Decimal("1.0") / Sum("chats"),
            output_field=DecimalField(max_digits=16, decimal_places=4),
        )
        known = _chats(user_ids, first, last).filter(chats__gt=0, **{f"{column}__isnull": False})
        return _figures(known.order_by().values_list("user_id", "day").annotate(figure=mean))

    return read


def _chat_rows(user_id: int, first: dt.date, last: dt.date) -> list[Row]:
    return [
        Row(
            stat.day,
            _("%(chats)d chats") % {"chats": stat.chats},
            _("first response %(first)s s, satisfied %(satisfied)s %%")
            % {
                "first": "—" if stat.first_response is None else stat.first_response,
                "satisfied": "—" if stat.satisfied_percent is None else stat.satisfied_percent,
            },
        )
        for stat in _chats([user_id], first, last).order_by("-day", "pk")[:ROWS]
    ]


# Attendance.


def _attendance(column: str) -> Any:
    def read(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
        there = Attendance.objects.filter(user_id__in=list(user_ids), **_span("came_at", first, last))
        return _by_day(there, "came_at", "user_id", Sum(column))

    return read


def _attendance_rows(user_id: int, first: dt.date, last: dt.date) -> list[Row]:
    found = Attendance.objects.filter(user_id=user_id, **_span("came_at", first, last))
    return [
        Row(
            there.came_at,
            _("came %(at)s") % {"at": clock.local(there.came_at).strftime("%H:%M")},
            _("late %(late)d min, overtime %(over)d min")
            % {"late": there.late_minutes, "over": there.overtime_minutes},
        )
        for there in found.order_by("-came_at")[:ROWS]
    ]


# Words and points.


def findings(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
    found = Finding.objects.filter(user_id__in=list(user_ids), **_span("at", first, last))
    return _by_day(found, "at", "user_id", Count("pk"))


def _finding_rows(user_id: int, first: dt.date, last: dt.date) -> list[Row]:
    found = Finding.objects.filter(user_id=user_id, **_span("at", first, last))
    return [
        Row(finding.at, finding.term, finding.get_severity_display(), topics.url(finding.topic))
        for finding in found.order_by("-at")[:ROWS]
    ]


def _booked(user_ids: Sequence[int], first: dt.date, last: dt.date, kind: str) -> QuerySet[Penalty]:
    return Penalty.objects.filter(
        user_id__in=list(user_ids),
        kind__kind=kind,
        state=PenaltyState.BOOKED,
        **_span("happened_at", first, last),
    )


def _points(kind: str) -> Any:
    def read(user_ids: Sequence[int], first: dt.date, last: dt.date) -> Figures:
        return _by_day(_booked(user_ids, first, last, kind), "happened_at", "user_id", Sum("points"))

    return read


def _point_rows(kind: str) -> Any:
    def rows(user_id: int, first: dt.date, last: dt.date) -> list[Row]:
        found = _booked([user_id], first, last, kind).select_related("kind").order_by("-happened_at")[:ROWS]
        return [
            Row(
                penalty.happened_at,
                penalty.kind.name,
                _("%(points)d points") % {"points": penalty.points},
                topics.url(f"staff.penalty:{penalty.pk}"),
            )
            for penalty in found
        ]

    return rows


def register_all() -> None:
    """The house's own figures, in the order in which pages show them."""
    count, percent = pgettext_lazy("unit", "times"), "%"
    minutes, seconds, hours = gettext_lazy("min"), gettext_lazy("s"), gettext_lazy("h")
    table: list[tuple[Any, ...]] = [
        ("chats", gettext_lazy("chats"), count, "more", chats, False, "", 0, _chat_rows),
        ("first_response", gettext_lazy("first response"), seconds, "less", _chat_mean("first_response"), False,
         "chats", 1, _chat_rows),
        ("satisfaction", gettext_lazy("satisfied buyers"), percent, "more", _chat_mean("satisfied_percent"), False,
         "chats", 1, _chat_rows),
        ("clocks_done", gettext_lazy("promises ended"), count, "more", clocks_done, False, "", 0, _clock_rows(False)),
        ("in_time_share", gettext_lazy("in time"), percent, "more", in_time_share, False, "clocks_done", 1,
         _clock_rows(False)),
        ("clocks_breached", gettext_lazy("promises broken"), count, "less", clocks_breached, False, "", 0,
         _clock_rows(True)),
        ("handling_hours", gettext_lazy("handling time"), hours, "less", handling_hours, False, "clocks_done", 1,
         _clock_rows(False)),
        ("findings", gettext_lazy("findings of the word check"), count, "less", findings, True, "", 0, _finding_rows),
        ("late_minutes", gettext_lazy("coming late"), minutes, "less", _attendance("late_minutes"), True, "", 0,
         _attendance_rows),
        ("overtime_minutes", gettext_lazy("overtime"), minutes, "less", _attendance("overtime_minutes"), True, "", 0,
         _attendance_rows),
        ("penalty_points", gettext_lazy("points lost"), gettext_lazy("points"), "less", _points(PenaltyKind.PENALTY),
         True, "", 0, _point_rows(PenaltyKind.PENALTY)),
        ("reward_points", gettext_lazy("points won"), gettext_lazy("points"), "more", _points(PenaltyKind.REWARD),
         True, "", 0, _point_rows(PenaltyKind.REWARD)),
    ]  # fmt: skip
    for key, label, unit, better, read, personal, weight, decimals, rows in table:
        register(Measure(key, label, unit, better, read, house_rows(key), personal, weight, decimals, rows))
