"""What the admin's start page says about orders, refunds and imports."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.admin import Figure, counted, list_url
from orders.models import Fulfilment, ImportBatch, Order, Refund
from orders.states import OPEN_REFUNDS, UNSHIPPED, JobState


def today(now: dt.datetime) -> list[Figure]:
    start = clock.day_start(clock.day_of(now))
    failed = counted(ImportBatch.objects.filter(state=JobState.FAILED, created_at__gte=now - dt.timedelta(days=7)))
    return [
        Figure(
            _("Paid today"), counted(Order.objects.filter(paid_at__gte=start, paid_at__lte=now)), reverse("orders:list")
        ),
        Figure(_("Orders to ship"), counted(Fulfilment.objects.filter(state__in=UNSHIPPED)), reverse("orders:list")),
        Figure(
            _("Open refunds"),
            counted(Refund.objects.filter(state__in=OPEN_REFUNDS)),
            list_url(Refund),
        ),
        Figure(
            _("Imports refused (7 days)"),
            failed,
            list_url(ImportBatch, "state__exact=failed"),
            "late" if failed else "",
        ),
    ]
