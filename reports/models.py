"""What the nightly report said: its figures are kept, so that a page, a mail and next year's look agree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyReport(models.Model):
    """The SLA figures of one Asia/Shanghai day, frozen when the day's report is made."""

    day = models.DateField(_("day"), unique=True)
    figures = models.JSONField(_("figures"), default=dict)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("daily report")
        verbose_name_plural = _("daily reports")
        ordering = ["-day"]
        permissions = [
            ("view_report", _("Can see the reports")),
            ("receive_daily", _("Gets the nightly report by mail")),
        ]

    def __str__(self) -> str:
        return str(self.day)
