"""What the trail says about records, meetings, tasks, checklists and chat statistics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.messages import register
from common.clock import local
from staff.models import DailyRecord
from staff.records.states import ActionState

Data = Mapping[str, Any]


def _fixed(action: str, sentence: str) -> None:
    """A sentence without details; `sentence` is marked for translation where it is written."""
    register(action, lambda data: _(sentence))


def _time(text: str) -> str:
    return local(dt.datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")


def field_name(name: str) -> str:
    """A field of the daily record as people call it."""
    return str(DailyRecord._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


register("staff.daily_handed_in", lambda data: _("daily record of %(day)s handed in") % {"day": data["day"]})
register(
    "staff.daily_corrected",
    lambda data: (
        _("daily record of %(day)s corrected: %(fields)s")
        % {"day": data["day"], "fields": ", ".join(field_name(name) for name in data["fields"])}
    ),
)
register(
    "staff.served_ids_seen", lambda data: _("looked at the buyers' ids in the record of %(day)s") % {"day": data["day"]}
)
register(
    "staff.weekly_handed_in", lambda data: _("weekly record handed in (week to %(week)s)") % {"week": data["week"]}
)
register("staff.week_passed_on", lambda data: _("week to %(week)s passed on to operations") % {"week": data["week"]})
register(
    "staff.task_given",
    lambda data: _("given to %(to)s, due %(time)s") % {"to": data["to"], "time": _time(data["due_at"])},
)
_fixed("staff.task_received", gettext_noop("received"))
_fixed("staff.task_done", gettext_noop("done"))
register("staff.task_cancelled", lambda data: _("taken back: %(reason)s") % {"reason": data["reason"]})
_fixed("staff.task_handed_on", gettext_noop("handed on to somebody on shift; to be received anew"))
register(
    "staff.material_given",
    lambda data: _("%(thing)s given to %(holder)s") % {"thing": data["thing"], "holder": data["holder"]},
)
register("staff.material_returned", lambda data: _("%(thing)s is back") % {"thing": data["thing"]})
register("staff.material_lost", lambda data: _("%(thing)s is lost") % {"thing": data["thing"]})
register(
    "staff.item_ticked",
    lambda data: (
        (_("looked at: %(item)s") if data["figure"] is None else _("looked at: %(item)s (figure then: %(figure)s)"))
        % {"item": data["item"], "figure": data["figure"]}
    ),
)
register(
    "staff.printing_extended",
    lambda data: _("the courier is still here: printing goes on until %(time)s") % {"time": _time(data["until"])},
)
register("staff.meeting_held", lambda data: _("meeting of the week of %(week)s held") % {"week": data["week"]})
register(
    "staff.meeting_times_set",
    lambda data: _("times of the weekly meeting set: %(count)d sessions") % {"count": data["sessions"]},
)
register(
    "staff.action_added",
    lambda data: _("%(owner)s takes it on until %(day)s") % {"owner": data["owner"], "day": data["due_on"]},
)
register("staff.action_ended", lambda data: _("ended: %(state)s") % {"state": ActionState(data["state"]).label})
register("staff.chat_layout_set", lambda data: _("layout of chat statistics set: %(name)s") % {"name": data["name"]})
register(
    "staff.chats_imported",
    lambda data: (
        _("chat statistics “%(name)s”: %(created)d new, %(updated)d changed, %(unchanged)d as before") % dict(data)
    ),
)
register(
    "staff.response_target_set",
    lambda data: (
        (
            _("target of the first answer by night: %(seconds)d s")
            if data["night"]
            else _("target of the first answer by day: %(seconds)d s")
        )
        % {"seconds": data["seconds"]}
    ),
)
