"""The hourly patrol: every pending refund is acted on or remarked in every round (RET-36)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.models.cases import Case

USER = settings.AUTH_USER_MODEL


class PatrolRound(models.Model):
    """One hour's round. It is done when no case of it is left; at the hour's end what is left is carried on."""

    starts_at = models.DateTimeField(_("from"), unique=True)
    ends_at = models.DateTimeField(_("to"))
    total = models.PositiveIntegerField(_("cases"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    missed_at = models.DateTimeField(_("missed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("patrol round")
        verbose_name_plural = _("patrol rounds")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(missed_at__isnull=True), name="aftersales_patrolround_one_end"
            )
        ]

    def __str__(self) -> str:
        return str(self.starts_at)


class PatrolMark(models.Model):
    """A case of a round, and what was done: acted on, or remarked why not."""

    class Deed(models.TextChoices):
        ACTED = "acted", _("acted on")
        REMARKED = "remarked", _("remarked")
        CARRIED = "carried", _("carried on")

    class Why(models.TextChoices):
        PENDING = "pending", _("refund is pending")
        REJECTED = "rejected", _("rejected, two days left")
        AWAITED = "awaited", _("goods awaited for two days")

    round = models.ForeignKey(PatrolRound, models.CASCADE, related_name="marks")
    case = models.ForeignKey(Case, models.CASCADE, related_name="patrol_marks")
    why = models.CharField(_("why it is looked at"), max_length=8, choices=Why.choices)
    deed = models.CharField(_("what was done"), max_length=8, choices=Deed.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), null=True, blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["round", "case"], name="aftersales_patrolmark_once")]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.case_id}"
