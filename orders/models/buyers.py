"""What the service remembers of a buyer of a shop: VIP, group, and whether advertising may be sent (AFT-04, SEC-09)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.shops import Shop
from orders.states import Consent


class BuyerNote(models.Model):
    """One buyer of one shop, by the name on the platform (STF-41). Shown masked, as the orders are."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="buyer_notes", verbose_name=_("shop"))
    buyer_nick = models.CharField(_("buyer"), max_length=80)
    vip = models.BooleanField(_("VIP"), default=False)  # AFT-04
    group = models.CharField(_("group"), max_length=40, blank=True)  # STF-41
    tag = models.CharField(_("note"), max_length=100, blank=True)
    marketing_consent = models.CharField(
        _("advertising"), max_length=8, choices=Consent.choices, default=Consent.NONE
    )  # SEC-09
    consent_at = models.DateTimeField(_("said at"), null=True, blank=True)
    consent_how = models.CharField(_("how it was said"), max_length=200, blank=True)
    stop_list = models.BooleanField(_("on the stop list"), default=False)  # never any advertising again
    updated_at = models.DateTimeField(_("last changed at"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("buyer")
        verbose_name_plural = _("buyers")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "buyer_nick"], name="orders_buyernote_once"),
            models.CheckConstraint(
                condition=Q(marketing_consent=Consent.NONE) | (Q(consent_at__isnull=False) & ~Q(consent_how="")),
                name="orders_buyernote_consent_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(stop_list=False) | ~Q(marketing_consent=Consent.GIVEN),
                name="orders_buyernote_stop_means_no",
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], condition=Q(vip=True), name="orders_buyernote_vip"),
            models.Index(fields=["buyer_nick"], name="orders_buyernote_nick"),
        ]

    def __str__(self) -> str:
        return f"{self.shop} #{self.pk}"

    @property
    def may_advertise(self) -> bool:
        """Whether advertising may go to this buyer (SEC-09)."""
        return self.marketing_consent == Consent.GIVEN and not self.stop_list

    @property
    def consent(self) -> str:
        """What the checker is told: the stop list means refused."""
        return Consent.REFUSED if self.stop_list else self.marketing_consent
