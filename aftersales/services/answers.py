"""What becomes of the answers of a step's form (aftersales.inputs): one function an input, inside the step's transaction.

Each answers the names of the case's own columns that it changed; rows beside the case are written at once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.actors import supplier_behind
from aftersales.amounts import left_of, parts_of
from aftersales.models import (
    Case,
    Contact,
    Intercept,
    Resend,
    Responsibility,
    ReturnParcel,
)
from aftersales.paying import paid_by_its_lines, paid_on
from aftersales.states import Bearer, Goods
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from orders.carriers import clean_number, fits
from orders.models import CustomTerms, Order
from sla.services import ClockSpec, start_clocks, stop_clocks
from sla.states import Party

HUNDRED = Decimal(100)
ZERO = Decimal(0)
FOLLOW_UP = "aftersales.follow_up"
Answers = dict[str, Any]


def nothing(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """The answer goes into the trail alone."""
    return []


def set_result(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    case.result = data["result"]
    return ["result"]


def note_contact(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """CMP-04, PHR-08: a talk and what was promised; a promised call back is a clock."""
    call_back_at = data.get("call_back_at")
    if call_back_at and call_back_at <= now:
        raise BusinessError(_("A call back can only be promised for later."), code="not_future")
    contact = Contact.objects.create(
        case=case,
        party=data.get("contact_party") or Party.BUYER,
        way=data["contact_way"],
        reached=data["contact_reached"],
        result=data["contact_result"],
        at=now,
        by=by,
        call_back_at=call_back_at,
    )
    if call_back_at:
        start_clocks(
            [
                ClockSpec(
                    policy="aftersales.call_back",
                    subject_type="aftersales.contact",
                    subject_id=contact.pk,
                    topic=f"aftersales.case:{case.pk}",
                    title=case.number,
                    started_at=now,
                    shop_id=case.shop_id,
                    assignee_id=case.owner_id or by.pk,
                    own_due_at=call_back_at,
                )
            ],
            now=now,
        )
    return []


def judge(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """RET-07: what the pictures say, and who said it."""
    if not data.get("judgement"):
        return []
    case.judgement, case.judged_by = data["judgement"], by
    return ["judgement", "judged_by"]


def send_address(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """RET-21: the address of the master list that was sent, when and by whom."""
    case.return_address, case.address_sent_at = data["return_address"], now
    case.address_sent_by = by  # who answers for it if it was the wrong one
    return ["return_address", "address_sent_at", "address_sent_by"]


def set_freight(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """RET-25: the row of the freight table that applies."""
    case.freight_rule = data.get("freight_rule")
    return ["freight_rule"]


def _number(data: Answers) -> str:
    number = clean_number(data["tracking_no"])
    if not number or not fits(data["carrier"], number):
        raise BusinessError(_("This tracking number does not fit the carrier: look again."), code="bad_number")
    return number


def note_return_parcel(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """The parcel with which the buyer sends it back; one of the pool with this number becomes this case's."""
    number = _number(data)
    pool = ReturnParcel.objects.filter(case__isnull=True, tracking_no=number).first()
    parcel = pool or ReturnParcel(tracking_no=number)
    parcel.case, parcel.carrier, parcel.sent_at, parcel.supplier = case, data["carrier"], now, case.supplier
    if case.return_address is not None and case.return_address.supplier_id:
        parcel.place = ReturnParcel.Place.SUPPLIER
    parcel.save()
    return []


