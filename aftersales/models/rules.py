"""What the house decides by data: reasons, the evidence they need, who pays the freight, where goods go back to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.states import Bearer, Kind


class Reason(models.Model):
    """Why a buyer comes back, what that means and who answers for it unless somebody says otherwise (AFT-07, AFT-10)."""

    class Cause(models.TextChoices):
        QUALITY = "quality", _("quality problem")  # RET-02, RET-29
        WRONG_ITEM = "wrong_item", _("wrong item")  # SUP-05
        MISSING = "missing", _("missing item")  # SUP-09
        DAMAGED = "damaged", _("damaged on the way")  # RET-28, SUP-14
        NOT_AS_IMAGINED = "imagined", _("not as imagined")  # RET-27
        NO_REASON = "no_reason", _("seven days, no reason")  # RET-01
        LATE = "late", _("not shipped in time")
        SHORTAGE = "shortage", _("out of stock")
        SERVICE = "service", _("not satisfied with the service")  # AFT-18
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    liable = models.CharField(_("answers for it"), max_length=10, choices=Bearer.choices, default=Bearer.COMPANY)
    platform_words = models.JSONField(_("the platforms' words for it"), default=list, blank=True)
    kinds = models.JSONField(_("kinds of case"), default=list, blank=True)  # empty: all
    department = models.CharField(_("department"), max_length=20, blank=True)  # a role that takes it over (AFT-06)
    enabled = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class EvidenceNeed(models.Model):
    """A reason is believed only with this (RET-06, SUP-28); a kit for the platform shows how complete it is (CMP-03)."""

    reason = models.ForeignKey(Reason, models.CASCADE, related_name="needs", verbose_name=_("reason"))
    slot = models.CharField(_("what"), max_length=40)  # «photo of the flaw», «packing with logo», «factory's answer»
    at_least = models.PositiveSmallIntegerField(_("at least"), default=1)
    before = models.CharField(_("needed before"), max_length=12, default="judge")  # judge, execute, dispute
    reply = models.BooleanField(
        _("a supplier's answer"), default=False, help_text=_("What the supplier answered in its portal counts for it.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("evidence needed")
        verbose_name_plural = _("evidence needed")
        ordering = ["reason", "position"]
        constraints = [models.UniqueConstraint(fields=["reason", "slot"], name="aftersales_evidenceneed_once")]

    def __str__(self) -> str:
        return self.slot


class FreightRule(models.Model):
    """Who pays which leg of the freight (RET-13, RET-24, RET-25), with the sentence that the buyer is told."""

    class Payer(models.TextChoices):
        SELLER = "seller", _("seller")
        BUYER = "buyer", _("buyer")

    cause_is_ours = models.BooleanField(_("quality problem or our fault"))
    free_shipping = models.BooleanField(_("free shipping"))
    breaks_condition = models.BooleanField(_("the return breaks the free-shipping condition"), default=False)
    outbound = models.CharField(_("way out paid by"), max_length=6, choices=Payer.choices)
    inbound = models.CharField(_("way back paid by"), max_length=6, choices=Payer.choices)
    sentence = models.CharField(_("sentence"), max_length=300)
    basis = models.CharField(_("basis"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("freight rule")
        verbose_name_plural = _("freight rules")
        constraints = [
            models.UniqueConstraint(
                fields=["cause_is_ours", "free_shipping", "breaks_condition"], name="aftersales_freightrule_once"
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class ReturnAddress(models.Model):
    """Where goods go back to. Picked, never typed (RET-21); an edit makes a new row, so that what was sent stays true."""

    name = models.CharField(_("name"), max_length=60)
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    shop = models.ForeignKey(
        "orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop")
    )
    receiver = models.CharField(_("receiver"), max_length=40)
    phone = models.CharField(_("phone"), max_length=40)
    address = models.CharField(_("address"), max_length=300)
    kinds = models.JSONField(_("kinds of case"), default=list, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("return address")
        verbose_name_plural = _("return addresses")
        ordering = ["supplier", "name"]

    def __str__(self) -> str:
        return self.name


MACHINES_WITHOUT_ORDER = (Kind.CONSULTATION, Kind.COMPLAINT)
