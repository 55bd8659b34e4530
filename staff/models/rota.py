"""The rota: what is asked for, what is planned, and what was published. Only what was published binds anybody."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff.models.people import User
from staff.models.shifts import ShiftTemplate, Team
from staff.models.unique import once
from staff.rota.states import DayKind, Origin, Skill, WishKind


class Demand(models.Model):
    """So many people with this skill in this shift on such days."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="demands", verbose_name=_("team"))
    template = models.ForeignKey(ShiftTemplate, models.CASCADE, related_name="demands", verbose_name=_("shift"))
    skill = models.CharField(_("skill"), max_length=12, choices=Skill.choices)
    day_kind = models.CharField(_("kind of day"), max_length=8, choices=DayKind.choices)
    people = models.PositiveSmallIntegerField(_("people"))

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            models.UniqueConstraint(fields=["team", "template", "skill", "day_kind"], name="staff_demand_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.get_skill_display()} ×{self.people}"


class SpecialDay(models.Model):
    """A day on which everybody leans to pre-sales, a promotion for instance (STF-07)."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    skill = models.CharField(_("everybody leans to"), max_length=12, choices=Skill.choices, default=Skill.PRESALES)

    class Meta:
        verbose_name = _("special workday")
        verbose_name_plural = _("special workdays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Wish(models.Model):
    """What somebody would like on a day. Kept where it can be; leave is another thing (Leave)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="wishes", verbose_name=_("person"))
    day = models.DateField(_("day"))
    kind = models.CharField(_("wish"), max_length=5, choices=WishKind.choices)
    template = models.ForeignKey(
        ShiftTemplate, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["day", "user"]
        constraints = [
            *once("user", "day", "template", empty="template", name="staff_wish_once"),
            models.CheckConstraint(
                condition=Q(kind=WishKind.OFF, template__isnull=True)
                | (~Q(kind=WishKind.OFF) & Q(template__isnull=False)),
                name="staff_wish_shift_where_one_is_meant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.get_kind_display()}"


class Rota(models.Model):
    """One cycle of a team: its plan is worked on here and becomes binding by publishing (RotaVersion)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="rotas", verbose_name=_("team"))
    starts_on = models.DateField(_("from"))
    weeks = models.PositiveSmallIntegerField(_("weeks"), default=3)
    created_at = models.DateTimeField(_("made at"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    version = models.PositiveIntegerField(_("changes"), default=0)  # of the plan, against silent overwrite
    proposal_note = models.TextField(_("what the proposal says"), blank=True)  # sentences, one a line
    # A proposal under way: asked for, and taken up by a worker. Both are empty when none is.
    proposal_asked_at = models.DateTimeField(_("proposal asked for at"), null=True, blank=True)
    proposal_asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposal asked for by")
    )
    proposal_started_at = models.DateTimeField(_("proposal started at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rota")
        verbose_name_plural = _("rotas")
        ordering = ["-starts_on", "team"]
        constraints = [
            models.UniqueConstraint(fields=["team", "starts_on"], name="staff_rota_once"),
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=8), name="staff_rota_weeks"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("rota:show", args=[self.pk])


class PlannedDuty(models.Model):
    """Somebody is meant to work this shift on this day. A locked one is kept by the next proposal."""

    rota = models.ForeignKey(Rota, models.CASCADE, related_name="plan")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    template = models.ForeignKey(ShiftTemplate, models.PROTECT, related_name="+")
    skill = models.CharField(_("as"), max_length=12, choices=Skill.choices)
    origin = models.CharField(_("came by"), max_length=10, choices=Origin.choices, default=Origin.HAND)
    locked = models.BooleanField(_("kept"), default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["rota", "user", "day", "template"], name="staff_plannedduty_once")
        ]
        indexes = [models.Index(fields=["user", "day"], name="staff_plannedduty_user_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.template}"


class RotaVersion(models.Model):
    """A publication: who, when, and which broken rules were seen and taken on (STF-06)."""

    rota = models.ForeignKey(Rota, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("published by"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    acknowledged = models.JSONField(_("broken rules taken on"), default=list)
    changes = models.JSONField(_("what changed"), default=list)  # {user, day, before, after}: no names

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["rota", "-number"]
        constraints = [models.UniqueConstraint(fields=["rota", "number"], name="staff_rotaversion_once")]

    def __str__(self) -> str:
        return f"{self.rota} v{self.number}"


class Duty(models.Model):
    """A published duty: who works which shift on which day. Swaps and leave change who; nothing deletes it."""

    rota = models.ForeignKey(Rota, models.PROTECT, related_name="duties")
    user = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name=_("person"))
    day = models.DateField(_("day"))  # on which it begins
    template = models.ForeignKey(ShiftTemplate, models.PROTECT, related_name="+", verbose_name=_("shift"))
    skill = models.CharField(_("as"), max_length=12, choices=Skill.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))  # end of its last window
    minutes = models.PositiveIntegerField(_("minutes of work"))  # windows less unpaid break
    origin = models.CharField(_("came by"), max_length=10, choices=Origin.choices, default=Origin.HAND)
    cancelled_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "template"], condition=Q(cancelled_at__isnull=True), name="staff_duty_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="staff_duty_order"),
        ]
        indexes = [
            models.Index(fields=["user", "starts_at"], name="staff_duty_user"),
            models.Index(fields=["day"], name="staff_duty_day"),
            models.Index(fields=["ends_at"], condition=Q(cancelled_at__isnull=True), name="staff_duty_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.template}"


class DutyWindow(models.Model):
    """A stretch in which somebody is on shift. «Who is on shift at» reads this; PostgreSQL forbids overlaps."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="windows")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")  # a copy of the duty's, for the constraint
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="staff_dutywindow_order"),
            models.UniqueConstraint(fields=["user", "starts_at"], name="staff_dutywindow_once"),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="staff_dutywindow_at")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at}"


class CleaningTurn(models.Model):
    """Who cleans the office before work on a day, in turn (STF-30)."""

    day = models.DateField(_("day"), unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("cleaning turn")
        verbose_name_plural = _("cleaning turns")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.user}"
