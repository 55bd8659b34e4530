"""How the trail tells of evidence, of papers that were printed and of the patrol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftersales.models import Evidence
from audit.messages import register

Data = Mapping[str, Any]


def added(data: Data) -> str:
    told = {"type": Evidence.Type(data["type"]).label, "slot": data["slot"]}
    return _("%(type)s added: %(slot)s") % told if data["slot"] else _("%(type)s added") % told


def sorted_(data: Data) -> str:
    return _("evidence put under “%(slot)s”") % data if data["slot"] else _("evidence put under nothing")


def shared(data: Data) -> str:
    return _("evidence shown to the supplier") if data["shared"] else _("evidence hidden from the supplier")


def printed(data: Data) -> str:
    words = {
        "form": _("return and exchange form printed"),
        "note": _("return note printed"),
        "file": _("whole file printed"),
        "handover": _("printed on the hand-over list to the warehouse"),
    }
    return words[data["paper"]]


register("aftersales.printed", printed)
register("aftersales.evidence_added", added)
register("aftersales.evidence_sorted", sorted_)
register("aftersales.evidence_shared", shared)
register("aftersales.evidence_withdrawn", lambda data: _("evidence withdrawn: %(why)s") % data)
register("aftersales.patrolled", lambda data: _("patrol: nothing to be done now, %(remark)s") % data)
register("aftersales.patrol_done", lambda data: _("patrol done, %(total)d cases") % data)
register("aftersales.patrol_missed", lambda data: _("patrol missed, %(left)d of %(total)d cases left") % data)
