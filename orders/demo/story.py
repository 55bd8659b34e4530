"""Plays the invented trade: an import, the suppliers' files and a sweep, thrice a day; then a few gestures of agents."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from common import clock
from common.exceptions import BusinessError
from orders import clocks, services
from orders.demo import files, people
from orders.demo.trade import Sold, invent
from orders.models import Order, Parcel, ParcelScan, PromotionWindow, Shop
from orders.states import OrderState, ShipMode
from orders.uploads import jobs as uploads
from sla.models import SavedView
from staff.models import User
from suppliers.models import Supplier

DAYS = 7
ROUNDS = (dt.time(11, 30), dt.time(17, 30), dt.time(22, 30))  # when exports are fetched, in Shanghai
Say = Callable[[str], None]


def tell(count: int, *, say: Say) -> None:
    """Fills an empty database with `count` orders of the last days, relative to now."""
    now = clock.now()
    people.make_users()
    people.make_shops()
    _declare_promotion(now)
    orders = invent(count, now=now, days=DAYS)
    with tempfile.TemporaryDirectory(prefix="houtai-demo-") as name:
        folder = Path(name)
        import_catalogue(folder)
        people.join_supplier_users()
        before = now - dt.timedelta(days=DAYS + 1)
        for moment in _rounds(now):
            if clock.day_of(moment) != clock.day_of(before):
                say(f"{clock.local(moment):%m-%d}")
            with _at(moment):
                _play(orders, before, moment, folder)
            before = moment
    _gestures(now)
    _save_views()


def _rounds(now: dt.datetime) -> list[dt.datetime]:
    """The rounds of each day, and the present."""
    days = [clock.day_of(now) - dt.timedelta(days=back) for back in range(DAYS, -1, -1)]
    rounds = [dt.datetime.combine(day, time, clock.SHANGHAI).astimezone(dt.UTC) for day in days for time in ROUNDS]
    return [moment for moment in rounds if moment < now - dt.timedelta(minutes=10)] + [now]


@contextmanager
def _at(moment: dt.datetime) -> Iterator[None]:
    """The product's clock stands at `moment`: the past is told as if it happened."""
    if settings.PRODUCTION:
        raise BusinessError("The demo is not for production.")
    kept, settings.HOUTAI_NOW = settings.HOUTAI_NOW, moment.isoformat()
    try:
        yield
    finally:
        settings.HOUTAI_NOW = kept


def _play(orders: Sequence[Sold], before: dt.datetime, now: dt.datetime, folder: Path) -> None:
    """What happened between two rounds: suppliers sent numbers, the platform changed its mind, time ran out."""
    for code, *_ in people.SUPPLIERS:
        sent = [o for o in orders if _between(o.sent_at.get(code), before, now) and _between(o.paid_at, None, before)]
        if sent:
            _upload(code, files.tracking_list(sent, code), now)
    changed = [order for order in orders if order.ordered_at <= now and _moved(order, before, now)]
    if changed:
        exports = [
            _write(folder, "ExportOrderList.csv", files.order_list(changed, now)),
            _write(folder, "ExportOrderDetailList.csv", files.line_list(changed, now)),
        ]
        refunds = files.refund_list(changed, now)
        if refunds.count(b"\n") > 1:
            exports.append(_write(folder, "退款管理.csv", refunds))
        _run("import_orders", *exports)
    _scan(now)
    _run("sweep")


def _upload(code: str, content: bytes, now: dt.datetime) -> None:
    """A supplier's file comes in by the portal; some have a person, the others a program."""
    user = User.objects.filter(supplier_member__supplier__code=code).first()
    name = f"发货_{clock.local(now):%m%d}.csv"
    uploads.stage_upload(supplier=Supplier.objects.get(code=code), file=SimpleUploadedFile(name, content), by=user)
    uploads.run_waiting_uploads()


