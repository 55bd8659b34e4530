"""What people did: daily and weekly records, tasks, memos, checklists, the platform's chat statistics."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from staff.models.people import User
from staff.models.rota import Duty
from staff.models.shifts import Team
from staff.models.unique import once
from staff.records.states import ChecklistWhen
from staff.records.workflow import TaskWorkflow


class DailyRecord(models.Model):
    """One person's day: figures of the system, figures that only the person knows, problems met (STF-28)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="daily_records", verbose_name=_("person"))
    day = models.DateField(_("day"))
    served_buyers = models.PositiveIntegerField(_("buyers served"), null=True, blank=True)
    served_ids = models.TextField(_("their ids"), blank=True)  # personal data: forgotten after a while (STF-28)
    deals = models.PositiveIntegerField(_("deals"), default=0)
    deal_amount = models.DecimalField(_("amount of the deals"), max_digits=12, decimal_places=2, default=0)
    no_deal_reasons = models.TextField(_("why others did not buy"), max_length=2000, blank=True)  # STF-25
    product_problems = models.TextField(_("problems with goods"), max_length=2000, blank=True)
    logistics_problems = models.TextField(_("problems with delivery"), max_length=2000, blank=True)
    service_problems = models.TextField(_("problems with service"), max_length=2000, blank=True)
    goods_out = models.JSONField(_("goods shipped and returned"), default=dict, blank=True)  # the clerk's part
    figures = models.JSONField(_("figures of the system"), default=dict, blank=True)  # measure key → value, frozen
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily record")
        verbose_name_plural = _("daily records")
        ordering = ["-day", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="staff_dailyrecord_once"),
            models.CheckConstraint(condition=Q(deal_amount__gte=0), name="staff_dailyrecord_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("records:day", args=[self.pk])


class DailyCorrection(models.Model):
    """A change after handing in: what stood there before stays readable (STF-37). Buyers' ids are never copied here."""

    record = models.ForeignKey(DailyRecord, models.CASCADE, related_name="corrections")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("why"), max_length=200)
    changes = models.JSONField(_("what changed"), default=list)  # {field, before, after}

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.record} {self.at}"


class WeeklyRecord(models.Model):
    """The records of a week (Saturday to Friday), handed in by Friday 11:00 (STF-29)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="weekly_records", verbose_name=_("person"))
    week = models.DateField(_("week of"))  # the Friday on which it is due
    last_week = models.TextField(_("last week"), max_length=2000, blank=True)
    to_improve = models.TextField(_("to improve"), max_length=2000, blank=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("weekly record")
        verbose_name_plural = _("weekly records")
        ordering = ["-week", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "week"], name="staff_weeklyrecord_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.week}"

    def get_absolute_url(self) -> str:
        return reverse("records:week", args=[self.pk])


class WeeklySummary(models.Model):
    """A team's week summed up by its leader for operations, the same Friday afternoon (STF-29)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    week = models.DateField(_("week of"))
    figures = models.JSONField(_("figures"), default=dict)
    text = models.TextField(_("what operations should know"), max_length=4000, blank=True)
    sent_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("passed on by"))

    class Meta:
        verbose_name = _("weekly summary")
        verbose_name_plural = _("weekly summaries")
        ordering = ["-week", "team"]
        constraints = [models.UniqueConstraint(fields=["team", "week"], name="staff_weeklysummary_once")]

    def __str__(self) -> str:
        return f"{self.team} {self.week}"

    def get_absolute_url(self) -> str:
        return reverse("records:summary", args=[self.pk])


class Task(FSMModelMixin, TaskWorkflow):
    """Work that a supervisor gave: received expressly, done by its time, with a result (STF-22)."""

    title = models.CharField(_("task"), max_length=120)
    text = models.TextField(_("what is to be done"), max_length=2000, blank=True)
    topic = models.CharField(_("about"), max_length=60, blank=True)
    giver = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("given by"))
    assignee = models.ForeignKey(User, models.PROTECT, related_name="tasks", verbose_name=_("given to"))
    given_at = models.DateTimeField(_("given at"))
    due_at = models.DateTimeField(_("due at"))
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["assignee", "due_at"], name="staff_task_assignee")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("records:task", args=[self.pk])


class Memo(models.Model):
    """A line in one's own memo book (STF-25). Nobody else reads it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memos", verbose_name=_("person"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("note"), max_length=1000)
    topic = models.CharField(_("about"), max_length=60, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Material(models.Model):
    """Office material that somebody holds (STF-25)."""

    name = models.CharField(_("thing"), max_length=60)
    holder = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("held by"))
    given_on = models.DateField(_("given on"))
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    lost_on = models.DateField(_("lost on"), null=True, blank=True)

    class Meta:
        verbose_name = _("office material")
        verbose_name_plural = _("office material")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Checklist(models.Model):
    """Things to look at at a certain moment; those who have its skill go through it."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    when = models.CharField(_("when"), max_length=8, choices=ChecklistWhen.choices)
    skill = models.CharField(_("who"), max_length=12, blank=True)  # rota.states.Skill; empty: everybody
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("records:checklist", args=[self.pk])


