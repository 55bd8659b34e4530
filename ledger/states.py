"""The words of the ledger: pay slips and loss claims."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SlipState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    PAID = "paid", _("paid")
    RECONCILED = "reconciled", _("reconciled")
    MISMATCHED = "mismatched", _("does not match")


# A slip in these has its amount set aside or spent: together they never exceed what was paid.
BINDING = (SlipState.SUBMITTED, SlipState.APPROVED, SlipState.PAID, SlipState.RECONCILED, SlipState.MISMATCHED)


SPENT = (SlipState.PAID, SlipState.RECONCILED, SlipState.MISMATCHED)  # the money has moved
WAITING = (SlipState.SUBMITTED, SlipState.APPROVED)  # finance or an approver has it


class Direction(models.TextChoices):
    OUT = "out", _("money out")
    IN = "in", _("money in")


class Purpose(models.TextChoices):
    REFUND = "refund", _("refund")
    FREIGHT = "freight", _("freight")
    COMPENSATION = "compensation", _("compensation")
    REPAIR = "repair", _("repair")
    EXTRA_COST = "extra_cost", _("extra cost")
    CLAIM = "claim", _("settled claim")


class PayBy(models.TextChoices):
    PLATFORM = "platform", _("by the platform")
    ALIPAY = "alipay", _("Alipay")
    BANK = "bank", _("bank")
    COUPON = "coupon", _("coupon")


class ClaimState(models.TextChoices):
    DRAFTED = "drafted", _("drafted")
    EVIDENCED = "evidenced", _("proof complete")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("claim accepted")
    DISPUTED = "disputed", _("disputed")
    SETTLED = "settled", _("settled")
    WRITTEN_OFF = "written_off", _("written off")


class Liable(models.TextChoices):
    SUPPLIER = "supplier", _("supplier")
    CARRIER = "carrier", _("carrier")
    COMPANY = "company", _("company")
    AGENT = "agent", _("staff")
    BUYER = "buyer", _("buyer")
    PLATFORM = "platform", _("platform")


OPEN_CLAIMS = (ClaimState.DRAFTED, ClaimState.EVIDENCED, ClaimState.SENT, ClaimState.ACCEPTED, ClaimState.DISPUTED)
UNSENT = (ClaimState.DRAFTED, ClaimState.EVIDENCED)
INTERNAL = (Liable.COMPANY, Liable.AGENT)  # nothing to collect: the house bears it, wages are not docked (STF-34)
