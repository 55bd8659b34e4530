"""Daily reports as they were made, to look at."""

from __future__ import annotations

from django.contrib import admin

from common.admin import LookOnlyAdmin
from reports.models import DailyReport


@admin.register(DailyReport)
class DailyReportAdmin(LookOnlyAdmin):
    list_display = ["day", "made_at"]
    fields = ["day", "made_at", "figures"]
    ordering = ["-day"]
