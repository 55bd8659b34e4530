"""Clocks and what they run by. The meaning of a policy is code (`<app>/sla_policies.py`), its numbers are rows here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sla.states import OPEN, ClockState, Party, Severity, StepKind, Verdict


class Calendar(models.Model):
    """When time counts. `windows`: weekday «0»–«6» → list of [from, to] in minutes of the local day; empty = always.

    A window whose end is not after its start runs over midnight.
    """

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    windows = models.JSONField(_("windows"), default=dict, blank=True)
    workdays_only = models.BooleanField(_("working days only"), default=False)  # holidays off, make-up days on

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """An override of the public calendar: a day off, or a weekend day on which people work (调休)."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORK = "work", _("make-up working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("holiday or make-up day")
        verbose_name_plural = _("holidays and make-up days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class PolicyVersion(models.Model):
    """The numbers of a policy from a moment on. Never edited: an edit makes the next version."""

    policy = models.CharField(_("policy"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    length_seconds = models.PositiveIntegerField(_("length in seconds"))
    cutoff = models.TimeField(_("cut-off"), null=True, blank=True)  # local time of day; meaning is the policy's
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, verbose_name=_("calendar"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.WARNING)
    enabled = models.BooleanField(_("enabled"), default=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)  # e.g. days per platform (LOG-03)
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("valid from"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="sla_policyversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.version}"


class PolicyStep(models.Model):
    """One rung: so many seconds before (negative) or after the due time, tell these audiences."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(_("number"))  # 0, 1, 2 … in order of offset
    kind = models.CharField(_("kind"), max_length=8, choices=StepKind.choices)
    offset_seconds = models.IntegerField(_("seconds from due"))
    audiences = models.JSONField(_("who is told"), default=list)  # keys of notifications.audiences

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="sla_policystep_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} #{self.number}"


class Clock(models.Model):
    """One promise that runs: what it is about, whose court the ball is in, when it is due, when to look at it next."""

    policy = models.CharField(_("promise"), max_length=60)
    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="clocks", verbose_name=_("version"), db_index=False
    )
    subject_type = models.CharField(_("kind of subject"), max_length=40)  # «orders.fulfilment»
    subject_id = models.BigIntegerField(_("subject"))
    topic = models.CharField(_("about"), max_length=60)  # the page it belongs to: «orders.order:42»
    title = models.CharField(_("title"), max_length=120)  # what a list shows: the order number, no personal data
    party = models.CharField(_("ball with"), max_length=12, choices=Party.choices)
    # Plain numbers: the tables stand on upper floors. They are copies for filters; the truth is the subject's.
    supplier_id = models.BigIntegerField(_("supplier"), null=True, blank=True)
    shop_id = models.BigIntegerField(_("shop"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assignee"),
        db_index=False,  # who looks for open ones has an index, and nobody looks for those of all times
    )
    started_at = models.DateTimeField(_("started at"))
    own_due_at = models.DateTimeField(_("our due time"))
    platform_due_at = models.DateTimeField(_("the platform's due time"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"))  # the earlier of the two
    step = models.PositiveSmallIntegerField(_("steps taken"), default=0)
    next_look_at = models.DateTimeField(_("next look at"), null=True, blank=True)  # the one column the sweep reads
    state = models.CharField(_("state"), max_length=8, choices=ClockState.choices, default=ClockState.RUNNING)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, default="", blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    late_seconds = models.PositiveIntegerField(_("late by seconds"), null=True, blank=True)  # frozen at the stop
    paused_seconds = models.PositiveIntegerField(_("paused seconds"), default=0)
    stop_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)  # what the due time was made of: its explanation
    arming = models.PositiveSmallIntegerField(_("armed again"), default=0)  # a later due time sets rungs up again
    failures = models.PositiveSmallIntegerField(_("failed looks"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    # No columns, but words for a page: sla.selectors.clocks_of sets three, who shows the clock may name its supplier.
    label: str
    explanation: list[str]
    holder_why: str
    supplier_name: str

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        permissions = [
            ("manage_clock", _("Can pause, resume and extend clocks")),
            ("take_clock", _("Can take clocks and save views")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "subject_type", "subject_id"],
                condition=Q(state__in=OPEN),
                name="sla_clock_one_open",
            ),
            models.CheckConstraint(condition=Q(due_at__lte=F("own_due_at")), name="sla_clock_due_not_after_own"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN) | Q(stopped_at__isnull=False), name="sla_clock_ended_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.RUNNING) | Q(next_look_at__isnull=True),
                name="sla_clock_only_running_is_looked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="sla_clock_next_look"),
            models.Index(fields=["due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk"),
            models.Index(fields=["policy", "due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk_policy"),
            models.Index(
                fields=["supplier_id", "due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk_supplier"
            ),
            models.Index(fields=["shop_id", "due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk_shop"),
            models.Index(fields=["party", "due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk_party"),
            models.Index(
                fields=["assignee", "due_at", "id"], condition=Q(state__in=OPEN), name="sla_clock_desk_assignee"
            ),
            models.Index(fields=["due_at", "id"], condition=Q(state=ClockState.PAUSED), name="sla_clock_desk_paused"),
            models.Index(fields=["topic"], name="sla_clock_topic"),
            models.Index(fields=["subject_type", "subject_id"], name="sla_clock_subject"),
            models.Index(fields=["due_at"], name="sla_clock_due"),
            models.Index(fields=["started_at"], name="sla_clock_started"),
            models.Index(fields=["stopped_at"], condition=Q(stopped_at__isnull=False), name="sla_clock_stopped"),
            models.Index(fields=["id"], condition=Q(failures__gt=0), name="sla_clock_failing"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.title}"


class ClockEvent(models.Model):
    """A rung was reached: once a clock, arming and rung, whatever workers, kills and restarts do."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    step = models.PositiveSmallIntegerField(_("step"))
    arming = models.PositiveSmallIntegerField(_("armed again"), default=0)  # the clock's, when the rung was reached
    kind = models.CharField(_("kind"), max_length=8, choices=StepKind.choices)
    at = models.DateTimeField(_("at"))  # when the rung was due: a late worker does not move it
    recorded_at = models.DateTimeField(_("recorded at"))
    collapsed = models.PositiveSmallIntegerField(_("rungs told as one"), default=1)
    audiences = models.JSONField(_("who is told"), default=list)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("clock event")
        verbose_name_plural = _("clock events")
        constraints = [models.UniqueConstraint(fields=["clock", "arming", "step"], name="sla_clockevent_once")]
        indexes = [
            models.Index(fields=["id"], condition=Q(announced_at__isnull=True), name="sla_clockevent_unannounced"),
            models.Index(fields=["recorded_at"], name="sla_clockevent_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of clock {self.clock_id}"


class PauseSegment(models.Model):
    """Time that does not count, with the reason, who asked for it and the proof."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    party = models.CharField(_("on account of"), max_length=12, choices=Party.choices)
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    cause = models.CharField(max_length=40, blank=True, editable=False)  # the rule that made it; none: a person did
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(ended_at__isnull=True), name="sla_pausesegment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="sla_pausesegment_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.reason}"


class SavedView(models.Model):
    """A filter of the desk that somebody keeps; shared ones are everybody's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    page = models.CharField(_("page"), max_length=20)  # «desk», «orders»
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filter"), max_length=500, blank=True)
    shared = models.BooleanField(_("shared"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="sla_savedview_once")]

    def __str__(self) -> str:
        return self.name
