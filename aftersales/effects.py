"""What follows from a case that was opened or took a step: other cases, questions to suppliers, slips, losses, words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aftersales import guidance, paying
from aftersales.machine import Step, steps
from aftersales.models import Case, CaseLine, CaseLink, Intercept, StockQuestion
from aftersales.services.opening import AlreadyOpen, Wanted, link, open_case
from aftersales.services.stepping import take_step
from aftersales.services.turning_back import expect_back
from aftersales.states import Kind, ShortageState, UnshippedRefundState
from aftersales.workflows import BY_KIND
from audit.services import actor_id
from notifications import audiences
from notifications import services as notifications
from notifications.audiences import Facts
from orders.services import agree_later_date, hold_lines, write_remark
from orders.services.remarks import content_of
from orders.states import Flag, LineHold, OrderState
from sla.states import Party, Severity
from staff.models import User
from staff.roles import Role
from staff.selectors import active_users, whoever_has

GREEN_REMARK = "未发货退款"
SHORTAGE_HOLDS = {  # in every other state of a shortage the buyer is being asked
    ShortageState.CANCELLED: LineHold.CANCELLED,
    ShortageState.WAITING: LineHold.NONE,  # it ships by the date that was promised (SUP-12)
    ShortageState.SHIPPED: LineHold.NONE,
}
GIVEN_UP = (UnshippedRefundState.WITHDRAWN, UnshippedRefundState.TOO_LATE)  # refunds that stop no goods any more
STOCK = StockQuestion.Answer
STOPPED = Intercept.Answer


def after_opening(case: Case, by: Any, now: dt.datetime) -> None:
    """ORD-16: a refund before shipping turns the flag green. AFT-15: after-sales hear of what pre-sales took in."""
    if case.kind == Kind.UNSHIPPED_REFUND and isinstance(by, User):
        _flag_green(case, by, now)
    if case.kind == Kind.SHORTAGE:
        _hold_lines(case, LineHold.SHORTAGE, by, now)
    if case.report.get("subject") in guidance.AT_ONCE:
        _tell_leaders("aftersales.reported", case, by, {"subject": case.report["subject"]}, now)
    if isinstance(by, User) and by.role == Role.AGENT_PRESALES and case.owner_id is None:
        notifications.notify(
            kind="aftersales.handed_over",
            users=whoever_has(Role.AGENT_AFTERSALES),
            context={"number": case.number, "kind": case.kind, "by": by.name},
            url=case.get_absolute_url(),
            dedupe_key=f"aftersales.handed_over:{case.pk}",
            mail=False,
            now=now,
        )


def _tell_leaders(kind: str, case: Case, by: Any, told: dict[str, Any], now: dt.datetime) -> None:
    """CMP-08, LOG-23: what cannot wait for anybody's turn; not to whoever reports it."""
    notifications.notify(
        kind=kind,
        users=active_users(Role.SUPERVISOR, Role.MANAGER).exclude(pk=actor_id(by) or 0),
        context={"number": case.number, **told},
        url=case.get_absolute_url(),
        severity=Severity.WARNING,
        dedupe_key=f"{kind}:{case.pk}:{case.version}",
        now=now,
    )


def asked_again(case: Case, times: int, by: Any, now: dt.datetime) -> None:
    """LOG-23: a buyer who has to ask a second time is told to the leaders."""
    if times > 1:
        _tell_leaders("aftersales.asked_again", case, by, {"times": times}, now)


def _hold_or_free(case: Case, before: str, by: Any, now: dt.datetime) -> None:
    """SUP-11: what is short is held until the buyer has decided: a date, the money, or the goods are there after all.

    While the buyer wants the money back nothing may be sent; who keeps the order gets it as soon as it is there.
    """
    if case.kind == Kind.SHORTAGE and case.state != before:
        _hold_lines(case, SHORTAGE_HOLDS.get(case.state, LineHold.SHORTAGE), by, now)
    elif case.kind == Kind.UNSHIPPED_REFUND and case.state in GIVEN_UP:
        _hold_lines(case, LineHold.NONE, by, now)


def _hold_lines(case: Case, hold: str, by: Any, now: dt.datetime) -> None:
    lines = list(case.lines.order_by("pk").values_list("line_id", flat=True))
    if case.order_id is not None and lines:
        hold_lines(order_id=case.order_id, line_ids=lines, hold=hold, by=by, now=now)


def _flag_green(case: Case, by: User, now: dt.datetime) -> None:
    order = case.order
    if order is None or order.state != OrderState.PAID or order.flag == Flag.GREEN:
        return
    order.refresh_from_db(fields=["version", "remark"])
    text = content_of(order.remark) or GREEN_REMARK
    write_remark(order_id=order.pk, version=order.version, flag=Flag.GREEN, text=text, by=by, now=now)


def after_step(case: Case, step: Step, before: str, data: Mapping[str, Any], by: Any, now: dt.datetime) -> None:
    """All that follows from a step, in the step's transaction."""
    if step.opens:
        _open_next(case, step, by, now)
    if "amount" in step.asks and data:
        freight = data.get("freight_amount") or Decimal(0)
        paying.ask_for_amount(case, amount=data["amount"], freight=freight, by=by, now=now)
    if {"payer", "incident_decision"} & set(step.asks) and data:
        paying.ask_for_cost(case, by=by, now=now)
    if case.state == "stock_asked" != before:
        _ask_stock(case, by, now)
    elif before == "stock_asked" != case.state:
        _answer_stock(case, step, now)
    if before == "stopping" != case.state:
        _end_stopping(case, step, now)
    if step.name == "confirm_stopped":
        expect_back(case, now=now)
    if case.kind == Kind.SHORTAGE and "promised" in step.asks and data:
        _agree_date(case, data["promised_at"], by, now)
    _hold_or_free(case, before, by, now)
    if case.closed_at == now and not case.active:
        paying.book(case, now)
    _tell_owner(case, by, now)


