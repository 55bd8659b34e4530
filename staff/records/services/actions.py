"""Action items: what a meeting or an evaluation decided stays open until it is done or dropped (QA-11, STF-24)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from notifications import services as notifications
from staff.models import ActionItem, Meeting, Team, User
from staff.records.services.base import required
from staff.records.states import ActionState
from staff.selectors import led_teams


@transaction.atomic
def add_action(
    *,
    team: Team,
    title: str,
    owner: User,
    due_on: dt.date,
    by: User,
    meeting: Meeting | None = None,
    source: str = "meeting",
    now: dt.datetime | None = None,
) -> ActionItem:
    """Somebody takes something on until a day; the owner is told. Raises BusinessError when it is empty or past."""
    now = now or clock.now()
    what = required(title, _("Say what is to be done."))
    if due_on < clock.day_of(now):
        raise BusinessError(_("The day must not lie in the past."), code="past")
    action = ActionItem.objects.create(
        team=team, title=what, owner=owner, due_on=due_on, meeting=meeting, source=source
    )
    audit.record("staff.action_added", about=action, by=by, now=now, owner=owner.name, due_on=due_on.isoformat())
    if owner.pk != by.pk and meeting is not None:
        notifications.notify(
            kind="staff.action_added",
            users=[owner],
            context={"title": what, "due_on": due_on.isoformat()},
            url=meeting.get_absolute_url(),
            dedupe_key=f"staff.action_added:{action.pk}",
            now=now,
        )
    return action


@transaction.atomic
def end_action(*, action_id: int, result: str, by: User, drop: bool = False, now: dt.datetime | None = None) -> None:
    """Done (by its owner or who leads the team), or dropped (who leads the team), with what came of it.

    Raises ActionItem.DoesNotExist for anybody else; BusinessError when it has ended or no word is given.
    """
    now = now or clock.now()
    action = lock_one(ActionItem.objects.filter(pk=action_id))
    leads = led_teams(by).filter(pk=action.team_id).exists()
    if not leads and (drop or action.owner_id != by.pk):
        raise ActionItem.DoesNotExist
    if action.state != ActionState.OPEN:
        raise BusinessError(_("It has ended already."), code="ended")
    action.result = required(result, _("Say what came of it."), longest=300)
    if drop:
        action.drop()
    else:
        action.finish()
    action.closed_at = now
    action.save(update_fields=["state", "result", "closed_at"])
    audit.record("staff.action_ended", about=action, by=by, now=now, state=action.state)
