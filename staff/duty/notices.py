"""How the notices about shifts, attendance and handed-on work read in the bell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from notifications.render import register_bell
from staff.rota.states import Skill

Context = Mapping[str, Any]


def when(text: str) -> str:
    """«11-20 17:00» on the Shanghai clock."""
    return f"{clock.local(dt.datetime.fromisoformat(text)):%m-%d %H:%M}"


def work_handed_on(context: Context) -> str:
    said = ngettext(
        "%(name)s left: %(count)s piece of work was handed on.",
        "%(name)s left: %(count)s pieces of work were handed on.",
        context["count"],
    ) % {"name": context["name"], "count": context["count"]}
    if not context["left"]:
        return said
    return f"{said} {_('%(count)s could not be: see to them.') % {'count': context['left']}}"


def late(context: Context) -> str:
    return _("%(name)s clocked in %(minutes)s minutes late (%(shift)s).") % dict(context)


def unplanned(context: Context) -> str:
    return _("%(name)s clocked in without a duty: %(reason)s") % dict(context)


def left_early(context: Context) -> str:
    return _("%(name)s left the shift: %(why)s Reason: %(reason)s") % dict(context)


def clock_out_missing(context: Context) -> str:
    return _("%(name)s did not clock out: closed at %(time)s, the last activity.") % {
        "name": context["name"],
        "time": when(context["at"]),
    }


def away_too_long(context: Context) -> str:
    return _("%(name)s has been away since %(since)s and was to be back by %(by)s.") % {
        "name": context["name"],
        "since": when(context["since"]),
        "by": when(context["by"]),
    }


def covers(context: Context) -> str:
    return _("You cover for %(name)s until %(by)s: %(reason)s") % {
        "name": context["name"],
        "by": when(context["by"]),
        "reason": context["reason"],
    }


def uncovered(context: Context) -> str:
    return _("%(shift)s from %(start)s: %(there)s of %(asked)s for %(skill)s are planned.") % _window(context)


def relief_missing(context: Context) -> str:
    said = _("%(shift)s from %(start)s: %(there)s of %(asked)s for %(skill)s have clocked in.") % _window(context)
    if not context["names"]:
        return said
    return f"{said} {_('Missing: %(names)s') % {'names': ', '.join(context['names'])}}"


def _window(context: Context) -> dict[str, Any]:
    return {**context, "start": when(context["start"]), "skill": Skill(context["skill"]).label}


register_bell("staff.work_handed_on", work_handed_on)
register_bell("staff.came_late", late)
register_bell("staff.came_unplanned", unplanned)
register_bell("staff.left_early", left_early)
register_bell("staff.clock_out_missing", clock_out_missing)
register_bell("staff.away_too_long", away_too_long)
register_bell("staff.covers", covers)
register_bell("staff.uncovered", uncovered)
register_bell("staff.relief_missing", relief_missing)
