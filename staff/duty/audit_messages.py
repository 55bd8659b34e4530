"""What the trail says about coming, leaving, being away, and work that went on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from audit.messages import register

Data = Mapping[str, Any]


def work_handed_on(data: Data) -> str:
    count = sum(data["counts"].values())
    said = ngettext("%(count)s piece of work handed on", "%(count)s pieces of work handed on", count) % {"count": count}
    return f"{said} ({_('%(count)s could not be') % {'count': data['left']}})" if data["left"] else said


def came(data: Data) -> str:
    if data["late"]:
        return _("Clocked in, %(minutes)s minutes late") % {"minutes": data["late"]}
    return _("Clocked in") if data["planned"] else _("Clocked in without a duty: %(reason)s") % data


def left(data: Data) -> str:
    if data.get("note"):
        return _("Clocked out: %(note)s") % {"note": data["note"]}
    return _("Clocked out")


def gone_away(data: Data) -> str:
    return _("Away, covered by %(name)s: %(reason)s") % {"name": data["cover"], "reason": data["reason"]}


def fixed(action: str, sentence: str) -> None:
    register(action, lambda data: _(sentence))


register("staff.work_handed_on", work_handed_on)
register("staff.clocked_in", came)
register("staff.clocked_out", left)
register("staff.went_away", gone_away)
fixed("staff.came_back", gettext_noop("Back at the desk"))
fixed("staff.attendance_closed", gettext_noop("Clock-out was missing: closed at the last activity"))
