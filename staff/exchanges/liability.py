"""Who is liable for a gap, and why, as a sentence (STF-03, STF-09, STF-16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.exchanges.states import GapCause
from staff.models import Gap

WHY = {
    GapCause.SWAP: gettext_lazy("Both had confirmed the swap: liable is who has the shift now (STF-15)."),
    GapCause.UNCLEAR: gettext_lazy("The swap was not confirmed by both: both are liable, absence (STF-16)."),
    GapCause.SUBSTITUTE: gettext_lazy("The substitute had agreed: liable is the substitute (STF-03)."),
    GapCause.ARRANGED: gettext_lazy("The substitute had not agreed: liable is who arranged it (STF-09)."),
    GapCause.LEAVE: gettext_lazy("Leave was approved without a substitute: liable is who approved it (STF-09)."),
    GapCause.MISSED: gettext_lazy("Liable is who has the shift; the chat records judge (STF-03)."),
}


def sentence(*, shift: str, day: str, cause: str, liable: Sequence[str], **_more: Any) -> str:
    """«早班 on 11-23: nobody came. The swap was not confirmed by both … Liable: 安娜, 本.»"""
    told = {"shift": shift, "day": day, "why": WHY[GapCause(cause)], "names": ", ".join(liable)}
    return _("%(shift)s on %(day)s: nobody came. %(why)s Liable: %(names)s.") % told


def facts(gap: Gap) -> dict[str, Any]:
    """What `sentence` needs, as JSON."""
    return {
        "shift": gap.duty.template.name,
        "day": gap.duty.day.isoformat(),
        "cause": gap.cause,
        "liable": [user.name for user in gap.liable.all()],
    }


def told(gap: Gap) -> str:
    """The sentence of a gap in the reader's language."""
    return sentence(**facts(gap))
