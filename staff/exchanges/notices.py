"""How the notices about swaps, leave, emergencies and gaps read. Never why somebody is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.render import register_bell
from staff.exchanges.liability import sentence

Context = Mapping[str, Any]


def _named(kind: str, words: str) -> None:
    """A line with the placeholders that the notice's context holds; `words` is marked where it is written."""
    register_bell(kind, lambda context: _(words) % dict(context))


def gap(context: Context) -> str:
    return sentence(**context)


def leave_approved(context: Context) -> str:
    if context["by"]:
        return _("Your leave on %(day)s is approved by %(by)s.") % dict(context)
    return _("Your leave on %(day)s is approved.") % dict(context)


def swap_declined(context: Context) -> str:
    if context["by"]:
        return _("The swap of %(shift)s on %(day)s was declined by %(by)s: %(note)s") % dict(context)
    return _("The swap of %(shift)s on %(day)s came to nothing: %(note)s") % dict(context)


register_bell("staff.gap", gap)
register_bell("staff.leave_approved", leave_approved)
register_bell("staff.swap_declined", swap_declined)
_named("staff.swap_asked", gettext_noop("%(asker)s asks you to swap: %(shift)s on %(day)s."))
_named("staff.swap_agreed", gettext_noop("%(counterpart)s agrees to your swap of %(shift)s on %(day)s."))
_named("staff.swap_to_decide", gettext_noop("A swap waits for you: %(asker)s and %(counterpart)s, %(day)s."))
_named("staff.swap_approved", gettext_noop("The swap of %(shift)s on %(day)s is approved: confirm it."))
_named("staff.swap_withdrawn", gettext_noop("%(asker)s withdrew the swap of %(shift)s on %(day)s."))
_named("staff.swap_unconfirmed", gettext_noop("You have not confirmed the swap of %(day)s: a gap would be on both."))
_named("staff.leave_to_decide", gettext_noop("Leave waits for you: %(name)s from %(day)s."))
_named("staff.substitute_asked", gettext_noop("%(name)s asks you to be the substitute from %(day)s."))
_named("staff.substitute_agreed", gettext_noop("%(substitute)s agrees to be the substitute of %(name)s from %(day)s."))
_named("staff.substitute_refused", gettext_noop("%(substitute)s cannot be the substitute of %(name)s from %(day)s."))
_named("staff.leave_declined", gettext_noop("Your leave on %(day)s is declined: %(note)s"))
_named("staff.leave_withdrawn", gettext_noop("%(name)s withdrew the leave on %(day)s."))
_named("staff.duty_given", gettext_noop("You have a new shift: %(shift)s on %(day)s from %(time)s, for %(name)s."))
_named("staff.duty_back", gettext_noop("%(shift)s on %(day)s is %(name)s's again."))
_named("staff.emergency_told", gettext_noop("Emergency: %(to)s takes %(shift)s on %(day)s of %(name)s."))
