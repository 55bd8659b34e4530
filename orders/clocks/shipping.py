"""The clocks of a supplier's part that is to be shipped: SUP-01 to SUP-04, SUP-12, SUP-26, AFT-02."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orders import sla_policies as keys
from orders.clocks.common import CHUNK, Row, Table, chunked, order_topic
from orders.models import Fulfilment, PromotionWindow
from orders.states import UNSHIPPED, ShipMode
from sla.models import Clock
from sla.services import ClockSpec, move_platform_due, pause_clock, start_clocks, stop_clocks, void_clocks
from sla.states import ClockState, Party

SHIP_FACTS = (
    "id",
    "order_id",
    "order__order_no",
    "order__shop_id",
    "order__owner_id",
    "supplier_id",
    "supplier__cutoff",
    "order__paid_at",
    "order__platform_ship_by",
    "order__promised_ship_at",
    "order__ship_mode",
    "order__ship_mode_reason",
    "order__last_chased_at",
)


def _ship_rows(fulfilment_ids: Sequence[int]) -> Iterator[Row]:
    for ids in chunked(fulfilment_ids):
        yield from (
            Fulfilment.objects.filter(pk__in=ids, state__in=UNSHIPPED, order__paid_at__isnull=False)
            .values(*SHIP_FACTS)
            .iterator(chunk_size=CHUNK)
        )


@transaction.atomic
def start_ship(fulfilment_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Starts what these unshipped, paid parts owe; parts in another state are left out. Answers how many clocks.

    The promised date where the buyer agreed to one (SUP-12), else promotion (SUP-03) when paid inside a window of the
    shop, else daily with the supplier's cut-off (SUP-01, SUP-02); beside it the platform's own date. On hold, our
    clock is paused at once (SUP-26); the platform's runs on.
    """
    promotions = _Promotions()
    held: list[int] = []
    started = start_clocks(_ship_specs(fulfilment_ids, promotions, held), now=now)
    if held:
        _pause_held(held, now)
    return started


def _ship_specs(fulfilment_ids: Sequence[int], promotions: _Promotions, held: list[int]) -> Iterator[ClockSpec]:
    for row in _ship_rows(fulfilment_ids):
        if row["order__ship_mode"] == ShipMode.HOLD:
            held.append(row["id"])
        yield _ship_spec(row, promotions)
        if row["order__platform_ship_by"] is not None:
            yield _part_spec(
                row,
                keys.PLATFORM_SHIP_BY.key,
                row["order__paid_at"],
                own_due_at=row["order__platform_ship_by"],
                platform_due_at=row["order__platform_ship_by"],
            )


def _ship_spec(row: Row, promotions: _Promotions) -> ClockSpec:
    paid_at, platform = row["order__paid_at"], row["order__platform_ship_by"]
    if row["order__promised_ship_at"] is not None:
        return _part_spec(row, keys.SHIP_PROMISED.key, paid_at, own_due_at=row["order__promised_ship_at"])
    promotion = promotions.name_at(row["order__shop_id"], paid_at)
    if promotion is not None:
        facts = {"promotion": promotion}
        return _part_spec(row, keys.SHIP_PROMOTION.key, paid_at, platform_due_at=platform, facts=facts)
    cutoff = row["supplier__cutoff"]
    facts = {"cutoff": cutoff.isoformat()} if cutoff else {}
    return _part_spec(row, keys.SHIP_DAILY.key, paid_at, platform_due_at=platform, facts=facts)


def _part_spec(row: Row, policy: str, started_at: dt.datetime, **more: Any) -> ClockSpec:
    return ClockSpec(
        policy=policy,
        subject_type=keys.FULFILMENT,
        subject_id=row["id"],
        topic=order_topic(row["order_id"]),
        title=row["order__order_no"],
        started_at=started_at,
        party=Party.SUPPLIER if row["supplier_id"] else Party.OPERATIONS,
        supplier_id=row["supplier_id"],
        shop_id=row["order__shop_id"],
        assignee_id=row["order__owner_id"],
        **more,
    )


