"""Goods that leave while the money is asked back, and goods that were stopped on their way: those are expected back under
the number they left with (LOG-17, LOG-18)."""

from __future__ import annotations

import datetime as dt

from aftersales.models import Case, CaseLine, Intercept, ReturnParcel
from aftersales.states import Goods, Kind, topic
from audit import services as audit
from common.locking import lock
from notifications.services import notify

Place = ReturnParcel.Place


def goods_once_stopped(case: Case) -> str:
    """Where the goods of a case are when stopping them has worked, as far as it is known how they are stopped."""
    last = case.intercepts.order_by("pk").last() if case.pk else None
    if last is None:
        return case.goods
    return Goods.COMING_BACK if last.how == Intercept.How.INTERCEPT else Goods.UNSHIPPED


def expect_back(case: Case, *, now: dt.datetime) -> None:
    """LOG-18: the carrier turns the parcel back to whoever sent it; the return desk and the sender know its number."""
    if case.goods != Goods.COMING_BACK:
        return
    known = set(case.return_parcels.values_list("tracking_no", flat=True))
    for stop in case.intercepts.filter(how=Intercept.How.INTERCEPT).exclude(tracking_no="").order_by("pk"):
        if stop.tracking_no in known:
            continue
        known.add(stop.tracking_no)
        sent = case.order.parcels.filter(tracking_no=stop.tracking_no).first() if case.order is not None else None
        ReturnParcel.objects.create(
            case=case,
            carrier=sent.carrier if sent is not None else "",
            tracking_no=stop.tracking_no,
            place=Place.SUPPLIER if case.supplier_id else Place.WAREHOUSE,
            supplier_id=case.supplier_id,
            sent_at=now,
        )


def note_left(fulfilment_ids: list[int], *, now: dt.datetime) -> None:
    """SUP-25, RET-33: goods that left while their buyer wants the money back are under way; whoever has the case hears of
    it, and nothing is paid back before they are stopped. One query where no such case is open."""
    asked = CaseLine.objects.filter(kind=Kind.UNSHIPPED_REFUND, active=True, line__fulfilment__in=fulfilment_ids)
    ids = set(asked.values_list("case_id", flat=True))
    if not ids:
        return
    for case in lock(Case.objects.filter(pk__in=ids, goods__in=(Goods.UNSHIPPED, Goods.WITH_BUYER))):
        case.goods, case.version, case.updated_at = Goods.IN_TRANSIT, case.version + 1, now
        case.save(update_fields=["goods", "version", "updated_at"])
        audit.record("aftersales.goods_left", about=topic(case.pk), by=None, now=now)
        notify(
            kind="aftersales.goods_left",
            users=[case.owner] if case.owner is not None else [],
            context={"number": case.number},
            url=case.get_absolute_url(),
            dedupe_key=f"aftersales.goods_left:{case.pk}:{case.version}",
            mail=False,
            now=now,
        )
