"""What the trail says about swaps, leave, emergencies and gaps. Never why somebody is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from audit.messages import register
from staff.exchanges.liability import sentence

Data = Mapping[str, Any]


def _fixed(action: str, words: str) -> None:
    register(action, lambda data: _(words))


def _named(action: str, words: str) -> None:
    register(action, lambda data: _(words) % data)


def swap_asked(data: Data) -> str:
    if data["other"]:
        return _("%(shift)s on %(day)s for %(other)s of %(counterpart)s asked") % data
    return _("%(shift)s on %(day)s offered to %(counterpart)s") % data


def leave_approved(data: Data) -> str:
    said = [_("leave approved")]
    if data["given"]:
        said.append(
            ngettext("%(count)d shift to a substitute", "%(count)d shifts to substitutes", data["given"])
            % {"count": data["given"]}
        )
    if data["gaps"]:
        said.append(
            ngettext(
                "%(count)d shift stays open on the account of %(by)s",
                "%(count)d shifts stay open on the account of %(by)s",
                data["gaps"],
            )
            % {"count": data["gaps"], "by": data["by_name"]}
        )
    return ", ".join(said)


def leave_withdrawn(data: Data) -> str:
    if not data["back"] and not data["kept"]:
        return _("leave withdrawn")
    return _("leave withdrawn: %(back)d shifts given back, %(kept)d stay with the substitute") % data


register("staff.swap_asked", swap_asked)
register("staff.leave_approved", leave_approved)
register("staff.leave_withdrawn", leave_withdrawn)
register("staff.gap_found", lambda data: sentence(**data))
_named("staff.swap_declined", gettext_noop("declined: %(note)s"))
_named("staff.swap_lapsed", gettext_noop("came to nothing: %(note)s"))
_named("staff.emergency", gettext_noop("emergency: %(shift)s on %(day)s goes from %(name)s to %(to)s"))
_fixed("staff.swap_agreed", gettext_noop("the counterpart agrees"))
_fixed("staff.swap_approved", gettext_noop("swap approved, the shifts changed hands"))
_fixed("staff.swap_confirmed", gettext_noop("confirmed"))
_fixed("staff.swap_withdrawn", gettext_noop("withdrawn"))
_fixed("staff.swap_finished", gettext_noop("the shifts are over: done"))
_fixed("staff.leave_asked", gettext_noop("leave asked"))
_fixed("staff.leave_declined", gettext_noop("leave declined"))
_fixed("staff.leave_lapsed", gettext_noop("nobody decided before it was over"))
_named("staff.substitute_agreed", gettext_noop("%(substitute)s agrees to be the substitute"))
_named("staff.substitute_refused", gettext_noop("%(substitute)s cannot be the substitute"))
