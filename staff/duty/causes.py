"""How somebody came to a piece of work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    RULE = "rule", _("shared out")
    TAKEN = "taken", _("taken")
    HAND = "hand", _("given by hand")
    HANDOVER = "handover", _("handover")
    LEAVER = "leaver", _("holder left")
