"""After-sales: the worklist at 300,000 cases, a full case page, opening a case over HTTP, refunds that become cases."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import rulebook
from aftersales.importing.taking import take_in
from aftersales.models import Case, Contact, Evidence
from aftersales.workflows import BY_KIND
from audit.services import record
from bench import data, opening
from bench.figures import Figure, expect, fetch_value, note, timed
from bench.pages import List, figures_of, get, reader
from bench.run import Bench
from common import clock
from orders.models import Refund
from staff.models import User

SHARE = 10  # cases of ten orders: three
FEW = 10_000  # cases of the small house
LEAST = 3_000  # cases: some in every state, half way down as well
EVENTS, PHOTOS = 50, 20
PATIENCE = 120  # seconds
SETTLED = "SELECT relallvisible > relpages * 0.95 FROM pg_class WHERE relname = 'aftersales_case'"
REFUNDS = 20_000  # of a list; fewer in a small house
FILTERS = {
    "open": "",
    "kind": "kind=return",
    "shop": "shop=2",
    "kind, state": "kind=return&state=reviewing",
    "all": "show=all",
    "ball": "ball=agent",
    "supplier": "supplier=1",
    "mine": "show=mine",
    "closed": "show=closed",
    "overdue": "show=overdue",
    "newest": "order=newest",
    "kind, shop, supplier": "kind=exchange&shop=2&supplier=1&show=all",
}
WORKLIST = List(
    "cases",
    "/cases/",
    FILTERS,
    "SELECT due_at, opened_at, id FROM aftersales_case WHERE active ORDER BY due_at, opened_at, id",
)


def measure(bench: Bench) -> Iterator[Figure]:
    many = max(LEAST, bench.large.size.orders * 3 // SHARE)
    for use, number in ((bench.use_small, min(FEW, many // 2)), (bench.use_large, many)):
        use()
        rulebook.load()
        took, _ = timed(lambda number=number: _seed(number))  # type: ignore[misc]
        note(f"{fetch_value('SELECT count(*) FROM aftersales_case')} cases seeded in {took:.0f} s")
    yield from figures_of(bench, WORKLIST, queries=8)
    bench.use_large()
    yield Figure("case_page_queries", _page_queries(), "queries", 20)
    yield from opening.measure(bench)
    yield Figure("refunds_to_cases_growth", _refunds(min(REFUNDS, bench.large.size.orders // 20)), "x", 1.5)


def _seed(many: int) -> None:
    """Cases of every kind and state, half of them open, each with its clock: only read, so triggers may sleep."""
    places = [
        (kind, state, place.ball, not place.final)
        for kind, machine in BY_KIND.items()
        for state, place in machine.PLACES.items()
    ]
    opened, closed = ([row for row in places if row[3] is active] for active in (True, False))
    mixed = [row for pair in zip(opened, closed * len(opened), strict=False) for row in pair]
    values = ", ".join(f"({n}, '{k}', '{s}', '{b}', {str(a).lower()})" for n, (k, s, b, a) in enumerate(mixed))
    now, far = "now() - n * interval '7 seconds'", "now() + n * interval '11 seconds'"
    columns = {
        "number": "'AS' || lpad(n::text, 12, '0')",
        **{name: f"p.{name}" for name in ("kind", "state", "ball", "active")},
        "channel": "'hotline'",
        "order_id": f"1 + (n * {SHARE} / 3) % (SELECT max(id) FROM orders_order)",
        "shop_id": f"1 + {_any(1)} % 4",
        "supplier_id": f"1 + {_any(2)} % {data.SUPPLIERS}",
        "owner_id": f"CASE WHEN {_any(3)} % 3 <> 0 THEN 1 + {_any(4)} % 10 END",
        "summary": "'外箱破损'",
        "opened_at": now,
        "entered_at": now,
        "updated_at": now,
        "closed_at": f"CASE WHEN NOT p.active THEN {now} END",
    }
    picked = f"JOIN (VALUES {values}) AS p (place, kind, state, ball, active) ON p.place = n %% {len(mixed)}"
    data.execute("SET session_replication_role = replica")
    data.insert(Case, {k: v.replace("%", "%%") for k, v in columns.items()}, _numbers(picked), {"many": many})
    clocks = {
        "policy": "'aftersales.handling'",
        "version_id": "(SELECT max(id) FROM sla_policyversion WHERE policy = 'aftersales.handling')",
        "subject_type": "'aftersales.case'",
        "subject_id": "c.id",
        "topic": "'aftersales.case:' || c.id",
        "title": "c.number",
        "party": "c.ball",
        "shop_id": "c.shop_id",
        "supplier_id": "c.supplier_id",
        "assignee_id": "c.owner_id",
        "started_at": "c.opened_at",
        "due_at": f"CASE WHEN n % 50 = 0 THEN {now} ELSE {far} END",
        "own_due_at": f"CASE WHEN n % 50 = 0 THEN {now} ELSE {far} END",
    }
    data.insert(data.Clock, clocks, "(SELECT c.*, c.id AS n FROM aftersales_case c WHERE c.active) c")
    data.execute("SET session_replication_role = origin")
    data.execute(
        "UPDATE aftersales_case SET due_at = c.due_at FROM sla_clock c"
        " WHERE c.subject_type = 'aftersales.case' AND c.subject_id = aftersales_case.id"
    )
    _settle()


def _settle() -> None:
    """The tables as autovacuum leaves them in the end: an older snapshot can keep VACUUM from marking pages as visible."""
    until = time.monotonic() + PATIENCE
    while True:
        data.execute("VACUUM ANALYZE aftersales_case, sla_clock")
        if fetch_value(SETTLED):
            return
        expect(time.monotonic() < until, True, "pages that are visible to all")
        time.sleep(1)


def _any(salt: int) -> str:
    """A number that follows from n and hangs together with no other."""
    return f"abs(hashint8(n + {salt} * 1000003) % 1000)"


def _numbers(joined: str) -> str:
    return f"generate_series(1, %(many)s::bigint) AS n {joined}"


def _page_queries() -> int:
    """The page of an open return with fifty events, fifty talks and twenty photos."""
    case = Case.objects.filter(kind="return", state="reviewing").order_by("-pk")[0]
    by, now = User.objects.get(username="bench1"), clock.now()
    for number in range(EVENTS):
        record("aftersales.noted", about=case, by=by, now=now, text=f"备注 {number}")
        Contact.objects.create(case=case, party="buyer", way="phone", result="-", at=now, by=by)
    Evidence.objects.bulk_create(
        Evidence(
            case=case, type="photo", key=f"bench{n}", extension="jpg", name="a.jpg", file=f"e/{n}", thumbnail=f"t/{n}",
            size=1, sha256=str(n), at=now, by=by,
        )
        for n in range(PHOTOS)
    )  # fmt: skip
    client, path = reader(), f"/cases/{case.pk}/"
    get(client, path)
    with CaptureQueriesContext(connection) as captured:
        _cpu, wall, body = get(client, path)
    note(f"case page: {len(captured)} queries, {1000 * wall:.0f} ms, {len(body) // 1024} KiB")
    return len(captured)


def _refunds(many: int) -> float:
    """Statements of a list of `many` refunds against those of a tenth of it: none is a row's own."""
    counts = []
    for size in (many // 10, many):
        ids = _make_refunds(size)
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            opened, _moved = take_in(ids, now=clock.now())
        took = time.perf_counter() - start
        expect(len(opened), size, "cases out of refunds")
        counts.append(len(captured))
        note(f"{size} refunds into cases: {len(captured)} statements, {took:.1f} s")
    chunks = max(1, many // 5_000)
    return counts[1] / (counts[0] * chunks)


def _make_refunds(many: int) -> list[int]:
    """New refunds of shipped orders, each of another line, none of which has a case."""
    last = fetch_value("SELECT COALESCE(max(id), 0) FROM orders_refund")
    columns = {
        "order_id": "l.order_id",
        "line_id": "l.id",
        "refund_no": "'R' || l.id",
        "platform": "'taobao'",
        "state": "'wait_seller_agree'",
        "kind": "'退货退款'",
        "needs_return": "true",
        "amount": "10",
        "reason": "'商品破损'",
        "applied_at": "now()",
        "created_at": "now()",
        "updated_at": "now()",
    }
    source = """(SELECT l.* FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        WHERE o.state = 'shipped' AND NOT EXISTS (SELECT 1 FROM orders_refund r WHERE r.line_id = l.id)
        AND NOT EXISTS (SELECT 1 FROM aftersales_case c WHERE c.order_id = l.order_id)
        ORDER BY l.id LIMIT %(many)s) l"""
    data.insert(Refund, {k: v.replace("%", "%%") for k, v in columns.items()}, source, {"many": many})
    return list(Refund.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))
