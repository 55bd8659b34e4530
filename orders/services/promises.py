"""What is promised about the shipping: wait or hurry (SUP-26), a later date (SUP-12), a chase (AFT-02), LOG-04."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.topics import topic_of
from notifications import audiences
from notifications import services as notifications
from orders.models import Fulfilment, Order, Refund
from orders.querysets import unshipped_parts
from orders.services.base import in_future, keep, require_state, required, take
from orders.services.remarks import for_the_trail
from orders.sla_policies import HOLD
from orders.states import BLOCKS_SHIPPING, OrderState, ShipMode
from sla import services as sla
from sla.models import Clock
from sla.states import OPEN, ClockState, Party
from staff.models import User

FULFILMENT = "orders.fulfilment"
ORDER = "orders.order"
FIRST_PROMISES = ("orders.ship_daily", "orders.ship_promotion")
PROMISED = "orders.ship_promised"
CHASED = "orders.chased"
OURS = (*FIRST_PROMISES, PROMISED, CHASED)  # the platform's own clock is nobody's to stop
AUTO_CONFIRM = "orders.auto_confirm"


def _parts(order: Order) -> list[Fulfilment]:
    return list(unshipped_parts(order.pk).order_by("pk"))


def _clock_ids(parts: Sequence[Fulfilment], policies: Sequence[str], **which: Any) -> list[int]:
    clocks = Clock.objects.filter(
        subject_type=FULFILMENT, subject_id__in=[part.pk for part in parts], policy__in=policies, **which
    )
    return list(clocks.order_by("pk").values_list("pk", flat=True))


def _hold(order: Order, clock_ids: Sequence[int], by: User, now: dt.datetime) -> None:
    for clock_id in clock_ids:
        sla.pause_clock(clock_id=clock_id, reason=order.ship_mode_reason, party=Party.BUYER, cause=HOLD, by=by, now=now)


def _spec(order: Order, part: Fulfilment, policy: str, now: dt.datetime, due: dt.datetime | None) -> sla.ClockSpec:
    return sla.ClockSpec(
        policy=policy,
        subject_type=FULFILMENT,
        subject_id=part.pk,
        topic=topic_of(order),
        title=order.order_no,
        started_at=now,
        party=Party.SUPPLIER if part.supplier_id else Party.OPERATIONS,
        supplier_id=part.supplier_id,
        shop_id=order.shop_id,
        assignee_id=order.owner_id,
        own_due_at=due,
    )


@transaction.atomic
def set_ship_mode(
    *,
    order_id: int,
    version: int,
    mode: str,
    reason: str,
    supplier_confirmed: bool,
    by: User,
    now: dt.datetime | None = None,
) -> Order:
    """Hurry, wait for notice, or neither (SUP-26). Waiting pauses our ship clocks, never the platform's; its end
    resumes those that it paused, not those that a supervisor did.

    Raises Conflict; BusinessError when the order is not to be shipped, or a wish comes without its reason.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.PAID], _("Only an order that is to be shipped can wait or be urgent."))
    before = order.ship_mode
    if before == mode == ShipMode.NORMAL:
        raise BusinessError(_("Its shipping is normal already."), code="already")
    wants_reason = _("Say why it is urgent or has to wait.")
    order.ship_mode = ShipMode(mode)
    order.ship_mode_reason = "" if mode == ShipMode.NORMAL else required(reason, wants_reason)
    order.supplier_confirmed_mode = supplier_confirmed and mode != ShipMode.NORMAL
    keep(order, ["ship_mode", "ship_mode_reason", "supplier_confirmed_mode"], now)
    parts = _parts(order)
    if mode == ShipMode.HOLD:
        _hold(order, _clock_ids(parts, OURS, state=ClockState.RUNNING), by, now)
    elif before == ShipMode.HOLD:
        for clock_id in _clock_ids(parts, OURS, pauses__cause=HOLD, pauses__ended_at__isnull=True):
            sla.resume_clock(clock_id=clock_id, by=by, now=now)
    audit.record(
        "orders.ship_mode_set",
        about=order,
        by=by,
        now=now,
        before=before,
        mode=mode,
        reason=order.ship_mode_reason,
        supplier_confirmed=order.supplier_confirmed_mode,
    )
    return order


