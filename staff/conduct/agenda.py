"""What conduct brings to the weekly meeting: that appeals wait, never whose they are (STF-24)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from staff.conduct.states import PenaltyState
from staff.models import Penalty, Team
from staff.records.agenda import AgendaLine
from staff.records.agenda import register as add_source


def appeals(team: Team, monday: dt.date) -> list[AgendaLine]:
    """How many appeals of the team wait for their decision. The link leads everybody to what is theirs to see."""
    count = Penalty.objects.filter(user__employment__team=team, state=PenaltyState.APPEALED).count()
    if not count:
        return []
    title = ngettext("%(count)d appeal waits for its decision", "%(count)d appeals wait for their decision", count)
    url = f"{reverse('conduct:penalties')}?state={PenaltyState.APPEALED}"
    return [AgendaLine(title % {"count": count}, team.leader.name if team.leader else "", url)]


def register() -> None:
    add_source("appeals", gettext_lazy("appeals"), appeals)
