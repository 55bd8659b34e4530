"""What the trail says about penalties, rewards, fund and training: never an amount, never a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.messages import register

Data = Mapping[str, Any]


def _fixed(action: str, sentence: str) -> None:
    register(action, lambda data: _(sentence))


def _decided(data: Data) -> str:
    return _("appeal decided: upheld") if data["upheld"] else _("appeal decided: cancelled")


register("staff.penalty_confirmed", lambda data: _("confirmed, time %(rung)d") % {"rung": data["rung"]})
register("staff.penalty_counted_down", lambda data: _("counts as time %(rung)d now") % {"rung": data["rung"]})
register("staff.appeal_decided", _decided)
register("staff.fund_entry", lambda data: _("fund entry %(number)d") % {"number": data["number"]})
register(
    "staff.weights_changed",
    lambda data: _("weights of the evaluation: version %(version)d") % {"version": data["version"]},
)
_fixed("staff.penalty_proposed", gettext_noop("proposed"))
_fixed("staff.penalty_dropped", gettext_noop("dropped"))
_fixed("staff.penalty_appealed", gettext_noop("appealed"))
_fixed("staff.penalty_booked", gettext_noop("booked"))
_fixed("staff.mentoring_started", gettext_noop("mentoring begun"))
_fixed("staff.mentoring_passed", gettext_noop("the trainee has passed"))
_fixed("staff.training_saved", gettext_noop("product training written down"))
_fixed("staff.improvement_agreed", gettext_noop("improvement agreed"))
