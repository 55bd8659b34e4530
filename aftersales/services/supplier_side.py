"""What suppliers do to cases: count what came back, answer questions, stop goods, send again, report shortages.

The portal and the API carry out the same; `by` is the supplier's user or the actor of its token. What is another's is
looked up as if it were not there (Case.DoesNotExist and kin).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.guards import proof_is_there
from aftersales.models import Case, CaseLine, Intercept, Reason, StockQuestion
from aftersales.services.clocks import spec
from aftersales.services.evidence import add_evidence
from aftersales.services.inspecting import safe_photos
from aftersales.services.opening import AlreadyOpen, Wanted, open_case
from aftersales.services.stepping import step_called, take_step
from aftersales.states import Channel, Goods, Kind, ReshipState, Subject, UnshippedRefundState, topic
from aftersales.supplier_work import order_sheets_of, questions_of, resends_of, returns_of
from aftersales.workflows import machine_of
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from notifications import audiences
from notifications.audiences import Facts
from notifications.services import notify
from orders.models import OrderLine
from orders.states import UNSHIPPED
from sla.services import start_clocks, stop_clocks
from sla.states import Party
from suppliers.models import Supplier

STOCK_ANSWER = "aftersales.stock_answer"
STOP_GOODS = "aftersales.stop_goods"
HANDLING = "aftersales.handling"


class ShortageVerdict(TextChoices):
    """What became of one reported shortage."""

    REPORTED = "reported", gettext_lazy("reported")
    ALREADY_REPORTED = "already_reported", gettext_lazy("reported before")
    UNKNOWN_ORDER = "unknown_order", gettext_lazy("no such order of yours")
    NOT_TO_SHIP = "not_to_ship", gettext_lazy("nothing of it is to ship")


@dataclass(frozen=True)
class ShortageRow:
    """One order, or one merchant code of it, that cannot be shipped."""

    row: int
    order_no: str
    sku: str = ""
    again_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class ShortageResult:
    row: int
    order_no: str
    verdict: ShortageVerdict
    number: str = ""


@transaction.atomic
def note_arrival(*, supplier: Supplier, number: str, by: Any, now: dt.datetime | None = None) -> Case:
    """The parcel was signed for: from now on the supplier has 24 hours to say what is in it (RET-03).

    Raises Case.DoesNotExist; BusinessError when it has arrived already or was not announced.
    """
    now = now or clock.now()
    case = returns_of(supplier).get(number=number)
    case.return_parcels.filter(arrived_at__isnull=True).update(arrived_at=now)
    return take_step(case_id=case.pk, name="receive", data={}, by=by, now=now)


def report_goods(
    *,
    supplier: Supplier,
    number: str,
    counts: Mapping[int, tuple[int, int]],
    remark: str = "",
    photos: Sequence[Any] = (),
    mismatched: bool = False,
    by: Any,
    now: dt.datetime | None = None,
) -> Case:
    """What came back, line by line (key of the case's line → good, bad), with photos (RET-03); not as agreed: RET-04.

    A parcel whose arrival nobody noted arrives with it. Raises Case.DoesNotExist; BusinessError for a photo that cannot
    be kept, a line without a count, or a case that is past it: then nothing is written.
    """
    now = now or clock.now()
    case = returns_of(supplier).get(number=number)
    lines = list(case.lines.all())
    if any(line.pk not in counts for line in lines):
        raise BusinessError(_("Say of every line how many pieces are good and how many are bad."), code="not_counted")
    if mismatched and not remark.strip():
        raise BusinessError(_("Say what is not as agreed."), code="remark_missing")
    safe = safe_photos(photos)
    with transaction.atomic():
        if case.state not in step_called(case, "inspect").sources:
            note_arrival(supplier=supplier, number=number, by=by, now=now)
        name = "find_mismatch" if mismatched else "inspect"
        done = take_step(case_id=case.pk, name=name, data=_count(lines, counts, remark), by=by, now=now)
        for photo in safe:
            add_evidence(case=done, file=photo, kind="", by=by, source=Party.SUPPLIER, now=now, supplier=supplier)
    return done


def _count(lines: Sequence[CaseLine], counts: Mapping[int, tuple[int, int]], remark: str) -> dict[str, Any]:
    data: dict[str, Any] = {"inspection_remark": remark.strip()[:300]}
    for line in lines:
        data[f"good_{line.pk}"], data[f"bad_{line.pk}"] = counts[line.pk]
    return data


@transaction.atomic
def answer_question(
    *,
    supplier: Supplier,
    public_id: Any,
    in_stock: bool,
    again_on: dt.date | None = None,
    note: str = "",
    by: Any,
    now: dt.datetime | None = None,
) -> StockQuestion:
    """In stock or not, and when again (SUP-05, SUP-09).

    Once all questions of a case are answered: goods that are there and were missing go out within 24 hours; an
    exchange that is out of stock says so; everything else is the service's turn. Raises StockQuestion.DoesNotExist;
    BusinessError when it was answered already or the day is past.
    """
    now = now or clock.now()
    found = StockQuestion.objects.get(supplier=supplier, public_id=public_id)
    case = lock_one(Case.objects.filter(pk=found.case_id))
    question = lock_one(StockQuestion.objects.filter(pk=found.pk))
    if question.answered_at is not None:
        raise BusinessError(_("This question was answered already."), code="answered")
    if again_on is not None and again_on < clock.day_of(now):
        raise BusinessError(_("The day lies in the past."), code="past_day")
    question.answer = StockQuestion.Answer.YES if in_stock else StockQuestion.Answer.NO
    question.again_on, question.note, question.answered_at = again_on, note.strip()[:200], now
    question.save(update_fields=["answer", "again_on", "note", "answered_at"])
    audit.record(
        "aftersales.stock_answered", about=topic(case.pk), by=by, now=now, sku=question.sku, answer=question.answer,
        again_on=again_on.isoformat() if again_on else "",
    )  # fmt: skip
    if not questions_of(supplier).filter(case=case).exists():
        _go_on_with_stock(case, by, now)
    return question


def _go_on_with_stock(case: Case, by: Any, now: dt.datetime) -> None:
    """What follows when every code of the case has its answer of this round."""
    if case.state != ReshipState.STOCK_ASKED:  # an exchange calls it the same
        return
    since = case.stock_questions.filter(asked_at__gte=case.entered_at)
    some_missing = since.filter(answer=StockQuestion.Answer.NO).exists()
    may_go = case.kind == Kind.RESHIP and proof_is_there(
        machine_of(case)
    )  # else the service asks for the rest (SUP-28)
    if may_go and not some_missing:
        take_step(case_id=case.pk, name="order_resend", data={}, by=by, now=now)
    elif case.kind == Kind.EXCHANGE and some_missing:
        take_step(case_id=case.pk, name="answer_no_stock", data={}, by=by, now=now)
    else:
        give_ball_back(case, ended=STOCK_ANSWER, now=now)


def give_ball_back(case: Case, *, ended: str, now: dt.datetime) -> None:
    """The supplier has done its part without moving the case: its clock stops, the service's starts, it is told."""
    case.ball, case.version, case.updated_at = Party.AGENT, case.version + 1, now
    case.save(update_fields=["ball", "version", "updated_at"])
    stop_clocks(policies=[ended], subject_type="aftersales.case", subject_ids=[case.pk], stopped_at=now, now=now)
    start_clocks([spec(case, HANDLING, now)], now=now)
    notify(
        kind="aftersales.supplier_answered",
        users=audiences.resolve("agent", Facts(assignee_id=case.owner_id, shop_id=case.shop_id), now=now),
        context={"number": case.number},
        url=case.get_absolute_url(),
        dedupe_key=f"aftersales.supplier_answered:{case.pk}:{case.version}",
        mail=False,
        now=now,
    )


@transaction.atomic
def answer_stop(
    *,
    supplier: Supplier,
    public_id: Any,
    stopped: bool,
    note: str = "",
    by: Any,
    now: dt.datetime | None = None,
) -> Intercept:
    """Whether the goods could be stopped (SUP-25, LOG-17). Cancelled: they never left; intercepted: they come back
    (LOG-18); too late: a return is opened, or the service talks to the buyer anew.

    Raises Intercept.DoesNotExist; BusinessError when it was answered already.
    """
    now = now or clock.now()
    found = Intercept.objects.get(supplier=supplier, public_id=public_id)
    case = lock_one(Case.objects.filter(pk=found.case_id))
    stop = lock_one(Intercept.objects.filter(pk=found.pk))
    if stop.answered_at is not None:
        raise BusinessError(_("This request was answered already."), code="answered")
    stop.answer = Intercept.Answer.STOPPED if stopped else Intercept.Answer.TOO_LATE
    stop.note, stop.answered_at = note.strip()[:200], now
    stop.save(update_fields=["answer", "note", "answered_at"])
    audit.record("aftersales.stop_answered", about=topic(case.pk), by=by, now=now, answer=stop.answer)
    if case.state == UnshippedRefundState.STOPPING:  # an incident calls it the same
        goods = Goods.UNSHIPPED if stop.how == Intercept.How.CANCEL else Goods.COMING_BACK
        name, data = ("confirm_stopped", {"goods": goods}) if stopped else ("miss", {})
        take_step(case_id=case.pk, name=name, data=data, by=by, now=now)
    elif case.active:
        give_ball_back(case, ended=STOP_GOODS, now=now)
    return stop


@transaction.atomic
def send_again(
    *,
    supplier: Supplier,
    number: str,
    carrier: str,
    tracking_no: str,
    by: Any,
    now: dt.datetime | None = None,
) -> Case:
    """The number of what goes out again: an exchange, or what was missing (SUP-06, SUP-09). The service tells the buyer.

    Raises Case.DoesNotExist; BusinessError when nothing is to be sent, or the number does not fit the carrier.
    """
    case = Case.objects.get(supplier=supplier, number=number)
    if not resends_of(supplier).filter(pk=case.pk).exists():
        raise BusinessError(_("Nothing of this case is to be sent again now."), code="wrong_state")
    return take_step(
        case_id=case.pk, name="resend", data={"carrier": carrier, "tracking_no": tracking_no}, by=by, now=now
    )


def report_shortages(
    rows: Sequence[ShortageRow], *, supplier: Supplier, by: Any, now: dt.datetime | None = None
) -> list[ShortageResult]:
    """Orders that the supplier cannot ship: a case each, the buyer is contacted at once (SUP-11). A verdict a row.

    What is another supplier's looks like what does not exist.
    """
    now = now or clock.now()
    reason = Reason.objects.filter(cause=Reason.Cause.SHORTAGE, enabled=True).first()
    return [_report(row, supplier, reason, by, now) for row in rows]


def _report(row: ShortageRow, supplier: Supplier, reason: Reason | None, by: Any, now: dt.datetime) -> ShortageResult:
    own = OrderLine.objects.filter(order__order_no=row.order_no, fulfilment__supplier=supplier)
    own = own.filter(fulfilment__paid_at__isnull=False)
    if row.sku:
        own = own.filter(sku=row.sku)
    lines = list(own.select_related("order", "fulfilment").order_by("pk"))
    if not lines:
        return ShortageResult(row.row, row.order_no, ShortageVerdict.UNKNOWN_ORDER)
    missing = [line for line in lines if line.fulfilment.state in UNSHIPPED and line.shipped_quantity < line.quantity]
    if not missing:
        return ShortageResult(row.row, row.order_no, ShortageVerdict.NOT_TO_SHIP)
    words = " → ".join(
        part for part in (row.note.strip()[:160], row.again_on.isoformat() if row.again_on else "") if part
    )
    try:
        case = open_case(
            kind=Kind.SHORTAGE,
            channel=Channel.SUPPLIER,
            by=by,
            order=missing[0].order,
            lines=[Wanted(line, line.quantity - line.shipped_quantity) for line in missing],
            reason=reason,
            summary=words,
            now=now,
            report={"again_on": row.again_on.isoformat()} if row.again_on else {},
        )
    except AlreadyOpen as refusal:
        number = refusal.case.number if refusal.case.supplier_id == supplier.pk else ""
        return ShortageResult(row.row, row.order_no, ShortageVerdict.ALREADY_REPORTED, number)
    return ShortageResult(row.row, row.order_no, ShortageVerdict.REPORTED, case.number)


@transaction.atomic
def report_order_sheet(
    *, supplier: Supplier, order_no: str, note: str, by: Any, now: dt.datetime | None = None
) -> Case:
    """SUP-23: the order sheet is wrong: whoever serves the order checks it, and the supplier reads the answer.

    Raises BusinessError when the supplier has no such order, or has asked about it already.
    """
    now = now or clock.now()
    lines = OrderLine.objects.filter(order__order_no=order_no, fulfilment__supplier=supplier)
    own = (
        lines.filter(fulfilment__paid_at__isnull=False)
        .select_related("order__owner", "fulfilment")
        .order_by("pk")
        .first()
    )
    if own is None:
        raise BusinessError(str(ShortageVerdict.UNKNOWN_ORDER.label), code="unknown_order")
    if order_sheets_of(supplier).filter(order=own.order, active=True).exists():
        raise BusinessError(_("You have asked about this order already."), code="already_reported")
    case = open_case(
        kind=Kind.CONSULTATION,
        channel=Channel.SUPPLIER,
        by=by,
        order=own.order,
        summary=note.strip()[:200],
        now=now,
        owner=own.order.owner,
        goods=Goods.UNSHIPPED if own.fulfilment.state in UNSHIPPED else Goods.IN_TRANSIT,
        report={"subject": Subject.ORDER_SHEET},
    )
    case.supplier = supplier  # it is about no line, so nothing else says whose it is
    case.save(update_fields=["supplier"])
    return case
