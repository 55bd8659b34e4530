"""The supplier's digest: one mail a supplier and round of what is late and what is due soon, never one a row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from notifications.render import Mail, absolute, html_of
from notifications.services import queue_mail
from orders.models import OrderLine
from orders.sla_policies import STOPPED_BY_SHIPPING
from sla.models import Clock
from sla.states import ClockState
from suppliers.models import Supplier

KIND = "orders.supplier_digest"
ROUNDS = (dt.time(9), dt.time(14), dt.time(17))  # config/beat.py runs them
SOON = dt.timedelta(hours=8)
ROWS = 50  # in the mail; the portal has them all
LANGUAGE = "zh-hans"


def round_of(now: dt.datetime) -> dt.datetime:
    """The last round (9:00, 14:00, 17:00 in Shanghai) that has begun at `now`."""
    local = clock.local(now)
    days = (local.date(), local.date() - dt.timedelta(days=1))
    rounds = (dt.datetime.combine(day, at, clock.SHANGHAI) for day in days for at in reversed(ROUNDS))
    return next(moment for moment in rounds if moment <= local)


@transaction.atomic
def send_supplier_digests(*, now: dt.datetime | None = None) -> int:
    """Queue this round's digests; returns how many suppliers have something to hear.

    A supplier without an address, or with nothing late and nothing due within eight hours, gets none; run again in
    the same round, nobody gets a second one. Goods, quantities and times only: no buyer's data.
    """
    moment = now or clock.now()
    counts = _counts(moment)
    suppliers = Supplier.objects.filter(pk__in=list(counts), active=True).exclude(email="").order_by("pk")
    for supplier in suppliers:
        late, soon = counts[supplier.pk]
        queue_mail(
            kind=KIND,
            address=supplier.email,
            context={
                "supplier_id": supplier.pk,
                "at": moment.isoformat(),
                "late": late,
                "soon": soon,
                "rows": _rows(supplier.pk, moment),
            },
            language=LANGUAGE,
            dedupe_key=f"{KIND}:{supplier.pk}:{round_of(moment):%Y-%m-%dT%H}",
            now=moment,
        )
    return len(suppliers)


def _due(now: dt.datetime) -> Q:
    return Q(
        state=ClockState.RUNNING,
        subject_type="orders.fulfilment",
        policy__in=STOPPED_BY_SHIPPING,
        due_at__lt=now + SOON,
    )


def _counts(now: dt.datetime) -> dict[int, tuple[int, int]]:
    """Supplier → parts of orders that are late, parts that are due soon. A part with two promises counts once."""
    parts = (
        Clock.objects.filter(_due(now), supplier_id__isnull=False)
        .values("supplier_id", "subject_id")
        .annotate(due=Min("due_at"))
        .order_by()
    )
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts.iterator():
        if part["supplier_id"] is not None:
            counts[part["supplier_id"]][part["due"] >= now] += 1
    return {supplier: (late, soon) for supplier, (late, soon) in counts.items()}


def _rows(supplier_id: int, now: dt.datetime) -> list[dict[str, Any]]:
    """The most urgent parts of one supplier: what to ship and until when."""
    parts = list(
        Clock.objects.filter(_due(now), supplier_id=supplier_id)
        .values("subject_id", "title")
        .annotate(due=Min("due_at"), promises=Count("id"))
        .order_by("due", "subject_id")[:ROWS]
    )
    goods = _goods(part["subject_id"] for part in parts)
    return [
        {
            "order_no": part["title"],
            "goods": [[title, number] for title, number in goods[part["subject_id"]]],
            "due_at": part["due"].isoformat(),
            "late": part["due"] < now,
        }
        for part in parts
    ]


def _goods(fulfilment_ids: Iterable[int]) -> defaultdict[int, list[tuple[str, int]]]:
    """Fulfilment → what is still to be shipped of it: title and number."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    lines = OrderLine.objects.filter(fulfilment__in=list(fulfilment_ids)).order_by("id")
    for line in lines.only("fulfilment_id", "title", "sku", "quantity", "shipped_quantity"):
        left = line.quantity - line.shipped_quantity
        if left > 0:
            found[line.fulfilment_id].append((f"{line.sku} {line.title}".strip()[:60], left))
    return found


def digest_mail(context: Mapping[str, Any], language: str) -> Mail:
    """The digest as it goes out: two counts, the most urgent rows, the way to the portal."""
    late, soon = int(context["late"]), int(context["soon"])
    subject = _("To ship: %(late)s late, %(soon)s due within 8 hours") % {"late": late, "soon": soon}
    rows = [{**row, "due_at": dt.datetime.fromisoformat(row["due_at"])} for row in context["rows"]]
    known = {
        "subject": subject,
        "late": late,
        "soon": soon,
        "at": dt.datetime.fromisoformat(context["at"]),
        "rows": rows,
        "more": late + soon - len(rows),
        "link": absolute(reverse("portal:to_ship")),
    }
    return Mail(
        subject=subject,
        text=render_to_string("orders/mail/supplier_digest.txt", known),
        html=html_of("orders/mail/supplier_digest.html", known),
    )
