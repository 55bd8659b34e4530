"""Why somebody has a piece of work: the last line of its history, as a sentence in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from sla import assignables, facets
from staff.duty.causes import Cause
from staff.models import Assignment
from staff.rota.states import Skill


def reasons(kind: str, held: Mapping[int, int]) -> dict[int, str]:
    """Why the present holders (`held`: id → user id) have these pieces; without a line where it came to them on
    another way. One query."""
    lines = Assignment.objects.filter(kind=kind, subject_id__in=list(held)).order_by("pk")
    last = {line.subject_id: line for line in lines}
    return {pk: sentence(line) for pk, line in last.items() if line.user_id == held[pk]}


def sentence(line: Assignment) -> str:
    """What one line says, with times on the Shanghai clock."""
    why: Mapping[str, Any] = line.why
    if line.cause == Cause.TAKEN:
        return _("Taken by himself.")
    if line.cause == Cause.HAND:
        return _("Passed on by %(name)s: %(reason)s") % {"name": why.get("by", ""), "reason": why.get("reason", "")}
    if line.cause == Cause.HANDOVER:
        return _("Taken over with the handover.")
    words = {"why": ", ".join(_parts(why)), "name": why.get("from", "")}
    if line.cause == Cause.LEAVER:
        return _("Came from %(name)s, who left: %(why)s.") % words
    return _("Assigned because: %(why)s.") % words


def _parts(why: Mapping[str, Any]) -> list[str]:
    """«on shift until 22:30», «after-sales», «旗舰店», «12 open then»."""
    until = why.get("until")
    end = f"{clock.local(dt.datetime.fromisoformat(until)):%H:%M}" if until else ""
    parts = [_("on shift until %(time)s") % {"time": end} if end else _("on shift")]
    skill = why.get("skill")
    if skill in Skill.values:
        parts.append(str(Skill(skill).label))
    shop = dict(facets.choices("shop")).get(why.get("shop") or 0)
    if shop:
        parts.append(shop)
    load = int(why.get("load", 0))
    parts.append(ngettext("%(count)s open then", "%(count)s open then", load) % {"count": load})
    return parts


def register() -> None:
    assignables.explain_with(reasons)
