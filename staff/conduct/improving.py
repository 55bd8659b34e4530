"""Improvements agreed after an evaluation: who does what until when (QA-09, QA-11). They stay open until done."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from staff import selectors
from staff.models import ActionItem, Team, User

SOURCE = "evaluation"


@transaction.atomic
def agree_improvement(
    *, team: Team, owner: User, title: str, due_on: dt.date, by: User, now: dt.datetime | None = None
) -> ActionItem:
    """Write down what `owner` improves until `due_on` (a Shanghai day, not before today).

    Who leads the person does it; quality, who sees teams without persons, proposes to the team's leader.
    Raises BusinessError for others, an empty text or a day that is over.
    """
    now = now or clock.now()
    to_leader = by.has_perm("staff.evaluate_service") and team.leader_id == owner.pk
    if not (to_leader or selectors.leads(by, owner)):
        raise BusinessError(_("Only who leads this person decides here."), code="not_leader")
    words = title.strip()
    if not words:
        raise BusinessError(_("Say what is to be improved."), code="missing")
    if due_on < clock.day_of(now):
        raise BusinessError(_("The day is over already."), code="past")
    made = ActionItem.objects.create(team=team, owner=owner, title=words[:200], due_on=due_on, source=SOURCE)
    audit.record("staff.improvement_agreed", about=made, by=by, now=now)
    return made
