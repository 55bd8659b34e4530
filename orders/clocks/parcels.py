"""The clock of a parcel under way: LOG-08, SUP-22."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import transaction

from orders import sla_policies as keys
from orders.clocks.common import CHUNK, chunked, order_topic
from orders.models import Parcel
from sla.services import ClockSpec, start_clocks, stop_clocks, void_clocks


def start_parcel_stuck(parcel_ids: Sequence[int], *, since: dt.datetime | None = None, now: dt.datetime) -> int:
    """LOG-08: parcels that are under way must be scanned within 48 hours of the last scan, or of the dispatch.

    `since` stands in for a dispatch whose time nobody knows.
    """
    return start_clocks(_parcel_specs(parcel_ids, since), now=now)


def _parcel_specs(parcel_ids: Sequence[int], since: dt.datetime | None) -> Iterator[ClockSpec]:
    for ids in chunked(parcel_ids):
        parcels = Parcel.objects.filter(pk__in=ids, delivered_at__isnull=True, replaced_by__isnull=True)
        for row in parcels.values(
            "id",
            "order_id",
            "order__order_no",
            "order__shop_id",
            "order__owner_id",
            "fulfilment__supplier_id",
            "shipped_at",
            "last_scan_at",
        ).iterator(chunk_size=CHUNK):
            yield ClockSpec(
                policy=keys.PARCEL_STUCK.key,
                subject_type=keys.PARCEL,
                subject_id=row["id"],
                topic=order_topic(row["order_id"]),
                title=row["order__order_no"],
                started_at=row["last_scan_at"] or since or row["shipped_at"],
                supplier_id=row["fulfilment__supplier_id"],
                shop_id=row["order__shop_id"],
                assignee_id=row["order__owner_id"],
                facts={"scanned": True} if row["last_scan_at"] else {},
            )


def stop_parcel_stuck(parcel_ids: Sequence[int], at: dt.datetime | None = None, *, now: dt.datetime) -> int:
    """The parcels were scanned or signed for."""
    return stop_clocks(
        policies=[keys.PARCEL_STUCK.key],
        subject_type=keys.PARCEL,
        subject_ids=parcel_ids,
        stopped_at=at or now,
        now=now,
    )


def void_parcel_stuck(parcel_ids: Sequence[int], *, reason: str, now: dt.datetime) -> int:
    """Nobody waits for a scan of these parcels any more (replaced numbers)."""
    return void_clocks(
        policies=[keys.PARCEL_STUCK.key], subject_type=keys.PARCEL, subject_ids=parcel_ids, reason=reason, now=now
    )


@transaction.atomic
def restart_parcel_stuck(parcel_ids: Sequence[int], at: dt.datetime, *, now: dt.datetime) -> int:
    """A scan came at `at`, stored already as the parcels' `last_scan_at`: the wait ends and the next one begins."""
    stop_parcel_stuck(parcel_ids, at, now=now)
    return start_parcel_stuck(parcel_ids, now=now)