def note_resend(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """SUP-06, SUP-09: the number of what goes out again."""
    supplier = supplier_behind(by)
    user = None if supplier else by
    Resend.objects.create(
        case=case, carrier=data["carrier"], tracking_no=_number(data), at=now, by=user, by_supplier=supplier
    )
    case.goods = Goods.IN_TRANSIT
    return ["goods"]


def set_amount(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """FIN-02: what is paid back, line by line; on top of what an earlier round of a reopened case brought.

    Raises BusinessError above what is left of the payment, or for nothing at all. Two cases of one order wait for
    each other.
    """
    amount, freight = data["amount"], data.get("freight_amount") or ZERO
    if amount + freight <= 0:
        raise BusinessError(_("Say how much goes back."), code="no_amount")
    if case.order_id:
        lock_one(Order.objects.filter(pk=case.order_id))
        left = left_of(case)
        if amount > left:
            raise BusinessError(
                _("At most %(left)s yuan is left of what was paid for this order.") % {"left": left}, code="too_much"
            )
        parts = parts_of(case, amount)
        for each in case.lines.filter(pk__in=parts).order_by("pk"):
            each.amount += parts[each.pk]
            each.save(update_fields=["amount"])
    case.amount += amount
    case.freight_amount += freight
    return ["amount", "freight_amount"]


def take_amount_back(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """FIN-02: finance does not pay: what was never paid of the amount is free again."""
    case.amount, case.freight_amount = paid_on(case)
    parts = paid_by_its_lines(case)
    for each in case.lines.order_by("pk"):
        each.amount = parts.get(each.line_id, ZERO)
        each.save(update_fields=["amount"])
    case.result = data["why"]
    return ["amount", "freight_amount", "result"]


def set_ruled_amount(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """CMP-03: what the platform ruled. It is paid by the platform, so no slip is asked for it."""
    case.amount = data["amount"]
    return ["amount"]


def shares_of(case: Case) -> dict[str, Any]:
    """The shares as they stand; none yet: the reason's default bears it all (AFT-14)."""
    shares = {f"share_{row.bearer}": row.percent for row in case.responsibilities.all()} if case.pk else {}
    if shares or case.reason is None:
        return shares
    liable = Bearer.AGENT if nothing_was_agreed(case) else case.reason.liable
    return {f"share_{liable}": HUNDRED}


def nothing_was_agreed(case: Case) -> bool:
    """ORD-24: what was made for the buyer without recorded terms, and does not suit, is on whoever served the order."""
    if case.order is None or case.reason is None or case.reason.liable != Bearer.BUYER:
        return False
    custom = case.lines.filter(line__product__custom_made=True).exists()
    return custom and not CustomTerms.objects.filter(order=case.order_id).exists()


def share_out(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """AFT-14, SUP-14: who answers for it; whom and why was said before of a party stays.

    Raises BusinessError unless the shares sum to 100 %.
    """
    shares = {bearer: data.get(f"share_{bearer}") or ZERO for bearer in Bearer.values}
    if sum(shares.values()) != HUNDRED:
        raise BusinessError(_("The shares must sum to 100 %."), code="shares")
    said = {row.bearer: {"user_id": row.user_id, "note": row.note} for row in case.responsibilities.all()}
    case.responsibilities.all().delete()
    Responsibility.objects.bulk_create(
        Responsibility(case=case, bearer=bearer, percent=percent, **said.get(bearer, {}))
        for bearer, percent in shares.items()
        if percent
    )
    return []


def set_goods(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """RET-37: where the goods are."""
    case.goods = data["goods"]
    return ["goods"]


def stop_fields(case: Case) -> dict[str, forms.Field]:
    """Cancel while the supplier has it, intercept once the carrier has it (RET-32, RET-33); how far the carrier is and
    what the buyer said to the cost is noted, and holds nothing up: the platform supports the refund (LOG-17, RET-34)."""
    parcel = case.order.parcels.order_by("-pk").first() if case.order else None
    has_left = parcel is not None or case.goods == Goods.IN_TRANSIT
    how = Intercept.How.INTERCEPT if has_left else Intercept.How.CANCEL
    return {
        "stop_how": forms.ChoiceField(label=gettext_lazy("how"), choices=Intercept.How.choices, initial=how),
        "stop_number": forms.CharField(
            label=gettext_lazy("tracking number"),
            required=False,
            max_length=40,
            initial=parcel.tracking_no if parcel else "",
        ),
        "stop_loaded": forms.ChoiceField(
            label=gettext_lazy("at the carrier"), choices=Intercept.Loaded.choices, required=False
        ),
        "stop_accepted": forms.ChoiceField(
            label=gettext_lazy("buyer on the cost of turning back"), choices=Intercept.Accepted.choices, required=False
        ),
    }


def ask_to_stop(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """SUP-25, LOG-17: the supplier or the carrier is asked; the answer is awaited to the end."""
    Intercept.objects.create(
        public_id=uuid.uuid4(),
        case=case,
        how=data["stop_how"],
        supplier=case.supplier,
        tracking_no=data.get("stop_number", ""),
        loaded=data.get("stop_loaded", ""),
        accepted=data.get("stop_accepted", ""),
        asked_at=now,
        asked_by=by,
    )
    return []


def checked_so_far(case: Case) -> dict[str, Any]:
    """What was looked at already: by a colleague a moment ago, or before the case was reopened."""
    looked = {f"checked_{key}": True for key in case.report.get("looked_at", ())}
    return {
        **looked,
        "own_mistake": bool(case.report.get("own_mistake")),
        "check_result": case.report.get("found", ""),
    }


def note_check(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """AFT-19: what was looked at before something counts as missing."""
    looked = [key for key in ("chat", "order", "parcels", "staff") if data.get(f"checked_{key}")]
    case.report = {
        **case.report,
        "looked_at": looked,
        "found": data["check_result"],
        "own_mistake": bool(data.get("own_mistake")),
    }
    return ["report"]


def set_payer(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """LOG-22: who pays the repair."""
    case.payer, case.extra_cost = data["payer"], data.get("extra_cost") or ZERO
    return ["payer", "extra_cost"]


def promise(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """SUP-12: the date that the buyer was told."""
    if data["promised_at"] <= now:
        raise BusinessError(_("The time must lie in the future."), code="not_future")
    case.promised_at = data["promised_at"]
    return ["promised_at"]


def date_to_promise(case: Case) -> dict[str, Any]:
    """SUP-11, SUP-12: the date that was promised, else the end of the Shanghai day on which the supplier says that it
    has the goods again; neither once it is past. UTC."""
    day = case.report.get("again_on")
    known = (case.promised_at, clock.day_end(dt.date.fromisoformat(day)) if day else None)
    now = clock.now()
    return {"promised_at": next((date for date in known if date and date > now), None)}


def note_errand(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """LOG-22: parts or a visit, and of whom they were ordered."""
    case.report = {**case.report, "errand": data["errand"], "provider": data["provider"]}
    return ["report"]


def decide_incident(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """LOG-10 to LOG-18, FIN-10: what is done, who pays, and when somebody asks again."""
    case.result = data["result"]
    return ["result", *set_payer(case, data, by, now), *set_follow_up(case, data, by, now)]


def set_follow_up(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """LOG-18, LOG-23: when somebody asks again; asking was what the clock before waited for."""
    at = data.get("follow_up_at")
    if at is not None and at <= now:
        raise BusinessError(_("The time must lie in the future."), code="not_future")
    stop_clocks(policies=[FOLLOW_UP], subject_type="aftersales.case", subject_ids=[case.pk], stopped_at=now, now=now)
    case.promised_at = at
    return ["promised_at"]


def set_evidence_deadline(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """CMP-03: until when the platform wants the evidence, if it says so."""
    if not data.get("evidence_due_at"):
        return []
    case.evidence_due_at = data["evidence_due_at"]
    return ["evidence_due_at"]


def freeze_kit(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """CMP-03: what is sent, frozen with its checksums, the goods' place and what was missing."""
    from aftersales.services import kits

    kits.freeze_kit(case=case, statement=data["statement"], by=by, now=now)
    return []


def write_report(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """QA-10: facts, cause, measures, answer to the buyer."""
    case.report = {**case.report, **{key: data[key] for key in ("facts", "cause", "measures", "answer")}}
    return ["report"]


def pass_on(case: Case, data: Answers, by: Any, now: dt.datetime) -> list[str]:
    """AFT-11, AFT-15: a colleague has it now."""
    case.owner = data["colleague"]
    return ["owner"]
