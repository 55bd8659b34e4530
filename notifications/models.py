"""The outbox: a message is a row first; it is leased, sent and then marked, so a kill can repeat one but never lose one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # also the e-mail's Message-ID
    kind = models.CharField(_("kind"), max_length=60)  # «reports.daily»; its renderer stands in <app>/notices.py
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    context = models.JSONField(_("context"), default=dict)  # ids and counts; never a buyer's name, phone or address
    dedupe_key = models.CharField(_("unique key"), max_length=160, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("created at"))
    next_try_at = models.DateTimeField(_("next try at"))
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="notifications_message_due"),
            models.Index(fields=["state", "-id"], name="notifications_message_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="notifications_message_sent_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.address}"


class BellItem(models.Model):
    """What the bell shows a user: a line with a link. Unread until opened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bell_items", db_index=False)
    kind = models.CharField(_("kind"), max_length=60)
    context = models.JSONField(_("context"), default=dict)
    url = models.CharField(_("link"), max_length=300, blank=True)
    severity = models.CharField(_("severity"), max_length=8, default="info")  # info, warning, danger
    dedupe_key = models.CharField(max_length=160)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    text: str  # no column: notifications.selectors.inbox says it for its page

    class Meta:
        verbose_name = _("bell item")
        verbose_name_plural = _("bell items")
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(read_at__isnull=True), name="notifications_bell_new"),
            models.Index(fields=["user", "-id"], condition=Q(read_at__isnull=False), name="notifications_bell_read"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="notifications_bell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"
