"""The words of the phrase library and of the checker."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where in the talk a phrase belongs."""

    OPENING = "opening", _("opening")
    PRESALES = "presales", _("before the order")
    PAYMENT = "payment", _("payment")
    SHIPPING = "shipping", _("shipping")
    AFTERSALES = "aftersales", _("after-sales")
    REVIEW = "review", _("review invitation")
    CLOSING = "closing", _("closing")
    AUTO_REPLY = "auto_reply", _("auto reply")  # STF-40
    SIGNATURE = "signature", _("signature")  # PHR-06


class PhraseState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", _("in use")
    DECLINED = "declined", _("declined")
    RETIRED = "retired", _("retired")


class TermKind(models.TextChoices):
    FORBIDDEN = "forbidden", _("forbidden phrase")  # PHR-21, PHR-22
    RUDE = "rude", _("rude word")  # PHR-23
    FALSE_PROMISE = "promise", _("promise that may be false")
    REVIEW_MONEY = "review", _("money for reviews")  # REV-15
    ABSOLUTE = "absolute", _("absolute advertising word")
    OFF_PLATFORM = "off", _("contact outside the platform")  # SEC-08
    COURTESY = "courtesy", _("missing courtesy")  # PHR-04
    MARKETING = "market", _("advertising without consent")  # SEC-09


class TermSeverity(models.TextChoices):
    HARD = "hard", _("blocks")
    SOFT = "soft", _("advises")
