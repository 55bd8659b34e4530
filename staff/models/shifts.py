"""Teams, what their people can do, the shifts they work and the rules of service that are numbers."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models.people import User
from staff.models.unique import once
from staff.roles import Role
from staff.rota.states import ShiftKind, Skill


class Team(models.Model):
    """People who are planned together. Its leader sees their records, evaluations and penalties, nobody else below."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    leader = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="teams_led", verbose_name=_("leader")
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """What the rota and the team leader must know of somebody. The phone is for leaders only (SEC-05)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="employment", verbose_name=_("person"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    week_minutes = models.PositiveIntegerField(_("minutes a week"), default=2400)  # the hours agreed
    no_night = models.BooleanField(_("no night work"), default=False)  # Labour Law 61, 63
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="staff_employment_order",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class UserSkill(models.Model):
    """Somebody can do this work, for every shop or for one (a plain number: shops stand on an upper floor)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="skills", verbose_name=_("person"))
    skill = models.CharField(_("skill"), max_length=12, choices=Skill.choices)
    shop_id = models.BigIntegerField(_("shop"), null=True, blank=True)
    trained_on = models.DateField(_("trained on"), null=True, blank=True)  # LOG-06, STF-32
    trained_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("trained by")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = once("user", "skill", "shop_id", empty="shop_id", name="staff_userskill_once")

    def __str__(self) -> str:
        return f"{self.user} {self.get_skill_display()}"


class ShiftTemplate(models.Model):
    """A shift as people name it: early, late, split night. Its hours are its windows (STF-01)."""

    name = models.CharField(_("name"), max_length=20)
    short = models.CharField(_("short name"), max_length=4)  # what a cell of the rota shows: 早
    scheme = models.CharField(_("set"), max_length=40, blank=True)  # the house's shift set it belongs to
    kind = models.CharField(_("kind"), max_length=6, choices=ShiftKind.choices, default=ShiftKind.DAY)
    break_minutes = models.PositiveSmallIntegerField(_("unpaid break, minutes"), default=0)
    color = models.CharField(_("colour"), max_length=8, default="blue")  # a name that the style sheet knows
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("shift template")
        verbose_name_plural = _("shift templates")
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="staff_shifttemplate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.name}".strip()


class ShiftWindow(models.Model):
    """One stretch of a shift in local time; an end that is not after its start lies on the next day."""

    template = models.ForeignKey(ShiftTemplate, models.CASCADE, related_name="windows")
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["template", "number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="staff_shiftwindow_once"),
            models.CheckConstraint(condition=~Q(starts=F("ends")), name="staff_shiftwindow_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def minutes(self) -> int:
        """How long it is, over midnight too."""
        day = dt.date(2000, 1, 1)
        start, end = dt.datetime.combine(day, self.starts), dt.datetime.combine(day, self.ends)
        return int(((end - start) if end > start else (end - start + dt.timedelta(days=1))).total_seconds() // 60)


class ServiceRules(models.Model):
    """The numbers that the rules of service leave open, in one row (staff.selectors.service_rules)."""

    cycle_weeks = models.PositiveSmallIntegerField(_("weeks of a cycle"), default=3)  # STF-05
    change_weekday = models.PositiveSmallIntegerField(_("cycles change on"), default=5)  # 0 Monday … 5 Saturday
    days_in_row = models.PositiveSmallIntegerField(_("working days in a row"), default=6)  # STF-04
    rest_minutes = models.PositiveIntegerField(_("rest between shifts, minutes"), default=660)
    day_minutes = models.PositiveIntegerField(_("minutes a day"), default=480)  # Labour Law 36
    day_minutes_most = models.PositiveIntegerField(_("minutes a day with overtime"), default=660)  # 41
    week_minutes = models.PositiveIntegerField(_("minutes a week"), default=2400)  # State Council: 40 h
    week_minutes_average = models.PositiveIntegerField(_("minutes a week on average"), default=2640)  # 36: 44 h
    month_overtime_minutes = models.PositiveIntegerField(_("overtime a month, minutes"), default=2160)  # 41: 36 h
    early_minutes = models.PositiveSmallIntegerField(_("there before the shift, minutes"), default=15)  # STF-11
    extension_minutes = models.PositiveSmallIntegerField(_("extended by, minutes"), default=15)  # STF-02
    uncovered_minutes = models.PositiveSmallIntegerField(_("warned of a gap ahead, minutes"), default=120)
    swap_notice_hours = models.PositiveSmallIntegerField(_("a swap is asked ahead, hours"), default=24)  # STF-15
    leave_notice_hours = models.PositiveSmallIntegerField(_("leave is asked ahead, hours"), default=24)  # STF-09
    swap_approver = models.CharField(
        _("who approves swaps"), max_length=20, choices=Role.choices, default=Role.SUPERVISOR
    )
    leave_approver = models.CharField(
        _("who approves leave"), max_length=20, choices=Role.choices, default=Role.SUPERVISOR
    )
    money_fines = models.BooleanField(_("fines in money"), default=False)  # STF-34: off, points only
    money_fines_basis = models.CharField(_("basis of fines in money"), max_length=300, blank=True)
    commission_percent = models.DecimalField(
        _("commission, percent"), max_digits=5, decimal_places=2, default=0
    )  # FIN-12
    printing_ends = models.TimeField(_("printing ends at"), default=dt.time(17))  # LOG-07
    printing_extension_minutes = models.PositiveSmallIntegerField(
        _("printing extended by, minutes"), default=30
    )  # LOG-07: the courier is still here
    served_ids_kept_days = models.PositiveSmallIntegerField(_("buyers' ids kept, days"), default=90)  # STF-28

    class Meta:
        verbose_name = _("rules of service")
        verbose_name_plural = _("rules of service")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="staff_servicerules_one_row"),
            models.CheckConstraint(
                condition=Q(money_fines=False) | ~Q(money_fines_basis=""), name="staff_servicerules_fines_have_basis"
            ),
            models.CheckConstraint(condition=Q(change_weekday__lte=6), name="staff_servicerules_weekday"),
        ]

    def __str__(self) -> str:
        return str(_("rules of service"))


class CalendarFeed(models.Model):
    """The secret address of somebody's duties as iCalendar. Only its hash is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
