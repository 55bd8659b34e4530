"""The words of incidents, penalties and rewards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PenaltyState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    DROPPED = "dropped", _("dropped")
    CONFIRMED = "confirmed", _("confirmed")
    APPEALED = "appealed", _("appealed")
    UPHELD = "upheld", _("upheld")
    CANCELLED = "cancelled", _("cancelled")
    BOOKED = "booked", _("booked")


class PenaltyKind(models.TextChoices):
    PENALTY = "penalty", _("penalty")
    REWARD = "reward", _("reward")


class LadderSpan(models.TextChoices):
    """Over what time repetitions count."""

    MONTH = "month", _("calendar month")  # STF-21
    EVER = "ever", _("ever")  # STF-19


class Consequence(models.TextChoices):
    NONE = "", _("none")
    TALK = "talk", _("talk with the leader")
    REVIEW = "review", _("review by management")  # what the seeds call «leaves» (STF-21, STF-34)
