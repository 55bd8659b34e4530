"""The words of swaps and leave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SwapState(models.TextChoices):
    ASKED = "asked", _("asked")
    COUNTERPART_AGREED = "agreed", _("counterpart agreed")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DONE = "done", _("done")
    GAP = "gap", _("left a gap")


class LeaveState(models.TextChoices):
    ASKED = "asked", _("asked")
    SUBSTITUTE_AGREED = "agreed", _("substitute agreed")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LeaveKind(models.TextChoices):
    ANNUAL = "annual", _("annual leave")
    PERSONAL = "personal", _("personal leave")
    SICK = "sick", _("sick leave")
    OTHER = "other", _("other leave")


OPEN_SWAPS = (SwapState.ASKED, SwapState.COUNTERPART_AGREED)
OPEN_LEAVES = (LeaveState.ASKED, LeaveState.SUBSTITUTE_AGREED)


class GapCause(models.TextChoices):
    """How it came that nobody was there; who is liable follows from it (STF-03, STF-09, STF-16)."""

    SWAP = "swap", _("a confirmed swap")
    UNCLEAR = "unclear", _("an unclear swap")
    SUBSTITUTE = "substitute", _("the substitute did not come")
    ARRANGED = "arranged", _("a substitute who was not asked")
    LEAVE = "leave", _("leave without a substitute")
    MISSED = "missed", _("missed duty")
