"""The trail: one append-only row for everything somebody did. A trigger on PostgreSQL refuses to change it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    topic = models.CharField(_("about"), max_length=60)  # common.topics: what the timeline shows it under
    action = models.CharField(_("action"), max_length=60)  # «orders.shipped»; its sentence stands in audit.messages
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    actor_label = models.CharField(_("who (name)"), max_length=80)  # «supplier GYS01», «system»: kept when a user goes
    data = models.JSONField(_("data"), default=dict, blank=True)
    gesture = models.UUIDField(_("gesture"), default=uuid.uuid4)  # one id for all that one click or task did
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["topic", "-id"], name="audit_entry_topic"),
            models.Index(fields=["action", "-id"], name="audit_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.topic}"
