"""The words of the clock floor: whose court the ball is in, what a clock is doing, what its verdict is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """In whose court the ball is."""

    AGENT = "agent", _("service")
    SUPPLIER = "supplier", _("supplier")
    BUYER = "buyer", _("buyer")
    CARRIER = "carrier", _("carrier")
    PLATFORM = "platform", _("platform")
    FINANCE = "finance", _("finance")
    WAREHOUSE = "warehouse", _("warehouse")
    OPERATIONS = "operations", _("operations")
    QUALITY = "quality", _("quality")


class ClockState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")
    VOID = "void", _("void")


OPEN = (ClockState.RUNNING, ClockState.PAUSED)


class Verdict(models.TextChoices):
    """Frozen when it falls: an edited policy never rewrites it."""

    NONE = "", _("undecided")
    MET = "met", _("met")
    BREACHED = "breached", _("breached")


class StepKind(models.TextChoices):
    WARN = "warn", _("warning")
    BREACH = "breach", _("breach")
    ESCALATE = "escalate", _("escalation")


class Severity(models.TextChoices):
    INFO = "info", _("information")
    WARNING = "warning", _("warning")
    MONEY = "money", _("money at stake")
