"""The words of the rota: what people can do, what kind of day it is, where a duty came from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.TextChoices):
    PRESALES = "presales", _("pre-sales")
    AFTERSALES = "aftersales", _("after-sales")
    CLERK = "clerk", _("order clerk")


class DayKind(models.TextChoices):
    """What kind of day a demand is for; a day that is several things counts as the last of them."""

    WORKDAY = "workday", _("working day")
    WEEKEND = "weekend", _("weekend")
    HOLIDAY = "holiday", _("public holiday")
    SPECIAL = "special", _("special workday")  # STF-07


class ShiftKind(models.TextChoices):
    DAY = "day", _("day shift")
    NIGHT = "night", _("night shift")


class WishKind(models.TextChoices):
    OFF = "off", _("would like to be off")
    WORK = "work", _("would like this shift")
    AVOID = "avoid", _("would rather not have this shift")


class Origin(models.TextChoices):
    """How somebody came to a duty."""

    PROPOSED = "proposed", _("proposed")
    HAND = "hand", _("set by hand")
    SWAP = "swap", _("swap")
    LEAVE = "leave", _("substitute")
    EMERGENCY = "emergency", _("emergency")