def _scan(now: dt.datetime) -> None:
    """The carriers scan what is under way, but for one parcel in thirty; what has arrived is waited for no more."""
    arrived = Parcel.objects.filter(order__state__in=(OrderState.DELIVERED, OrderState.FINISHED))
    clocks.stop_parcel_stuck(list(arrived.values_list("pk", flat=True)), now=now)
    moving = Parcel.objects.filter(order__state__in=(OrderState.PAID, OrderState.SHIPPED), replaced_by=None)
    ids = [pk for pk in moving.values_list("pk", flat=True) if pk % 30]
    ParcelScan.objects.bulk_create([ParcelScan(parcel_id=pk, at=now, status="TRANSPORT", text="运输中") for pk in ids])
    Parcel.objects.filter(pk__in=ids).update(last_scan_at=now)
    clocks.restart_parcel_stuck(ids, now, now=now)


def _between(moment: dt.datetime | None, after: dt.datetime | None, until: dt.datetime) -> bool:
    return moment is not None and (after is None or moment > after) and moment <= until


def _moved(order: Sold, before: dt.datetime, now: dt.datetime) -> bool:
    """Whether the platform's export would say something new about the order."""
    refund = order.refund
    times = [order.ordered_at, order.paid_at, order.all_sent_at(), order.signed_at]
    times += [order.ordered_at + files.UNPAID_CLOSES_AFTER] if order.paid_at is None else []
    times += [refund.at, refund.finished_at] if refund else []
    return any(_between(time, before, now) for time in times)


def _write(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def _run(command: str, *arguments: str) -> None:
    with Path("/dev/null").open("w") as nowhere:
        call_command(command, *arguments, stdout=nowhere)


def import_catalogue(folder: Path) -> None:
    _run(
        "import_catalogue",
        _write(folder, "suppliers.csv", files.supplier_list()),
        _write(folder, "products.csv", files.product_list()),
    )


def _declare_promotion(now: dt.datetime) -> None:
    """One shop had a promotion, so that its clocks run by the other policy (SUP-03)."""
    start = clock.day_start(clock.day_of(now) - dt.timedelta(days=2))
    PromotionWindow.objects.create(
        shop=Shop.objects.get(name=people.SHOPS[2]),
        name="周末大促",
        starts_at=start,
        ends_at=start + dt.timedelta(days=1),
    )


def _gestures(now: dt.datetime) -> None:
    """A held order, an urgent one, a later date, a chase, remarks: each page has something to show."""
    agent = User.objects.get(username="agent")
    waiting = list(Order.objects.filter(state=OrderState.PAID).order_by("-paid_at").values_list("pk", "version")[:6])
    tomorrow = now + dt.timedelta(days=2)
    gestures: list[Callable[[int, int], object]] = [
        lambda pk, version: services.set_ship_mode(
            order_id=pk, version=version, mode=ShipMode.HOLD, reason="买家下周才在家", supplier_confirmed=True, by=agent
        ),
        lambda pk, version: services.set_ship_mode(
            order_id=pk, version=version, mode=ShipMode.URGENT, reason="生日礼物", supplier_confirmed=False, by=agent
        ),
        lambda pk, version: services.agree_later_date(order_id=pk, version=version, until=tomorrow, by=agent),
        lambda pk, version: services.chase_order(order_id=pk, version=version, by=agent),
        lambda pk, version: services.write_remark(order_id=pk, version=version, text="发顺丰", flag=1, by=agent),
        lambda pk, version: services.serve_order(order_id=pk, version=version, by=agent),
    ]
    for (pk, version), gesture in zip(waiting, gestures, strict=False):
        gesture(pk, version)
    _upload("GYS01", files.broken_tracking_list(), now)


def _save_views() -> None:
    supervisor = User.objects.get(username="supervisor")
    for name, query in (("供应商迟发", "party=supplier&state=late"), ("平台退款", "policy=orders.platform_refund")):
        SavedView.objects.create(owner=supervisor, page="desk", name=name, query=query, shared=True)
