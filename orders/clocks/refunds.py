"""The platform's deadline on each refund: one clock a stage, in the court of whoever the stage waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from orders import sla_policies as keys
from orders.clocks.common import chunked, order_topic
from orders.models import Refund
from orders.states import OPEN_REFUNDS, RefundState
from sla.models import Clock
from sla.services import ClockSpec, move_platform_due, start_clocks, stop_clocks, void_clocks
from sla.states import OPEN, Party

PARTY_BY_STATE = {
    RefundState.WAIT_SELLER_AGREE: Party.AGENT,
    RefundState.WAIT_BUYER_RETURN: Party.BUYER,
    RefundState.WAIT_SELLER_CONFIRM: Party.WAREHOUSE,
    RefundState.SELLER_REFUSED: Party.BUYER,
}


@transaction.atomic
def sync_refunds(refund_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Starts, moves and stops the platform's clocks after these refunds were written; answers how many started.

    A refund in another stage than its clock ends that clock and starts the next; a deadline that moved moves it;
    a deadline that is gone voids it.
    """
    return sum(_sync(ids, now) for ids in chunked(refund_ids))


def _sync(refund_ids: Sequence[int], now: dt.datetime) -> int:
    refunds = {
        row.pk: row for row in Refund.objects.filter(pk__in=refund_ids).select_related("order", "line__fulfilment")
    }
    running = dict(
        Clock.objects.filter(
            policy=keys.PLATFORM_REFUND.key,
            subject_type=keys.REFUND,
            subject_id__in=list(refunds),
            state__in=OPEN,
        ).values_list("subject_id", "facts__state")
    )
    moved_on = [pk for pk, stage in running.items() if refunds[pk].state != stage]
    ended = {pk: at for pk in moved_on if (at := refunds[pk].finished_at)}
    _stop([pk for pk in moved_on if pk not in ended], now, now)
    for at in sorted(set(ended.values())):
        _stop([pk for pk, when in ended.items() if when == at], min(at, now), now)
    same = [refunds[pk] for pk, stage in running.items() if refunds[pk].state == stage]
    void_clocks(
        policies=[keys.PLATFORM_REFUND.key],
        subject_type=keys.REFUND,
        subject_ids=[row.pk for row in same if row.deadline_at is None],
        reason="the platform no longer gives a deadline",
        now=now,
    )
    move_platform_due(
        subject_type=keys.REFUND,
        rows=[(row.pk, row.deadline_at) for row in same if row.deadline_at is not None],
        policies=[keys.PLATFORM_REFUND.key],
        now=now,
    )
    return start_clocks([_spec(row) for row in refunds.values() if _is_timed(row)], now=now)


def _stop(refund_ids: list[int], at: dt.datetime, now: dt.datetime) -> None:
    if refund_ids:
        stop_clocks(
            policies=[keys.PLATFORM_REFUND.key],
            subject_type=keys.REFUND,
            subject_ids=refund_ids,
            stopped_at=at,
            now=now,
        )


def _is_timed(refund: Refund) -> bool:
    return refund.state in OPEN_REFUNDS and refund.deadline_at is not None


def _spec(refund: Refund) -> ClockSpec:
    deadline = refund.deadline_at
    started = refund.applied_at or refund.created_at
    return ClockSpec(
        policy=keys.PLATFORM_REFUND.key,
        subject_type=keys.REFUND,
        subject_id=refund.pk,
        topic=order_topic(refund.order_id),
        title=refund.order.order_no,
        started_at=started,
        party=PARTY_BY_STATE[RefundState(refund.state)],
        supplier_id=refund.line.fulfilment.supplier_id if refund.line else None,  # whose refunds run late: SUP-17
        shop_id=refund.order.shop_id,
        assignee_id=refund.order.owner_id,
        own_due_at=deadline,
        platform_due_at=deadline,
        facts={"state": refund.state},
    )
