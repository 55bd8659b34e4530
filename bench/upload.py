"""A supplier's file of tracking numbers, sent over HTTP and carried out by a worker, against the same writes by hand."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count

from bench.figures import Figure, WrongResultError, expect, fetch_value, note, pairs, statements, timed
from bench.run import Bench
from bench.served import Served, served
from common import clock
from orders.models import ShipmentUpload
from orders.states import JobState
from suppliers.models import Supplier
from suppliers.services import make_token

ROUNDS = 3  # six suppliers, one a run
UNKNOWN = 100  # every so many rows name an order that does not exist
LONGEST = 600  # seconds that one upload may take
HEADER = "订单编号,物流公司,物流单号,发货时间\n"
CARRIER = ("圆通速递", "YTO")
BY_HAND = Path(__file__).with_suffix(".sql")
SENT = """CREATE TEMPORARY TABLE sent (n int, order_no text, carrier_text text, carrier text, tracking_no text,
          shipped_at timestamptz) ON COMMIT DROP"""
# What the accepted rows of a file must have left behind, one count each.
LEFT = {
    "parts": "SELECT count(*) FROM orders_fulfilment WHERE supplier_id = %(supplier)s AND shipped_at >= %(since)s",
    "lines open": """SELECT count(*) FROM orders_orderline l JOIN orders_fulfilment f ON f.id = l.fulfilment_id
        WHERE f.supplier_id = %(supplier)s AND f.state = 'shipped' AND l.shipped_quantity < l.quantity""",
    "parcels": "SELECT count(*) FROM orders_parcel WHERE recorded_at >= %(since)s",
    "trail": "SELECT count(*) FROM audit_entry WHERE action = 'orders.shipped' AND recorded_at >= %(since)s",
    "waits for a scan": "SELECT count(*) FROM sla_clock WHERE id > %(clock)s AND policy = 'orders.parcel_stuck'",
    "promises open": """SELECT count(*) FROM sla_clock c JOIN orders_fulfilment f ON f.id = c.subject_id
        WHERE c.subject_type = 'orders.fulfilment' AND f.supplier_id = %(supplier)s AND f.state = 'shipped'
        AND c.state IN ('running', 'paused')""",
    "confirmations": """SELECT (SELECT count(*) FROM sla_clock WHERE id > %(clock)s AND policy = 'orders.auto_confirm')
        - (SELECT count(*) FROM orders_order WHERE state = 'shipped' AND shipped_at >= %(since)s)""",
}


@dataclass(frozen=True)
class Sending:
    """A file of one supplier, and the verdicts that its rows deserve."""

    supplier: Supplier
    rows: list[tuple[int, str, str]]  # number, order number, tracking number
    counts: dict[str, int]

    def csv(self, shipped: str) -> str:
        return HEADER + "".join(f"{order_no},{CARRIER[0]},{number},{shipped}\n" for _n, order_no, number in self.rows)

    def copy_text(self, shipped: str) -> io.StringIO:
        head, tail = "\t".join(CARRIER), f"{shipped}+08"
        return io.StringIO("".join(f"{n}\t{order_no}\t{head}\t{number}\t{tail}\n" for n, order_no, number in self.rows))


def sending_of(supplier: Supplier) -> Sending:
    """All that the supplier has to ship; one row in a hundred names an order that does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT o.order_no, o.ship_mode FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
               WHERE f.supplier_id = %s AND f.state = 'to_ship' ORDER BY o.order_no""",
            [supplier.pk],
        )
        found = cursor.fetchall()
    rows, counts = [], {"accepted": 0, "not_shippable": 0, "unknown_order": 0}
    for n, (order_no, mode) in enumerate(found):
        unknown = n % UNKNOWN == 0
        counts["unknown_order" if unknown else "not_shippable" if mode == "hold" else "accepted"] += 1
        number = f"YT{9_000_000_000_000 + supplier.pk * 10_000_000 + n}"
        rows.append((n + 2, f"9{order_no[1:-1]}1" if unknown else order_no, number))
    return Sending(supplier, rows, counts)


def measure(bench: Bench) -> Iterator[Figure]:
    bench.use_large()
    suppliers = list(Supplier.objects.order_by("pk")[: 2 * ROUNDS])
    extra: list[float] = []
    with served() as server:
        _warm_up(server)
        taken = pairs(
            lambda number: _product(server, suppliers[number], extra),
            lambda number: _by_hand(suppliers[number]),
            rounds=bench.rounds(ROUNDS),
        )
    taken.tell(f"upload of about {bench.large.size.rows} rows")
    note(f"upload: {' '.join(f'{value:.0f}' for value in extra)} MB more at the peak of all processes")
    yield Figure("upload_vs_copy", taken.ratio, "x", 3)
    yield Figure("upload_extra_memory", max(extra), "MB", 200)


def _warm_up(server: Served) -> None:
    """A file of one row, so that everything is loaded before memory and time are taken."""
    last = Supplier.objects.order_by("-pk")[0]
    _send(server, Sending(last, [(2, "1", "YT1234567890123")], {"unknown_order": 1}))


@dataclass(frozen=True)
class Before:
    """The moment and the last clock before a run: what comes after them is its work."""

    since: dt.datetime
    clock: int

    @classmethod
    def now(cls) -> Before:
        return cls(clock.now(), fetch_value("SELECT max(id) FROM sla_clock"))


def _product(server: Served, supplier: Supplier, extra: list[float]) -> float:
    sending, before = sending_of(supplier), Before.now()
    resident = server.resident()
    took = _send(server, sending)
    extra.append(sum(max(0, peak - resident.get(pid, 0)) for pid, peak in server.peaks().items()) / 1e6)
    _check(sending, before)
    return took


def _send(server: Served, sending: Sending) -> float:
    """Seconds from the first byte sent to the worker's «done»."""
    _token, text = make_token(supplier=sending.supplier, name="bench", by=None)
    file = Path(os.environ["HOUTAI_VAR"]) / f"{sending.supplier.code}.csv"
    file.write_text(sending.csv(_shipped()), encoding="utf-8-sig")
    last = ShipmentUpload.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    start = time.perf_counter()
    server.post_file("/api/v1/shipment-uploads/", file, text)
    while True:
        upload = ShipmentUpload.objects.filter(pk__gt=last, supplier=sending.supplier).first()
        if upload is not None and upload.state in (JobState.DONE, JobState.FAILED):
            break
        if time.perf_counter() - start > LONGEST:
            raise WrongResultError(f"the upload of {len(sending.rows)} rows is not done after {LONGEST} s")
        time.sleep(0.02)
    took = time.perf_counter() - start
    expect(upload.refusal, "", "why the upload was refused")
    expect({name: number for name, number in upload.counts.items() if number}, _nonzero(sending), "verdicts counted")
    return took


