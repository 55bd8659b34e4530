"""What follows from what people did: incidents with their ladder, penalties, rewards, the fund, mentoring, training."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.conduct.states import Consequence, LadderSpan, PenaltyKind, PenaltyState
from staff.conduct.workflow import PenaltyWorkflow
from staff.models.people import User
from staff.models.shifts import Team


class IncidentKind(models.Model):
    """A kind of incident or merit and what follows the first, second … time: data, not code (FIN-08).

    `ladder`: [{"points": 1, "money": "50.00", "consequence": ""}, …]; the last rung holds for all further times.
    """

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=PenaltyKind.choices, default=PenaltyKind.PENALTY)
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    span = models.CharField(_("counted within"), max_length=6, choices=LadderSpan.choices, default=LadderSpan.MONTH)
    ladder = models.JSONField(_("ladder"), default=list)
    law_note = models.CharField(_("what the law says"), max_length=300, blank=True)
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incident")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Penalty(PenaltyWorkflow):
    """A penalty or reward of one person. Proposed by an event and linked to it; who confirms never decides the appeal."""

    user = models.ForeignKey(User, models.PROTECT, related_name="penalties", verbose_name=_("person"))
    kind = models.ForeignKey(IncidentKind, models.PROTECT, related_name="penalties", verbose_name=_("what happened"))
    happened_at = models.DateTimeField(_("happened at"))
    description = models.CharField(_("description"), max_length=500, blank=True)
    topic = models.CharField(_("about"), max_length=60, blank=True)  # the event: «staff.swap:12», «orders.order:42»
    event_key = models.CharField(max_length=120, blank=True)  # once an event, kind and person
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    rung = models.PositiveSmallIntegerField(_("time"), default=1)  # the first, second … time
    points = models.SmallIntegerField(_("points"), default=0)
    money = models.DecimalField(_("amount, yuan"), max_digits=8, decimal_places=2, null=True, blank=True)
    consequence = models.CharField(_("consequence"), max_length=10, blank=True)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    appeal_until = models.DateTimeField(_("open to appeal until"), null=True, blank=True)
    booked_at = models.DateTimeField(_("booked at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("penalty or reward")
        verbose_name_plural = _("penalties and rewards")
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "event_key"], condition=~Q(event_key=""), name="staff_penalty_once_an_event"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user")), name="staff_penalty_not_by_oneself"
            ),
            models.CheckConstraint(condition=Q(money__isnull=True) | Q(money__gte=0), name="staff_penalty_money"),
            models.CheckConstraint(
                condition=Q(state__in=[PenaltyState.PROPOSED, PenaltyState.DROPPED]) | Q(confirmed_by__isnull=False),
                name="staff_penalty_confirmed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["user", "happened_at"], name="staff_penalty_user")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def consequence_label(self) -> str:
        return str(Consequence(self.consequence).label)

    @property
    def is_reward(self) -> bool:
        return self.kind.kind == PenaltyKind.REWARD


class Appeal(models.Model):
    """The person's word against a penalty, and the decision of somebody who did not confirm it."""

    penalty = models.OneToOneField(Penalty, models.CASCADE, related_name="appeal")
    text = models.TextField(_("why it is not right"), max_length=2000)
    at = models.DateTimeField(_("appealed at"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")  # the penalty's, for the constraint
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision = models.CharField(_("decision"), max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("confirmed_by")),
                name="staff_appeal_decided_by_another",
            )
        ]

    def __str__(self) -> str:
        return str(self.penalty)


class FundEntry(models.Model):
    """One movement of the department's fund, open to its team; corrections are new entries (FIN-07)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="fund", verbose_name=_("team"))
    on = models.DateField(_("day"))
    amount = models.DecimalField(_("amount, yuan"), max_digits=10, decimal_places=2)  # in positive, out negative
    balance = models.DecimalField(_("balance, yuan"), max_digits=10, decimal_places=2)
    text = models.CharField(_("for"), max_length=200, blank=True)  # empty: a fine; names nobody who was fined
    penalty = models.OneToOneField(Penalty, models.PROTECT, null=True, blank=True, related_name="fund_entry")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        default_permissions = ()
        verbose_name = _("fund entry")
        verbose_name_plural = _("fund entries")
        ordering = ["team", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="staff_fundentry_number"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="staff_fundentry_never_negative"),
            models.CheckConstraint(condition=~Q(amount=0), name="staff_fundentry_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.team} #{self.number}"


class Mentoring(models.Model):
    """One to one: who teaches whom, since when, until passed; ranked within an intake (STF-27)."""

    intake = models.CharField(_("intake"), max_length=20)  # «2026-11»
    mentor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("mentor"))
    trainee = models.OneToOneField(User, models.PROTECT, related_name="mentoring", verbose_name=_("trainee"))
    started_on = models.DateField(_("from"))
    passed_on = models.DateField(_("passed on"), null=True, blank=True)
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("passed by")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)

    class Meta:
        verbose_name = _("mentoring")
        verbose_name_plural = _("mentorings")
        ordering = ["-intake", "rank", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(mentor=F("trainee")), name="staff_mentoring_two_people"),
            models.UniqueConstraint(
                fields=["intake", "rank"], condition=Q(rank__isnull=False), name="staff_mentoring_rank_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} → {self.trainee}"


class ProductTraining(models.Model):
    """Training on a product before it is listed (STF-26); the catalogue stands on an upper floor, so codes are plain."""

    product_code = models.CharField(_("merchant code"), max_length=64)
    title = models.CharField(_("product"), max_length=120)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    trainer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trainer")
    )
    selling_points = models.TextField(_("selling points"), max_length=2000, blank=True)
    competitor_notes = models.JSONField(_("competing shops"), default=list, blank=True)  # at least ten
    phrases_made = models.BooleanField(_("phrases made"), default=False)
    listing_on = models.DateField(_("goes live on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("product training")
        verbose_name_plural = _("product trainings")
        ordering = ["-held_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["product_code"], name="staff_producttraining_once")]

    def __str__(self) -> str:
        return self.title


class TrainingAttendance(models.Model):
    """Somebody was there, and whether they know it now."""

    training = models.ForeignKey(ProductTraining, models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    passed = models.BooleanField(_("knows it"), default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["training", "user"], name="staff_trainingattendance_once")]

    def __str__(self) -> str:
        return f"{self.training} {self.user}"


class EvaluationWeights(models.Model):
    """What an evaluation counts, and how much: a new row an edit, so that an old score can be explained (QA-09).

    `weights`: {measure key: {"weight": 30, "target": "60"}}; the target earns the full weight.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    weights = models.JSONField(_("weights"), default=dict)
    note = models.CharField(_("why"), max_length=200)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("weights of the evaluation")
        verbose_name_plural = _("weights of the evaluation")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"