class ChecklistItem(models.Model):
    """One thing to look at, with the rule it comes from; `probe` shows a live figure beside it."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("text"), max_length=200)
    rule = models.CharField(_("rule"), max_length=20, blank=True)
    probe = models.CharField(_("live figure"), max_length=40, blank=True)  # staff.records.probes
    must_be_zero = models.BooleanField(_("blocks while the figure is not zero"), default=False)  # ORD-19
    enabled = models.BooleanField(_("in use"), default=True)  # ticks of days gone by keep theirs

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["checklist", "position"]
        constraints = [models.UniqueConstraint(fields=["checklist", "position"], name="staff_checklistitem_place")]

    def __str__(self) -> str:
        return self.text


class ChecklistTick(models.Model):
    """Somebody looked at it on that day, and the figure then."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="ticks")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    day = models.DateField(_("day"))
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    figure = models.BigIntegerField(_("figure"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["item", "user", "day"], name="staff_checklisttick_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.day}"


class PrintingExtension(models.Model):
    """The courier was still here: printing went on after its end (LOG-07)."""

    day = models.DateField(_("day"))
    until = models.DateTimeField(_("extended until"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["day", "until"], name="staff_printingextension_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.until}"


class ChatLayout(models.Model):
    """How a platform's daily service statistics are read: which column means what. Set up once per layout."""

    name = models.CharField(_("name"), max_length=60)
    fingerprint = models.CharField(max_length=64, unique=True)  # of the header row
    header = models.JSONField(_("header"), default=list)
    columns = models.JSONField(_("columns"), default=dict)  # field → header
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("layout of chat statistics")
        verbose_name_plural = _("layouts of chat statistics")

    def __str__(self) -> str:
        return self.name


class ChatFile(models.Model):
    """An imported file of chat statistics and what came of it."""

    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    layout = models.ForeignKey(ChatLayout, models.PROTECT, related_name="+", verbose_name=_("layout"))
    imported_at = models.DateTimeField(_("imported at"))
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("imported by"))
    counts = models.JSONField(_("counts"), default=dict)  # created, updated, unchanged
    errors = models.JSONField(_("errors"), default=list)  # {row, column, message}

    class Meta:
        verbose_name = _("file of chat statistics")
        verbose_name_plural = _("files of chat statistics")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.name


class ChatUpload(models.Model):
    """A file that waits for its layout or for somebody who has seen its preview; gone when read in, or after a day."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    day = models.DateField(_("day"), null=True, blank=True)  # for files without a column of days
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ChatStat(models.Model):
    """One person's chats of a day, as the platform counts them (PHR-03, AFT-08). Seconds."""

    user = models.ForeignKey(User, models.PROTECT, related_name="chat_stats", verbose_name=_("person"))
    day = models.DateField(_("day"))
    shop_id = models.BigIntegerField(_("shop"), null=True, blank=True)
    night = models.BooleanField(_("night"), default=False)
    chats = models.PositiveIntegerField(_("chats"), default=0)
    answered = models.PositiveIntegerField(_("answered"), null=True, blank=True)
    first_response = models.DecimalField(_("first response"), max_digits=8, decimal_places=2, null=True, blank=True)
    average_response = models.DecimalField(_("average response"), max_digits=8, decimal_places=2, null=True, blank=True)
    satisfied_percent = models.DecimalField(_("satisfied, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    file = models.ForeignKey(ChatFile, models.PROTECT, related_name="stats")

    class Meta:
        verbose_name = _("chat statistics")
        verbose_name_plural = _("chat statistics")
        ordering = ["-day", "user"]
        constraints = once("user", "day", "shop_id", "night", empty="shop_id", name="staff_chatstat_once")

    def __str__(self) -> str:
        return f"{self.user} {self.day}"


class ResponseTarget(models.Model):
    """The first answer is due within so many seconds, by day and by night, per shop or for all (PHR-03)."""

    shop_id = models.BigIntegerField(_("shop"), null=True, blank=True)
    night = models.BooleanField(_("night"), default=False)
    seconds = models.PositiveSmallIntegerField(_("seconds"), default=60)

    class Meta:
        verbose_name = _("target of response time")
        verbose_name_plural = _("targets of response time")
        constraints = once("shop_id", "night", empty="shop_id", name="staff_responsetarget_once")

    def __str__(self) -> str:
        return f"{self.seconds} s"
