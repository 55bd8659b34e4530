"""The words of the handover."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandoverState(models.TextChoices):
    OPEN = "open", _("being written")
    SIGNED_BY_LEAVER = "leaver", _("signed by the leaver")
    SIGNED_BY_TAKER = "taker", _("signed by both")


class ItemKind(models.TextChoices):
    LATE = "late", _("late")
    DUE_NEXT = "due_next", _("due in the next shift")
    CALL_BACK = "call_back", _("call back promised")
    UNANSWERED = "unanswered", _("unanswered")
    REMARK = "remark", _("remark of the day")
    NOTE = "note", _("note")
