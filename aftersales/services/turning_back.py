"""Goods that were stopped on their way: they are expected back under the number they left with (LOG-17, LOG-18)."""

from __future__ import annotations

import datetime as dt

from aftersales.models import Case, Intercept, ReturnParcel
from aftersales.states import Goods

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
