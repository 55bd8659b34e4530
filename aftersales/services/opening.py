"""Cases are opened here: by an agent, a supplier, the platform's list, or out of another case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from aftersales.models import Case, CaseLine, CaseLink, Reason
from aftersales.services.clocks import begin_clocks
from aftersales.signals import case_opened
from aftersales.states import topic
from aftersales.workflows import BY_KIND
from audit import services as audit
from common import bulk, clock, writing
from common.exceptions import BusinessError
from common.rows import fresh
from orders.models import Order, OrderLine
from staff.roles import Role


@dataclass(frozen=True)
class Wanted:
    """A line of the order, how many of it, and what the buyer would like instead (exchange)."""

    line: OrderLine
    quantity: int
    instead: str = ""


class AlreadyOpen(BusinessError):
    """Another open case of this kind has the line: `case` is where to go on."""

    code = "already_open"

    def __init__(self, case: Case) -> None:
        super().__init__(_("Case %(number)s is open for this already: go on there.") % {"number": case.number})
        self.case = case


def number_of(pk: int, day: dt.date) -> str:
    """The number people say on the phone: the day and a running number."""
    return f"AS{day:%y%m%d}{pk:06d}"


def open_case(
    *,
    kind: str,
    channel: str,
    by: Any,
    order: Order | None = None,
    lines: Sequence[Wanted] = (),
    reason: Reason | None = None,
    summary: str = "",
    buyer_words: str = "",
    origin: Case | None = None,
    now: dt.datetime | None = None,
    **columns: Any,
) -> Case:
    """Opens a case in the first state of its machine; its clocks start (AFT-06, AFT-15).

    An after-sales agent who opens it has it in hand. Raises AlreadyOpen when an open case of this kind has one of the
    lines; BusinessError for a quantity that the order does not have.
    """
    with once_a_line_and_kind([(kind, lines)]):
        return write_case(
            kind=kind,
            channel=channel,
            by=by,
            order=order,
            lines=lines,
            reason=reason,
            summary=summary,
            buyer_words=buyer_words,
            origin=origin,
            now=now or clock.now(),
            **columns,
        )


@contextmanager
def once_a_line_and_kind(wanted: Sequence[tuple[str, Sequence[Wanted]]]) -> Iterator[None]:
    """The transaction in which cases of these kinds about these lines are opened: all of them or none.

    The constraint says that a line has one open case of a kind, whoever else is at it (SUP-05): raises AlreadyOpen.
    """
    try:
        with writing.together():
            yield
    except IntegrityError as error:
        other = next((found for kind, lines in wanted if (found := _holder(kind, lines))), None)
        if other is None:
            raise
        raise AlreadyOpen(other) from error


def _holder(kind: str, lines: Sequence[Wanted]) -> Case | None:
    """The open case of this kind that has one of the lines."""
    held = CaseLine.objects.filter(line__in=[wanted.line for wanted in lines], kind=kind, active=True)
    row = held.select_related("case").first()
    return row.case if row else None


def write_case(
    *,
    kind: str,
    channel: str,
    by: Any,
    now: dt.datetime,
    order: Order | None,
    lines: Sequence[Wanted],
    reason: Reason | None,
    summary: str,
    buyer_words: str,
    origin: Case | None = None,
    **columns: Any,
) -> Case:
    """What `open_case` does, inside `once_a_line_and_kind`."""
    _refuse(order, lines)
    case = _begin(kind, by, now, columns)
    case.channel, case.reason, case.buyer_words = channel, reason, buyer_words
    case.order, case.shop_id = order, order.shop_id if order else None
    case.supplier_id = _supplier_of(lines) or (origin.supplier_id if origin else None)
    case.summary = summary or (reason.name if reason else "")
    begin_clocks(case, now)
    writing.insert(case)
    writing.insert(*[CaseLine(case=case, line=w.line, kind=kind, quantity=w.quantity, wanted=w.instead) for w in lines])
    if origin is not None:
        link(case, origin, CaseLink.Why.GREW, now)
    audit.record("aftersales.opened", about=topic(case.pk), by=by, now=now, kind=kind, channel=channel)
    case_opened.send(sender=Case, case=case, by=by, now=now)
    return case


def _begin(kind: str, by: Any, now: dt.datetime, columns: dict[str, Any]) -> Case:
    """A case, not saved, where its machine begins; in the hands of the after-sales agent who opens it."""
    machine = BY_KIND[kind]
    place = machine.PLACES[machine.START]
    user = by if getattr(by, "is_authenticated", False) and hasattr(by, "role") else None
    own = {"owner": user} if user is not None and user.role == Role.AGENT_AFTERSALES else {}
    pk = bulk.next_key(Case)
    case = fresh(
        machine,
        id=pk,
        number=number_of(pk, clock.day_of(now)),
        kind=kind,
        state=machine.START,
        ball=place.ball,
        opened_at=now,
        entered_at=now,
        updated_at=now,
        opened_by=user,
        **own | columns,
    )
    case.goods = place.goods or case.goods
    return case


def link(case: Case, origin: Case, why: str, now: dt.datetime) -> None:
    """Says that `case` hangs together with `origin`; said once."""
    CaseLink.objects.get_or_create(case=case, origin=origin, defaults={"why": why, "at": now})


def _refuse(order: Order | None, lines: Sequence[Wanted]) -> None:
    for wanted in lines:
        if order is None or wanted.line.order_id != order.pk:
            raise BusinessError(_("This line belongs to another order."), code="other_order")
        if not 1 <= wanted.quantity <= wanted.line.quantity:
            raise BusinessError(
                _("%(goods)s: between 1 and %(most)s pieces.")
                % {"goods": wanted.line.title, "most": wanted.line.quantity},
                code="quantity",
            )


def _supplier_of(lines: Sequence[Wanted]) -> int | None:
    """The supplier whose part the lines are of; none when they are of several."""
    found = {wanted.line.fulfilment.supplier_id for wanted in lines if wanted.line.fulfilment is not None}
    return found.pop() if len(found) == 1 else None
