"""Set-based writing of cases out of refunds: the same few statements for ten rows and for twenty thousand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aftersales.models import Case, CaseLine, CaseLink, Intercept, ReturnParcel
from aftersales.states import Channel
from audit.context import current_gesture
from audit.models import Entry
from audit.services import SYSTEM
from common import bulk

NEW = {
    "key": "text",  # stands in the number's place until the row has its id
    "day": "text",
    "refund_id": "bigint",
    "order_id": "bigint",
    "shop_id": "bigint",
    "supplier_id": "bigint",
    "reason_id": "bigint",
    "line_id": "bigint",
    "pieces": "integer",
    "kind": "text",
    "state": "text",
    "active": "boolean",
    "ball": "text",
    "goods": "text",
    "summary": "text",
    "buyer_words": "text",
    "amount": "numeric",
    "platform_due_at": "timestamp",
    "evidence_due_at": "timestamp",
    "opened_at": "timestamp",
    "closed_at": "timestamp",
    "origin": "text",  # of a dispute: the key of the case that it is about, or its id
}
MOVED = {
    "case_id": "bigint",
    "refund_id": "bigint",
    "state": "text",
    "before": "text",
    "kind": "text",
    "step": "text",
    "active": "boolean",
    "ball": "text",
    "goods": "text",
    "amount": "numeric",
    "line_id": "bigint",
    "closed_at": "timestamp",
}
DATES = {
    "case_id": "bigint",
    "refund_id": "bigint",
    "platform_due_at": "timestamp",
    "evidence_due_at": "timestamp",
}


@dataclass
class NewCase:
    """A case as it will be written. The names are those of NEW."""

    key: str
    day: str
    refund_id: int | None
    order_id: int
    shop_id: int
    supplier_id: int | None
    reason_id: int | None
    line_id: int | None
    pieces: int | None
    kind: str
    state: str
    active: bool
    ball: str
    goods: str
    summary: str
    buyer_words: str
    amount: Decimal
    platform_due_at: dt.datetime | None
    evidence_due_at: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    origin: str = ""


@dataclass
class Move:
    """One legal step of one case. The names are those of MOVED."""

    case_id: int
    refund_id: int
    state: str
    before: str
    kind: str
    step: str
    active: bool
    ball: str
    goods: str
    amount: Decimal
    line_id: int | None
    closed_at: dt.datetime | None


def write_new(cases: Sequence[NewCase], now: dt.datetime) -> dict[str, int]:
    """Writes new cases with their lines and links; answers their ids by key. A line that another open case of the
    kind has is not held twice: the case has it without holding it."""
    if not cases:
        return {}
    bulk.load_temp("tmp_cases", NEW, ([getattr(case, name) for name in NEW] for case in cases))
    named = ("refund_id", "order_id", "shop_id", "supplier_id", "reason_id", "kind", "state", "active", "ball", "goods")
    more = ("summary", "buyer_words", "amount", "platform_due_at", "evidence_due_at", "opened_at", "closed_at")
    values = {name: f"t.{name}" for name in (*named, *more)} | {"number": "t.key", "channel": f"'{Channel.PLATFORM}'"}
    bulk.insert_select(
        Case, values | {"entered_at": "%s", "updated_at": "%s"}, "tmp_cases t ORDER BY t.key", [now, now]
    )
    found = bulk.fetch("SELECT t.key, c.id FROM tmp_cases t JOIN aftersales_case c ON c.number = t.key")
    bulk.load_temp("tmp_case_ids", {"key": "text", "id": "bigint"}, found)
    bulk.execute(
        "UPDATE aftersales_case SET number = t.day || CASE WHEN i.id < 1000000"
        " THEN substr(CAST(1000000 + i.id AS text), 2) ELSE CAST(i.id AS text) END"
        " FROM tmp_case_ids i JOIN tmp_cases t ON t.key = i.key WHERE aftersales_case.id = i.id"
    )
    _write_lines()
    bulk.insert_select(
        CaseLink,
        {"case_id": "i.id", "origin_id": "COALESCE(o.id, CAST(t.origin AS bigint))", "why": "'grew'", "at": "%s"},
        "tmp_cases t JOIN tmp_case_ids i ON i.key = t.key LEFT JOIN tmp_case_ids o ON o.key = t.origin"
        " WHERE t.origin <> '' ORDER BY i.id",
        [now],
    )
    _entries("aftersales.imported", ("kind", "state"), "tmp_cases x JOIN tmp_case_ids i ON i.key = x.key", "i.id", now)
    return {str(key): int(pk) for key, pk in found}


def write_links(pairs: Sequence[tuple[int, int]], now: dt.datetime) -> None:
    """Disputes that agents opened hang together with the cases that they are about: (dispute, case)."""
    if bulk.load_temp("tmp_case_links", {"case_id": "bigint", "origin_id": "bigint"}, pairs):
        bulk.insert_select(
            CaseLink,
            {"case_id": "l.case_id", "origin_id": "l.origin_id", "why": f"'{CaseLink.Why.GREW}'", "at": "%s"},
            "tmp_case_links l WHERE true ORDER BY l.case_id ON CONFLICT DO NOTHING",
            [now],
        )


def _write_lines() -> None:
    bulk.insert_select(
        CaseLine,
        {
            "case_id": "x.id",
            "line_id": "x.line_id",
            "kind": "x.kind",
            "quantity": "x.pieces",
            "amount": "x.amount",
            "active": _truth("x.active AND x.place = 1 AND x.taken = 0"),
        },
        f"""(SELECT i.id, t.line_id, t.kind, t.pieces, t.amount, t.active,
               ROW_NUMBER() OVER (PARTITION BY t.line_id, t.kind, t.active ORDER BY i.id) AS place,
               (SELECT COUNT(*) FROM aftersales_caseline l WHERE l.line_id = t.line_id AND l.kind = t.kind
                AND {"l.active" if bulk.on_postgres() else "l.active = 1"}) AS taken
             FROM tmp_cases t JOIN tmp_case_ids i ON i.key = t.key WHERE t.line_id IS NOT NULL) x
            WHERE true ORDER BY x.id ON CONFLICT DO NOTHING""",
    )


def _truth(condition: str) -> str:
    return condition if bulk.on_postgres() else f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def write_moves(moves: Sequence[Move], now: dt.datetime) -> None:
    """One step of each of these cases, in one UPDATE, and what it says of their lines."""
    if not moves:
        return
    bulk.load_temp("tmp_case_moves", MOVED, ([getattr(move, name) for name in MOVED] for move in moves))
    bulk.execute(
        "UPDATE aftersales_case SET state = m.state, active = m.active, ball = m.ball, goods = m.goods,"
        " amount = CASE WHEN m.amount > 0 THEN m.amount ELSE aftersales_case.amount END, closed_at = m.closed_at,"
        " entered_at = %s, updated_at = %s, version = aftersales_case.version + 1"
        " FROM tmp_case_moves m WHERE m.case_id = aftersales_case.id",
        [now, now],
    )
    over = "NOT m.active" if bulk.on_postgres() else "m.active = 0"
    bulk.execute(
        f"UPDATE aftersales_caseline SET active = {'false' if bulk.on_postgres() else '0'}"
        f" FROM tmp_case_moves m WHERE m.case_id = aftersales_caseline.case_id AND {over}"
    )
    bulk.execute(
        "UPDATE aftersales_caseline SET amount = m.amount FROM tmp_case_moves m"
        " WHERE m.case_id = aftersales_caseline.case_id AND m.line_id = aftersales_caseline.line_id AND m.amount > 0"
    )
    _entries("aftersales.moved_by_platform", ("kind", "before", "state", "step"), "tmp_case_moves x", "x.case_id", now)


def write_dates(
    rows: Iterable[tuple[int, int | None, dt.datetime | None, dt.datetime | None]], now: dt.datetime
) -> None:
    """The refund that a case turned out to be, and the platform's deadlines."""
    if not bulk.load_temp("tmp_case_dates", DATES, rows):
        return
    differs = " OR ".join(f"aftersales_case.{name} IS DISTINCT FROM d.{name}" for name in list(DATES)[1:])
    bulk.execute(
        "UPDATE aftersales_case SET refund_id = d.refund_id, platform_due_at = d.platform_due_at,"
        " evidence_due_at = d.evidence_due_at, updated_at = %s, version = aftersales_case.version + 1"
        f" FROM tmp_case_dates d WHERE d.case_id = aftersales_case.id AND ({differs})",
        [now],
    )