def _shipped() -> str:
    return clock.local(clock.now()).strftime("%Y-%m-%d %H:%M:00")


def _nonzero(sending: Sending) -> dict[str, int]:
    return {name: number for name, number in sending.counts.items() if number}


def _by_hand(supplier: Supplier) -> float:
    sending, before = sending_of(supplier), Before.now()
    text = sending.copy_text(_shipped())
    took, _ = timed(lambda: _write(supplier, text, clock.now()))
    _check(sending, before)
    return took


def _write(supplier: Supplier, text: io.StringIO, now: dt.datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SENT)
        cursor.cursor.copy_expert("COPY sent FROM STDIN", text)
        cursor.execute("ANALYZE sent")
        upload = ShipmentUpload.objects.create(
            supplier=supplier, name="bench", state=JobState.DONE, created_at=now, finished_at=now
        )
        cursor.execute("SELECT policy, max(id) FROM sla_policyversion GROUP BY policy")
        versions = dict(cursor.fetchall())
        params = {
            "supplier": supplier.pk,
            "upload": upload.pk,
            "now": now,
            "gesture": uuid.uuid4(),
            "stuck": versions["orders.parcel_stuck"],
            "confirm": versions["orders.auto_confirm"],
        }
        for statement in statements(BY_HAND):
            cursor.execute(statement, params)


def _check(sending: Sending, before: Before) -> None:
    """Every row has its verdict, and each accepted one its parcel, trail and clocks; the order followed its parts."""
    upload = ShipmentUpload.objects.filter(supplier=sending.supplier).latest("pk")
    verdicts = upload.rows.order_by("verdict").values_list("verdict").annotate(count=Count("pk"))
    expect(dict(verdicts), _nonzero(sending), "verdicts written")
    params = {"supplier": sending.supplier.pk, "since": before.since, "clock": before.clock}
    found = {name: fetch_value(sql, params) for name, sql in LEFT.items()}
    accepted = dict.fromkeys(("parts", "parcels", "trail", "waits for a scan"), sending.counts["accepted"])
    expect(found, dict.fromkeys(LEFT, 0) | accepted, "what the upload left behind")
