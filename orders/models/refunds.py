"""Refunds as the platform lists them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.fields import money
from orders.models.orders import Order, OrderLine
from orders.states import Platform, RefundState

USER = settings.AUTH_USER_MODEL


class Refund(models.Model):
    """A refund as the platform lists it, with its deadlines. The case that grows from it is the after-sales floor's."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds")
    line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, blank=True, related_name="refunds")
    refund_no = models.CharField(_("refund number"), max_length=40)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    state = models.CharField(_("state"), max_length=20, choices=RefundState.choices)
    kind = models.CharField(_("kind"), max_length=20, blank=True)  # 仅退款, 退货退款, 换货, as exported
    needs_return = models.BooleanField(_("goods come back"), default=False)
    partial = models.BooleanField(_("part of the amount"), default=False)
    amount = money(_("amount"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    explanation = models.TextField(_("buyer's words"), blank=True)
    goods_status = models.CharField(_("goods"), max_length=40, blank=True)
    phase = models.CharField(_("phase"), max_length=10, blank=True)  # 售中, 售后
    intervention = models.CharField(_("platform stepped in"), max_length=40, blank=True)
    return_carrier = models.CharField(_("return carrier"), max_length=40, blank=True)
    return_tracking_no = models.CharField(_("return number"), max_length=40, blank=True)
    applied_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("the platform's deadline"), null=True, blank=True)
    evidence_deadline_at = models.DateTimeField(_("deadline for evidence"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    ship_consented_at = models.DateTimeField(_("buyer agreed to shipping all the same"), null=True, blank=True)
    ship_consented_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("first imported at"))
    updated_at = models.DateTimeField(_("last changed at"))
    is_open: bool  # no column: orders.selectors.order_page says it for its page

    class Meta:
        verbose_name = _("platform refund")
        verbose_name_plural = _("platform refunds")
        constraints = [
            models.UniqueConstraint(fields=["platform", "refund_no"], name="orders_refund_once"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="orders_refund_state_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_refund_amount_not_negative"),
        ]
        indexes = [models.Index(fields=["state", "deadline_at"], name="orders_refund_deadline")]

    def __str__(self) -> str:
        return self.refund_no