def write_parcels(rows: Sequence[tuple[int, str, str, int | None]], now: dt.datetime) -> None:
    """The parcels with which buyers send things back: (case, carrier, number, supplier). One of the pool is found."""
    columns = {"case_id": "bigint", "carrier": "text", "tracking_no": "text", "supplier_id": "bigint"}
    if not bulk.load_temp("tmp_case_parcels", columns, rows):
        return
    bulk.execute(
        "UPDATE aftersales_returnparcel SET case_id = p.case_id FROM"
        " (SELECT tracking_no, MIN(case_id) AS case_id FROM tmp_case_parcels GROUP BY tracking_no) p"
        " WHERE aftersales_returnparcel.case_id IS NULL AND aftersales_returnparcel.tracking_no = p.tracking_no"
    )
    bulk.insert_select(
        ReturnParcel,
        {"case_id": "p.case_id", "carrier": "p.carrier", "tracking_no": "p.tracking_no", "supplier_id": "p.supplier_id"}
        | {"sent_at": "%s"},
        "tmp_case_parcels p WHERE NOT EXISTS (SELECT 1 FROM aftersales_returnparcel r WHERE r.case_id = p.case_id"
        " AND r.tracking_no = p.tracking_no) ORDER BY p.case_id ON CONFLICT DO NOTHING",
        [now],
    )


