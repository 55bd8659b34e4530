"""Making the day's report, once, and putting one mail a person and a supplier into the outbox."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.exceptions import BusinessError
from notifications.services import queue_mail
from reports.figures import compute
from reports.models import DailyReport
from reports.parts import supplier_part
from staff.models import User
from staff.selectors import active_users
from suppliers.models import Supplier

RIGHT = "reports.receive_daily"
LOOK_BACK = 7  # days in which a missed night is still made up
SUPPLIER_LANGUAGE = "zh-hans"


def make_report(day: dt.date, *, now: dt.datetime | None = None) -> DailyReport:
    """The frozen report of a past Asia/Shanghai day; made when it is first asked for, the same ever after.

    Raises BusinessError when the day is not over.
    """
    moment = now or clock.now()
    if day >= clock.day_of(moment):
        raise BusinessError(_("%(day)s is not over yet.") % {"day": day.isoformat()}, code="not_over")
    made = DailyReport.objects.filter(day=day).first()
    if made is None:
        figures = compute(day, now=moment)
        made, _created = DailyReport.objects.get_or_create(day=day, defaults={"figures": figures, "made_at": moment})
    return made


def send_due_reports(*, now: dt.datetime | None = None) -> list[dt.date]:
    """Yesterday's report to everybody who gets it, and those of nights that were missed; returns the days.

    As often as it runs, each person gets a day once. A night counts as missed when its report was never made and
    an older one was: a new installation does not report the days before it.
    """
    moment = now or clock.now()
    yesterday = clock.day_of(moment) - dt.timedelta(days=1)
    days = [*_missed(yesterday), yesterday]
    for day in days:
        send_report(day, now=moment)
    return days


def _missed(yesterday: dt.date) -> list[dt.date]:
    first = yesterday - dt.timedelta(days=LOOK_BACK)
    made = set(DailyReport.objects.filter(day__gte=first).values_list("day", flat=True))
    older = DailyReport.objects.filter(day__lt=yesterday).order_by("-day").values_list("day", flat=True).first()
    if older is None:
        return []
    days = (first + dt.timedelta(days=n) for n in range(LOOK_BACK))
    return [day for day in days if day not in made and day > older]


@transaction.atomic
def send_report(day: dt.date, *, now: dt.datetime | None = None) -> int:
    """Queue the mails of a past day: one a person, one a supplier with its own part. Returns how many were meant.

    Whoever has his mail queued already gets no second one. Raises BusinessError when the day is not over.
    """
    moment = now or clock.now()
    report = make_report(day, now=moment)
    people = recipients()
    for user in people:
        queue_mail(
            kind="reports.daily",
            address=user.email,
            context={"day": day.isoformat()},
            language=user.language,
            dedupe_key=f"reports.daily:{day}:{user.pk}",
            user=user,
            now=moment,
        )
    suppliers = _suppliers_with_news(report)
    for supplier in suppliers:
        queue_mail(
            kind="reports.supplier_daily",
            address=supplier.email,
            context={"day": day.isoformat(), "supplier_id": supplier.pk},
            language=SUPPLIER_LANGUAGE,
            dedupe_key=f"reports.supplier_daily:{day}:{supplier.pk}",
            now=moment,
        )
    return len(people) + len(suppliers)


def send_report_to(address: str, day: dt.date, *, now: dt.datetime | None = None) -> None:
    """Queue the whole report of a past day for one address, however often it was sent before.

    Raises BusinessError when the day is not over or the address is none.
    """
    moment = now or clock.now()
    make_report(day, now=moment)
    queue_mail(
        kind="reports.daily",
        address=address,
        context={"day": day.isoformat()},
        language=settings.LANGUAGE_CODE,
        dedupe_key=f"reports.daily:{day}:by-hand:{uuid.uuid4()}",
        now=moment,
    )


def recipients() -> list[User]:
    """Everybody whose role gets the nightly report, who wants mails and has an address."""
    users = active_users().filter(wants_mail=True).exclude(email="")
    return [user for user in users if user.has_perm(RIGHT)]


def _suppliers_with_news(report: DailyReport) -> list[Supplier]:
    suppliers = Supplier.objects.filter(active=True).exclude(email="").order_by("pk")
    return [supplier for supplier in suppliers if has_news(supplier_part(report.figures, supplier.pk))]


def has_news(part: dict[str, Any]) -> bool:
    """Whether a supplier's part says anything at all."""
    total = part["total"]
    return bool(part["tomorrow"]) or any(total[name] for name in ("started", "met", "met_late", "breached", "open"))
