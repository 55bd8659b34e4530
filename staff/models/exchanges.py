"""Swaps and leave: who asked whom for what, and who decided."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from staff.exchanges.states import OPEN_SWAPS, GapCause, LeaveKind
from staff.exchanges.workflow import LeaveWorkflow, SwapWorkflow
from staff.models.people import User
from staff.models.rota import Duty


class Swap(SwapWorkflow):
    """Two people exchange duties, or one takes another's over: then there is no second duty (STF-15)."""

    asker = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    counterpart = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("counterpart"))
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="swaps", verbose_name=_("gives"))
    other_duty = models.ForeignKey(
        Duty, models.PROTECT, null=True, blank=True, related_name="swaps_taken", verbose_name=_("takes")
    )
    reason = models.CharField(_("reason"), max_length=200)
    emergency = models.BooleanField(_("emergency"), default=False)  # asked later than the notice allows
    asked_at = models.DateTimeField(_("asked at"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_note = models.CharField(_("note"), max_length=200, blank=True)
    asker_confirmed_at = models.DateTimeField(_("asker confirmed at"), null=True, blank=True)
    counterpart_confirmed_at = models.DateTimeField(_("counterpart confirmed at"), null=True, blank=True)
    gap_note = models.CharField(_("why there was a gap and who is liable"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("counterpart")), name="staff_swap_two_people"),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(state__in=OPEN_SWAPS), name="staff_swap_one_open_a_duty"
            ),
            models.UniqueConstraint(
                fields=["other_duty"], condition=Q(state__in=OPEN_SWAPS), name="staff_swap_one_open_a_taken_duty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker} ⇄ {self.counterpart} {self.duty.day}"

    def get_absolute_url(self) -> str:
        return reverse("exchanges:swap", args=[self.pk])


class Leave(LeaveWorkflow):
    """Somebody asks to be away for a while; whose duties are taken over by whom stands in `substitute` (STF-09)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="leaves", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=LeaveKind.choices, default=LeaveKind.PERSONAL)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    substitute = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("substitute")
    )
    emergency = models.BooleanField(_("emergency"), default=False)
    asked_at = models.DateTimeField(_("asked at"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="staff_leave_order"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("user")), name="staff_leave_two_people"
            ),
        ]
        indexes = [models.Index(fields=["user", "starts_at"], name="staff_leave_user")]

    def __str__(self) -> str:
        return f"{self.user} {clock.day_of(self.starts_at)}"

    def get_absolute_url(self) -> str:
        return reverse("exchanges:leave", args=[self.pk])

    @property
    def when(self) -> str:
        """«11-26 – 11-27» for whole days, else with times, on the Shanghai clock."""
        start, end = clock.local(self.starts_at), clock.local(self.ends_at)
        if start.time() == end.time() == dt.time():
            last = end - dt.timedelta(days=1)
            days = [f"{start:%m-%d}", f"{last:%m-%d}"]
        else:
            days = [f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}"]
        return " – ".join(dict.fromkeys(days))


class HandedDuty(models.Model):
    """A duty that changed hands by a swap, by leave, or in an emergency (neither). Nobody took it: a gap that who
    approved the leave took on (STF-09)."""

    swap = models.ForeignKey(Swap, models.PROTECT, null=True, blank=True, related_name="handed")
    leave = models.ForeignKey(Leave, models.PROTECT, null=True, blank=True, related_name="handed")
    before = models.ForeignKey(Duty, models.PROTECT, related_name="handed_on", verbose_name=_("was"))
    after = models.OneToOneField(
        Duty, models.PROTECT, null=True, blank=True, related_name="handed", verbose_name=_("is")
    )
    at = models.DateTimeField(_("changed hands at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of an emergency

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(swap__isnull=True) | Q(leave__isnull=True), name="staff_handedduty_by_one"
            ),
            models.CheckConstraint(
                condition=Q(after__isnull=False) | Q(leave__isnull=False), name="staff_handedduty_gap_by_leave"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id or '—'}"


class Gap(models.Model):
    """Nobody came for a duty: found once, with why and who is liable (STF-03, STF-09, STF-16)."""

    duty = models.OneToOneField(Duty, models.PROTECT, related_name="gap", verbose_name=_("duty"))
    cause = models.CharField(_("how it arose"), max_length=12, choices=GapCause.choices)
    found_at = models.DateTimeField(_("found at"))
    swap = models.ForeignKey(Swap, models.PROTECT, null=True, blank=True, related_name="gaps")
    leave = models.ForeignKey(Leave, models.PROTECT, null=True, blank=True, related_name="gaps")
    liable = models.ManyToManyField(User, related_name="+", verbose_name=_("liable"))

    class Meta:
        default_permissions = ()
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["-found_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.duty} {self.get_cause_display()}"