def write_stop_requests(rows: Sequence[tuple[int, str, int | None]], now: dt.datetime) -> None:
    """SUP-25: whoever has the goods is asked to stop them: (case, how, supplier). Asked once while it is open."""
    columns = {"public_id": "text", "case_id": "bigint", "how": "text", "supplier_id": "bigint"}
    if not bulk.load_temp("tmp_case_stops", columns, ((uuid.uuid4().hex, *row) for row in rows)):
        return
    bulk.insert_select(
        Intercept,
        {
            "public_id": "CAST(s.public_id AS uuid)" if bulk.on_postgres() else "s.public_id",
            "case_id": "s.case_id",
            "how": "s.how",
            "supplier_id": "s.supplier_id",
            "tracking_no": "COALESCE((SELECT MAX(p.tracking_no) FROM orders_parcel p JOIN aftersales_case c"
            " ON c.order_id = p.order_id WHERE c.id = s.case_id), '')",
            "asked_at": "%s",
        },
        "tmp_case_stops s WHERE NOT EXISTS (SELECT 1 FROM aftersales_intercept i WHERE i.case_id = s.case_id"
        " AND i.answered_at IS NULL) ORDER BY s.case_id ON CONFLICT DO NOTHING",
        [now],
    )


def write_differences(rows: Sequence[tuple[int, str, str, str]], now: dt.datetime) -> None:
    """A line in the trail of each case that the platform has ended and we have not: (case, kind, state, refund state)."""
    columns = {"case_id": "bigint", "kind": "text", "state": "text", "platform": "text"}
    if bulk.load_temp("tmp_case_differ", columns, rows):
        _entries("aftersales.platform_differs", ("kind", "state", "platform"), "tmp_case_differ x", "x.case_id", now)


def _entries(action: str, names: Sequence[str], source: str, case_id: str, now: dt.datetime) -> None:
    """One line of the trail for each row; `names` are columns of `x` that it quotes: codes of ours."""
    pairs = ", ".join(f"'{name}', x.{name}" for name in names)
    bulk.insert_select(
        Entry,
        {
            "topic": f"'aftersales.case:' || {case_id}",
            "action": f"'{action}'",
            "actor_label": f"'{SYSTEM}'",
            "data": f"jsonb_build_object({pairs})" if bulk.on_postgres() else f"json_object({pairs})",
            "gesture": "%s",
            "recorded_at": "%s",
        },
        f"{source} ORDER BY {case_id}",
        [current_gesture(), now],
    )
