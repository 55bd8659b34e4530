"""How long waybills are printed today (LOG-07)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from common import clock
from staff.models import PrintingExtension
from staff.selectors import service_rules


def printing_until(day: dt.date) -> dt.datetime:
    """The end of printing on a day of Asia/Shanghai: the rule's time, or later while the courier was still here."""
    plain = clock.aware(dt.datetime.combine(day, service_rules().printing_ends))
    longest: dt.datetime | None = PrintingExtension.objects.filter(day=day).aggregate(longest=Max("until"))["longest"]
    return max(plain, longest) if longest else plain
