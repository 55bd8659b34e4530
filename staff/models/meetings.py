"""The weekly meeting: sessions, agenda drawn from the week, what each said, what is to be done (STF-24)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from staff.models.people import User
from staff.models.shifts import Team
from staff.records.states import ActionState
from staff.records.workflow import ActionWorkflow, MeetingWorkflow


class Meeting(FSMModelMixin, MeetingWorkflow):
    """One week's meeting of a team; it may have several sessions, one for the night staff for instance."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="meetings", verbose_name=_("team"))
    week = models.DateField(_("week of"))  # its Monday
    notes = models.TextField(_("minutes"), max_length=8000, blank=True)
    held_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("weekly meeting")
        verbose_name_plural = _("weekly meetings")
        ordering = ["-week", "team"]
        constraints = [models.UniqueConstraint(fields=["team", "week"], name="staff_meeting_once")]

    def __str__(self) -> str:
        return f"{self.team} {self.week}"

    def get_absolute_url(self) -> str:
        return reverse("records:meeting", args=[self.pk])


class MeetingTime(models.Model):
    """When a team sits together every week: one row a session (STF-24). New meetings take their sessions from here."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="meeting_times", verbose_name=_("team"))
    weekday = models.PositiveSmallIntegerField(_("day"), default=0)  # 0 Monday
    starts = models.TimeField(_("from"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    name = models.CharField(_("for"), max_length=40, blank=True)  # night staff

    class Meta:
        verbose_name = _("time of the weekly meeting")
        verbose_name_plural = _("times of the weekly meeting")
        ordering = ["team", "weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["team", "weekday", "starts"], name="staff_meetingtime_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6, minutes__gte=5), name="staff_meetingtime_sense"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.starts:%H:%M}"


class MeetingSession(models.Model):
    """One sitting: when, led by whom, who was there."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("from"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    name = models.CharField(_("for"), max_length=40, blank=True)
    led_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("led by"))
    attendees = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("present"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["meeting", "starts_at"], name="staff_meetingsession_once")]

    def __str__(self) -> str:
        return str(self.starts_at)


class AgendaItem(models.Model):
    """Something to talk about, drawn from the week or added by hand, with who is responsible (AFT-14)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("position"))
    source = models.CharField(_("from"), max_length=30)  # staff.records.agenda registry; «hand»
    title = models.CharField(_("matter"), max_length=200)
    responsible = models.CharField(_("responsible party"), max_length=60, blank=True)
    url = models.CharField(_("link"), max_length=300, blank=True)
    outcome = models.TextField(_("outcome"), max_length=1000, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["meeting", "position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="staff_agendaitem_place")]

    def __str__(self) -> str:
        return self.title


class MeetingReport(models.Model):
    """What somebody reports: last week, and what is to improve."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reports")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    last_week = models.TextField(_("last week"), max_length=2000, blank=True)
    to_improve = models.TextField(_("to improve"), max_length=2000, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="staff_meetingreport_once")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.user}"


class ActionItem(FSMModelMixin, ActionWorkflow):
    """Something to be done after a meeting or an evaluation; it stays open until done (QA-09, QA-11)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="actions")
    team = models.ForeignKey(Team, models.PROTECT, related_name="actions", verbose_name=_("team"))
    title = models.CharField(_("what"), max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="actions", verbose_name=_("who"))
    due_on = models.DateField(_("until"))
    source = models.CharField(_("from"), max_length=30, default="meeting")
    result = models.CharField(_("result"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN) | Q(closed_at__isnull=False),
                name="staff_actionitem_closed_has_time",
            )
        ]
        indexes = [models.Index(fields=["owner", "due_on"], name="staff_actionitem_owner")]

    def __str__(self) -> str:
        return self.title