def _open_next(case: Case, step: Step, by: Any, now: dt.datetime) -> None:
    """The linked case that the step opens, about the same lines; one that is open already is linked (RET-14, SUP-07)."""
    wanted = [
        Wanted(line=each.line, quantity=each.quantity)
        for each in case.lines.select_related("line__fulfilment").order_by("pk")
    ]
    try:
        open_case(
            kind=step.opens,
            channel=case.channel,
            by=by,
            order=case.order,
            lines=wanted,
            reason=case.reason,
            summary=case.summary,
            buyer_words=case.buyer_words,
            origin=case,
            now=now,
            goods=case.goods,
            owner=case.owner,
        )
    except AlreadyOpen as refusal:
        link(refusal.case, case, CaseLink.Why.GREW, now)


def _ask_stock(case: Case, by: Any, now: dt.datetime) -> None:
    """SUP-05, SUP-09: the supplier is asked for every code of the case."""
    if case.supplier is None:
        return
    pieces: dict[str, tuple[str, int]] = {}
    for each in case.lines.select_related("line").order_by("pk"):
        code = each.line.sku or f"#{each.line_id}"
        title = each.wanted or each.line.title
        pieces[code] = (title, pieces.get(code, ("", 0))[1] + each.quantity)
    StockQuestion.objects.bulk_create(
        [
            StockQuestion(
                public_id=uuid.uuid4(),
                case=case,
                supplier=case.supplier,
                sku=code,
                title=title,
                quantity=quantity,
                asked_at=now,
                asked_by_id=actor_id(by),
            )
            for code, (title, quantity) in pieces.items()
        ],
        ignore_conflicts=True,
    )


def _answer_stock(case: Case, step: Step, now: dt.datetime) -> None:
    """Questions that the step itself answers: nobody waits for them any more."""
    answer = STOCK.NO if step.name == "answer_no_stock" else STOCK.YES if step.target in GOES_ON else ""
    case.stock_questions.filter(answered_at__isnull=True).update(answer=answer, answered_at=now)


GOES_ON = ("approved", "resend_due", "resent")


def _end_stopping(case: Case, step: Step, now: dt.datetime) -> None:
    """SUP-25, LOG-17: the request to stop the goods has its answer, or is no longer needed."""
    answer = {"confirm_stopped": STOPPED.STOPPED, "miss": STOPPED.TOO_LATE}.get(step.name, "")
    case.intercepts.filter(answered_at__isnull=True).update(answer=answer, answered_at=now)


def _agree_date(case: Case, until: dt.datetime, by: Any, now: dt.datetime) -> None:
    """SUP-12: the date that the buyer waits for is the promise of the order, too."""
    order = case.order
    if order is None or order.state != OrderState.PAID or not isinstance(by, User):
        return
    order.refresh_from_db(fields=["version"])
    agree_later_date(order_id=order.pk, version=order.version, until=until, by=by, now=now)


def _tell_owner(case: Case, by: Any, now: dt.datetime) -> None:
    """The one who has the case hears when somebody else brought the ball back to the service."""
    if case.ball != Party.AGENT or case.owner_id is None or case.owner_id == actor_id(by) or not case.active:
        return
    notifications.notify(
        kind="aftersales.your_turn",
        users=audiences.resolve("agent", Facts(assignee_id=case.owner_id, shop_id=case.shop_id), now=now),
        context={"number": case.number, "kind": case.kind, "state": case.state},
        url=case.get_absolute_url(),
        dedupe_key=f"aftersales.your_turn:{case.pk}:{case.version}",
        mail=False,
        now=now,
    )


def shipped(fulfilment_ids: list[int], now: dt.datetime) -> None:
    """SUP-12: a shortage whose parts have their numbers is over."""
    waiting = CaseLine.objects.filter(kind=Kind.SHORTAGE, active=True, line__fulfilment__in=fulfilment_ids)
    for case_id in sorted(set(waiting.values_list("case_id", flat=True))):
        take_step(case_id=case_id, name="ship", data={}, by=None, now=now)


def pay_done(case_id: int, by: Any, now: dt.datetime) -> None:
    """FIN-01: all slips of the case are paid, so it counts as refunded."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None or not paying.is_paid(case_id):
        return
    if case.state in sources_of(case, "refund_paid"):
        role = getattr(by, "role", "")
        payer = by if role in (Role.FINANCE, Role.MANAGER) else None
        take_step(case_id=case_id, name="refund_paid", data={}, by=payer, now=now)


def pay_refused(case_id: int, reason: str, now: dt.datetime) -> None:
    """FIN-02: a slip of the case was declined: it goes back to the service, with the reason."""
    case = Case.objects.filter(pk=case_id).first()
    if case is not None and case.state in sources_of(case, "payment_declined"):
        take_step(case_id=case_id, name="payment_declined", data={"why": reason or "—"}, by=None, now=now)


def sources_of(case: Case, name: str) -> tuple[str, ...]:
    """The states from which the step called `name` leads on; none when this kind of case has no such step."""
    return next((step.sources for step in steps(BY_KIND[case.kind]) if step.name == name), ())
