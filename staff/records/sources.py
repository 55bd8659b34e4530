"""What the house itself brings to the weekly meeting: broken promises, late answers, late records, open actions (AFT-14)."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock, privacy
from sla import policies
from sla.models import ClockEvent
from sla.states import Party, StepKind
from staff.models import ActionItem, Team, WeeklyRecord
from staff.records import weeks
from staff.records.agenda import AgendaLine
from staff.records.agenda import register as add_source
from staff.records.chats.selectors import over_target
from staff.records.states import ActionState


def breaches(team: Team, monday: dt.date) -> list[AgendaLine]:
    """The promises broken in the week, by promise and responsible party, the most first; none about penalties, which
    are nothing of the team's (SEC-05). One query."""
    first, last = weeks.reviewed(monday)
    found = (
        ClockEvent.objects.filter(kind=StepKind.BREACH, at__gte=clock.day_start(first), at__lte=clock.day_end(last))
        .exclude(privacy.private("clock__topic"))
        .values(policy=F("clock__policy"), party=F("clock__party"))
        .annotate(count=Count("clock", distinct=True))
        .order_by("-count", "policy", "party")
    )
    return [
        AgendaLine(
            ngettext("%(policy)s: %(count)d broken", "%(policy)s: %(count)d broken", row["count"])
            % {"policy": policies.label_of(row["policy"]), "count": row["count"]},
            str(Party(row["party"]).label),
            f"{reverse('records:breaches')}?{urlencode({'policy': row['policy'], 'party': row['party'], 'monday': monday})}",
        )
        for row in found
    ]


def slow_answers(team: Team, monday: dt.date) -> list[AgendaLine]:
    """People of the team whose first answers were over the target in the week (PHR-03)."""
    first, last = weeks.reviewed(monday)
    found = over_target(team, first, last)
    if not found:
        return []
    title = ngettext(
        "First answers over the target: %(count)d person", "First answers over the target: %(count)d people", len(found)
    )
    return [
        AgendaLine(
            title % {"count": len(found)},
            ", ".join(found)[:60],
            f"{reverse('records:chats')}?from={first}&to={last}",
        )
    ]


def late_records(team: Team, monday: dt.date) -> list[AgendaLine]:
    """Weekly records that were asked for and not handed in (STF-29)."""
    week = weeks.record_week(monday)
    missing = WeeklyRecord.objects.filter(week=week, handed_in_at=None, user__employment__team=team)
    names = list(missing.order_by("user__name").values_list("user__name", flat=True))
    if not names:
        return []
    title = ngettext("%(count)d weekly record is missing", "%(count)d weekly records are missing", len(names))
    url = f"{reverse('records:collate')}?week={week}"
    return [AgendaLine(title % {"count": len(names)}, ", ".join(names)[:60], url)]


def open_actions(team: Team, monday: dt.date) -> list[AgendaLine]:
    """What earlier meetings and evaluations decided and nobody has done yet (QA-11)."""
    found = ActionItem.objects.filter(team=team, state=ActionState.OPEN).filter(
        Q(meeting__isnull=True) | Q(meeting__week__lt=monday)
    )
    found = found.exclude(~Q(owner=team.leader_id) & Q(source="evaluation"))  # that is between two people (QA-09)
    return [
        AgendaLine(
            _("Still open: %(title)s (until %(day)s)") % {"title": action.title[:150], "day": f"{action.due_on:%m-%d}"},
            action.owner.name,
            reverse("records:meetings"),
        )
        for action in found.select_related("owner")
    ]


def register() -> None:
    add_source("actions", gettext_lazy("open actions"), open_actions)
    add_source("breaches", gettext_lazy("broken promises"), breaches)
    add_source("answers", gettext_lazy("response times"), slow_answers)
    add_source("records", gettext_lazy("weekly records"), late_records)
