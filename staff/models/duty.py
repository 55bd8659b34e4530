"""Who is there: clocked in, away for a moment, and what work came to them and why."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models.people import User
from staff.models.rota import Duty


class Attendance(models.Model):
    """Somebody came to work and left. What was planned stands on the duty; unplanned work has none."""

    user = models.ForeignKey(User, models.PROTECT, related_name="attendances", verbose_name=_("person"))
    duty = models.ForeignKey(
        Duty, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("duty")
    )
    came_at = models.DateTimeField(_("came at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    extended_until = models.DateTimeField(_("extended until"), null=True, blank=True)  # STF-02
    late_minutes = models.PositiveIntegerField(_("late, minutes"), default=0)  # against start less 15 (STF-11)
    overtime_minutes = models.PositiveIntegerField(_("overtime, minutes"), default=0)
    leave_note = models.CharField(_("why left without relief"), max_length=200, blank=True)  # STF-12

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["-came_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(left_at__isnull=True), name="staff_attendance_one_open"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")), name="staff_attendance_order"
            ),
        ]
        indexes = [models.Index(fields=["user", "came_at"], name="staff_attendance_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.came_at}"


class Away(models.Model):
    """Somebody left the desk for a moment, and who takes over meanwhile (STF-17, STF-39)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="aways", verbose_name=_("person"))
    cover = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("covered by"))
    reason = models.CharField(_("reason"), max_length=100)
    starts_at = models.DateTimeField(_("from"))
    back_by = models.DateTimeField(_("back by"))
    ends_at = models.DateTimeField(_("back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("away")
        verbose_name_plural = _("aways")
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ends_at__isnull=True), name="staff_away_one_open"),
            models.CheckConstraint(condition=~Q(user=F("cover")), name="staff_away_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at}"


class Assignment(models.Model):
    """Why somebody got a piece of work. The holder stands on the thing itself; this is the reason and the history."""

    kind = models.CharField(_("kind"), max_length=40)  # of the assignable thing: «sla.clock» (sla.assignables)
    subject_id = models.BigIntegerField(_("subject"))
    topic = models.CharField(_("about"), max_length=60)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"))
    cause = models.CharField(_("by"), max_length=12)  # rule, taken, handover, leaver, hand
    why = models.JSONField(_("why"), default=dict)  # skill, shop, load then, on shift until

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(fields=["kind", "subject_id", "-id"], name="staff_assignment_subject"),
            models.Index(fields=["user", "at"], name="staff_assignment_user"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.user}"
