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
