"""The words of records, tasks and checklists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    GIVEN = "given", _("given")
    RECEIVED = "received", _("received")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class ChecklistWhen(models.TextChoices):
    """When a checklist is gone through."""

    SHIFT_START = "start", _("at the start of a shift")
    BEFORE_PRINTING = "print", _("before waybills are printed")  # ORD-19
    BEFORE_WAREHOUSE = "audit", _("before papers go to the warehouse")  # ORD-20
    PACKING = "packing", _("when packing")  # ORD-10
    DAY_END = "end", _("at the end of printing")  # LOG-07


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")


class ActionState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")