class _Promotions:
    """The promotion windows by shop, read once when the first order asks."""

    def __init__(self) -> None:
        self._windows: dict[int, list[tuple[dt.datetime, dt.datetime, str]]] | None = None

    def name_at(self, shop_id: int, paid_at: dt.datetime) -> str | None:
        """The promotion of the shop in which `paid_at` falls, both ends included."""
        if self._windows is None:
            self._windows = defaultdict(list)
            for shop, starts, ends, name in PromotionWindow.objects.order_by("starts_at").values_list(
                "shop_id", "starts_at", "ends_at", "name"
            ):
                self._windows[shop].append((starts, ends, name))
        for starts, ends, name in self._windows.get(shop_id, ()):
            if starts <= paid_at <= ends:
                return name
        return None


def stop_ship(
    fulfilment_ids: Sequence[int] | None = None,
    *,
    table: Table | None = None,
    stopped_at: dt.datetime | None = None,
    stopped_at_column: str = "",
    now: dt.datetime,
    reason: str = "",
) -> int:
    """SUP-04: the parts are shipped; daily, promotion, promised, chased and the platform's clock stop together."""
    return stop_clocks(
        policies=keys.STOPPED_BY_SHIPPING,
        subject_type=keys.FULFILMENT,
        subject_ids=fulfilment_ids,
        subject_table=table,
        stopped_at=stopped_at or now,
        stopped_at_column=stopped_at_column,
        now=now,
        reason=reason,
    )


def void_ship(
    fulfilment_ids: Sequence[int] | None = None, *, table: Table | None = None, reason: str, now: dt.datetime
) -> int:
    """The parts need not be shipped any more (closed, cancelled): no verdict falls."""
    return void_clocks(
        policies=keys.STOPPED_BY_SHIPPING,
        subject_type=keys.FULFILMENT,
        subject_ids=fulfilment_ids,
        subject_table=table,
        reason=reason,
        now=now,
    )


@transaction.atomic
def restart_ship(fulfilment_ids: Sequence[int], *, reason: str, now: dt.datetime) -> int:
    """The facts changed (another supplier, a promotion declared later, a promised date): the open shipping clocks are
    taken back and the right ones start from the payment again."""
    void_clocks(
        policies=[*keys.SHIP_KEYS, keys.PLATFORM_SHIP_BY.key],
        subject_type=keys.FULFILMENT,
        subject_ids=fulfilment_ids,
        reason=reason,
        now=now,
    )
    return start_ship(fulfilment_ids, now=now)


def sync_platform_ship_by(fulfilment_ids: Sequence[int], *, now: dt.datetime) -> int:
    """`Order.platform_ship_by` changed: due times follow, a missing platform clock starts. Answers how many moved."""
    dates = [(row["id"], row["order__platform_ship_by"]) for row in _ship_rows(fulfilment_ids)]
    moved = move_platform_due(subject_type=keys.FULFILMENT, rows=dates, policies=keys.CAPPED_BY_PLATFORM, now=now)
    start_ship([pk for pk, date in dates if date is not None], now=now)
    return moved


def _pause_held(fulfilment_ids: list[int], now: dt.datetime) -> None:
    reason = _("wait for notice")
    for ids in chunked(fulfilment_ids):
        for pk in _own_clocks(ids, ClockState.RUNNING):
            pause_clock(clock_id=pk, reason=reason, party=Party.BUYER, cause=keys.HOLD, by=None, now=now)


def _own_clocks(fulfilment_ids: Sequence[int], state: str) -> list[int]:
    return list(
        Clock.objects.filter(
            policy__in=[*keys.SHIP_KEYS, keys.CHASED.key],
            subject_type=keys.FULFILMENT,
            subject_id__in=fulfilment_ids,
            state=state,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
