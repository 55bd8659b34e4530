"""The handover book: what one shift leaves to the next, signed by both (STF-10)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin

from staff.handover.states import HandoverState, ItemKind
from staff.handover.workflow import HandoverWorkflow
from staff.models.people import User
from staff.models.rota import Duty


class Handover(FSMModelMixin, HandoverWorkflow):
    """One page of the book: of one duty's end, from its leaver to whoever takes over."""

    duty = models.OneToOneField(Duty, models.PROTECT, null=True, blank=True, related_name="handover")
    day = models.DateField(_("date"))
    shift = models.CharField(_("shift"), max_length=40)  # its name then
    leaver = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("handing over"))
    taker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taking over")
    )
    note = models.TextField(_("to the next shift"), blank=True)
    taker_note = models.TextField(_("note of the taker"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    shift_ends_at = models.DateTimeField(_("shift ends at"))
    leaver_signed_at = models.DateTimeField(_("signed by the leaver at"), null=True, blank=True)
    taker_signed_at = models.DateTimeField(_("signed by the taker at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-shift_ends_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taker__isnull=True) | ~Q(taker=F("leaver")), name="staff_handover_two_people"
            ),
            models.CheckConstraint(
                condition=Q(taker_signed_at__isnull=True)
                | (Q(leaver_signed_at__isnull=False) & Q(taker__isnull=False)),
                name="staff_handover_signed_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-shift_ends_at", "-id"], name="staff_handover_book"),
            models.Index(
                fields=["leaver"], condition=~Q(state=HandoverState.SIGNED_BY_TAKER), name="staff_handover_unsigned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.shift} {self.leaver}"

    def get_absolute_url(self) -> str:
        return reverse("handover:page", args=[self.pk])


class HandoverItem(models.Model):
    """One matter: subject (事由), follow-up (跟进情况), result (处理结果). It stays the leaver's until accepted.

    `assignable` with `subject_id` says where it came from: a kind of work in `sla.assignables`, which changes hands
    with the item, or a source of staff.handover.sources, which does not. The leaver's own items have neither.
    """

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind.choices)
    subject = models.CharField(_("subject"), max_length=200)
    follow_up = models.CharField(_("follow-up"), max_length=300, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True)
    topic = models.CharField(_("about"), max_length=60, blank=True)
    assignable = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    return_note = models.CharField(_("why it was given back"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("handover item")
        verbose_name_plural = _("handover items")
        ordering = ["handover", "position"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "position"], name="staff_handoveritem_place"),
            models.UniqueConstraint(
                fields=["handover", "assignable", "subject_id"],
                condition=~Q(assignable=""),
                name="staff_handoveritem_once",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | (Q(accepted_at__isnull=True) & ~Q(return_note="")),
                name="staff_handoveritem_given_back_with_a_word",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
