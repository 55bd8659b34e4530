"""What the trail says about rotas, shifts and what is set up for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from audit.messages import register
from staff.rota.states import Origin, Skill

Data = Mapping[str, Any]


def _fixed(action: str, sentence: str) -> None:
    register(action, lambda data: _(sentence))


def _named(action: str, sentence: str) -> None:
    """A sentence with the placeholders that the line's data hold."""
    register(action, lambda data: _(sentence) % data)


def reassigned(data: Data) -> str:
    told = {**data, "origin": Origin(data["origin"]).label}
    return _("“%(shift)s” on %(day)s goes to %(to)s (%(origin)s)") % told


def planned(data: Data) -> str:
    return _("%(name)s works “%(shift)s” on %(day)s as %(skill)s") % {**data, "skill": Skill(data["skill"]).label}


def published(data: Data) -> str:
    return ngettext(
        "version %(number)d published, %(count)d duty changed", "version %(number)d published, %(count)d duties changed",
        data["count"],
    ) % data  # fmt: skip


register("staff.duty_reassigned", reassigned)
register("staff.duty_planned", planned)
register("staff.rota_published", published)
_named("staff.duty_cancelled", gettext_noop("“%(shift)s” on %(day)s taken back"))
_named("staff.duty_unplanned", gettext_noop("%(name)s does not work “%(shift)s” on %(day)s after all"))
_named("staff.duty_locked", gettext_noop("“%(shift)s” of %(name)s on %(day)s is kept by proposals"))
_named("staff.duty_unlocked", gettext_noop("“%(shift)s” of %(name)s on %(day)s may be changed by proposals"))
_named("staff.rota_created", gettext_noop("rota made: %(weeks)d weeks from %(day)s"))
_fixed("staff.proposal_asked", gettext_noop("a proposal was asked for"))
_named("staff.rota_proposed", gettext_noop("proposal taken over: %(count)d duties"))
_fixed("staff.proposal_failed", gettext_noop("no proposal was found"))
_named("staff.shift_saved", gettext_noop("shift “%(shift)s” set up: %(hours)s"))
_named("staff.shift_set_used", gettext_noop("the shifts of the set “%(scheme)s” were made"))
_fixed("staff.shift_enabled", gettext_noop("shift in use again"))
_fixed("staff.shift_disabled", gettext_noop("shift no longer in use"))
_named("staff.team_saved", gettext_noop("team “%(team)s” set up"))
_named("staff.member_saved", gettext_noop("employment and skills set: %(skills)s"))
_named("staff.demand_saved", gettext_noop("demand of the team changed in %(count)d places"))
_named("staff.special_day_added", gettext_noop("%(day)s is a special workday: %(name)s"))
_named("staff.special_day_removed", gettext_noop("%(day)s is no special workday any more"))
_named("staff.rules_saved", gettext_noop("rules of service changed: %(fields)s"))
_named("staff.cleaning_planned", gettext_noop("cleaning turns made from %(first)s to %(last)s"))
_named("staff.cleaning_given", gettext_noop("cleaning on %(day)s goes from %(name)s to %(to)s"))
_named("staff.cleaning_done", gettext_noop("office cleaned on %(day)s"))
_fixed("staff.feed_made", gettext_noop("calendar address made"))
_fixed("staff.feed_revoked", gettext_noop("calendar address revoked"))