@transaction.atomic
def agree_later_date(
    *, order_id: int, version: int, until: dt.datetime, by: User, now: dt.datetime | None = None
) -> Order:
    """The buyer agreed to wait until `until`: that is the promise now, instead of the daily one (SUP-12).

    A promise that is broken already stays counted as broken, one that is not is taken back. The platform's ship-by
    time keeps running beside it. Raises Conflict; BusinessError when `until` is not in the future or nothing is left
    to ship.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.PAID], _("Only an order that is to be shipped can get a later date."))
    order.promised_ship_at = in_future(until, now)
    keep(order, ["promised_ship_at"], now)
    parts = _parts(order)
    ids = [part.pk for part in parts]
    reason = _("A later date was agreed with the buyer.")
    sla.void_clocks(
        policies=[*FIRST_PROMISES, PROMISED],
        subject_type=FULFILMENT,
        subject_ids=ids,
        reason=reason,
        now=now,
        keep_breaches=True,
    )
    sla.start_clocks([_spec(order, part, PROMISED, now, until) for part in parts], now=now)
    if order.ship_mode == ShipMode.HOLD:
        _hold(order, _clock_ids(parts, [PROMISED], state=ClockState.RUNNING), by, now)
    audit.record("orders.later_date_agreed", about=order, by=by, now=now, until=until.isoformat())
    return order


def is_past_the_platforms(order: Order) -> bool:
    """Whether the agreed date lies behind the platform's ship-by time: the platform may still punish it."""
    return bool(order.promised_ship_at and order.platform_ship_by and order.promised_ship_at > order.platform_ship_by)


@transaction.atomic
def chase_order(*, order_id: int, version: int, by: User, now: dt.datetime | None = None) -> Order:
    """The buyer asks where it is: 24 hours are promised and the suppliers answer for them (AFT-02, SUP-30).

    A chase while that promise still runs alerts the supervisors. Raises Conflict; BusinessError when nothing is left
    to ship.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.PAID], _("Only an order that is to be shipped can be chased."))
    parts = _parts(order)
    again = Clock.objects.filter(
        subject_type=FULFILMENT, subject_id__in=[part.pk for part in parts], policy=CHASED, state__in=OPEN
    ).exists()
    order.chase_count += 1
    order.last_chased_at = now
    keep(order, ["chase_count", "last_chased_at"], now)
    sla.start_clocks([_spec(order, part, CHASED, now, None) for part in parts], now=now)
    audit.record("orders.chased", about=order, by=by, now=now, count=order.chase_count)
    if again:
        facts = audiences.Facts(assignee_id=order.owner_id, shop_id=order.shop_id, party=Party.SUPPLIER)
        notifications.notify(
            kind="orders.chased_again",
            users=audiences.resolve("supervisor", facts),
            context={"order_no": order.order_no, "count": order.chase_count},
            url=order.get_absolute_url(),
            severity="warning",
            dedupe_key=f"orders.chased_again:{order.pk}:{order.chase_count}",
            now=now,
        )
    return order


@transaction.atomic
def extend_confirmation(
    *, order_id: int, version: int, until: dt.datetime, reason: str, by: User, now: dt.datetime | None = None
) -> Order:
    """Note that the platform extended the buyer's confirmation until `until`; its clock moves there (LOG-04).

    Raises Conflict; BusinessError when the order is not under way or `until` is not in the future.
    """
    now = now or clock.now()
    order = take(order_id, version)
    under_way = [OrderState.SHIPPED, OrderState.DELIVERED]
    require_state(order, under_way, _("Only a shipped order that is not finished can be extended."))
    why = required(reason, _("Say why the confirmation is extended."))
    order.confirm_extended_until = in_future(until, now)
    keep(order, ["confirm_extended_until"], now)
    running = Clock.objects.filter(subject_type=ORDER, subject_id=order.pk, policy=AUTO_CONFIRM, state__in=OPEN).first()
    if running is not None:
        sla.extend_clock(clock_id=running.pk, until=until, reason=why, by=by, now=now)
    audit.record("orders.confirmation_extended", about=order, by=by, now=now, until=until.isoformat(), reason=why)
    return order


@transaction.atomic
def consent_to_shipping(*, order_id: int, version: int, how: str, by: User, now: dt.datetime | None = None) -> Order:
    """The buyer who asked for a refund agrees to shipping all the same (Taobao's dispute rule 27).

    `how` says where that can be found; it stays in the trail. Raises Conflict; BusinessError when no refund stands in
    the way, or `how` is empty.
    """
    now = now or clock.now()
    order = take(order_id, version)
    require_state(order, [OrderState.PAID], _("Nothing of this order is left to ship."))
    blocking = Refund.objects.filter(order=order, state__in=BLOCKS_SHIPPING, ship_consented_at__isnull=True)
    numbers = list(blocking.order_by("pk").values_list("refund_no", flat=True))
    if not numbers:
        raise BusinessError(_("No refund stands in the way of shipping."), code="no_refund")
    proof = required(how, _("Say how the buyer agreed."))
    blocking.update(ship_consented_at=now, ship_consented_by=by, updated_at=now)
    keep(order, [], now)
    audit.record("orders.shipping_consented", about=order, by=by, now=now, refunds=numbers, how=for_the_trail(proof))
    return order
