"""Reading the clock floor: numbers in force, the clocks of a topic with their reasons, clocks set aside."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from common import clock as house_clock
from common.exceptions import BusinessError
from sla import assignables, policies
from sla import numbers as versions
from sla.calendar import year_is_published
from sla.holding import KIND
from sla.models import Calendar, CalendarDay, Clock
from sla.policies import Numbers
from sla.states import OPEN, ClockState

GIVE_UP_AFTER = 5  # failed looks, an hour apart, then a clock is set aside


def current_numbers(key: str) -> Numbers:
    """The numbers of a policy that new clocks run by. Raises BusinessError when it has none."""
    found = versions.current([key])
    if key not in found:
        raise BusinessError(_("The policy “%(key)s” has no numbers yet.") % {"key": key}, code="no_numbers")
    return found[key]


def clocks_of(topic: str) -> list[Clock]:
    """The clocks of a page, open ones first and the most urgent of them at the top.

    Each carries `.explanation` (sentences in the reader's language), `.label` and `.holder_why`, why its holder has
    it. A fixed number of queries.
    """
    rows: list[Clock] = list(
        Clock.objects.filter(topic=topic)
        .annotate(closed=Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("closed", "due_at", "id")
        .select_related("assignee")
        .prefetch_related("pauses", "pauses__by")
    )
    held = {row.pk: row.assignee_id for row in rows if row.assignee_id and row.state in OPEN}
    why = assignables.reasons(KIND, held)
    found = versions.of_versions(row.version_id for row in rows)
    for row in rows:
        row.label = policies.label_of(row.policy)
        row.explanation = explanation(row, found[row.version_id])
        row.holder_why = why.get(row.pk, "")
    return rows


def explanation(clock: Clock, numbers: Numbers | None = None) -> list[str]:
    """Why a clock is due then; a clock whose policy is no longer in the code says that."""
    if clock.policy not in {policy.key for policy in policies.all_policies()}:
        return [_("The policy “%(key)s” is no longer part of the product.") % {"key": clock.policy}]
    found = numbers or versions.of_versions([clock.version_id])[clock.version_id]
    return policies.get(clock.policy).explain(clock, found)


def set_aside_clocks() -> QuerySet[Clock]:
    """Running clocks that failed five looks: nobody looks at them until somebody says «look again»."""
    return Clock.objects.filter(
        state=ClockState.RUNNING, next_look_at__isnull=True, failures__gte=GIVE_UP_AFTER
    ).order_by("id")


def calendar_warnings(today: dt.date | None = None, *, horizon_days: int = 90) -> list[str]:
    """What the admin must see: years ahead whose public holidays nobody published and nobody typed in."""
    day = today or house_clock.today()
    if not Calendar.objects.filter(workdays_only=True).exists():
        return []
    years = sorted({day.year, (day + dt.timedelta(days=horizon_days)).year})
    missing = [year for year in years if not year_is_published(year)]
    return [
        _(
            "The public holidays of %(year)s are not known: Monday to Friday count as working days. "
            "Enter the holidays and make-up days by hand."
        )
        % {"year": year}
        for year in missing
        if not CalendarDay.objects.filter(day__year=year).exists()
    ]
