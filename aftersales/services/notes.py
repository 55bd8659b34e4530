"""What is written on a case beside its steps: talks, kept call-backs, the platform's remark, the leader's decision."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.models import Case, Contact
from aftersales.services.answers import note_contact
from aftersales.services.hands import LEADERS, keep
from aftersales.services.patrol import note_acted
from aftersales.services.stepping import take
from aftersales.signals import buyer_had_to_ask
from aftersales.states import topic
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.locking import lock_one
from orders.services import write_remark
from sla.services import stop_clocks
from sla.states import Party
from staff.models import User

CALL_BACK = "aftersales.call_back"
CONTACT = "aftersales.contact"


@transaction.atomic
def log_contact(
    *,
    case_id: int,
    version: int | None,
    party: str,
    contact_way: str,
    contact_reached: bool,
    contact_result: str,
    call_back_at: dt.datetime | None = None,
    buyer_asked: bool = False,
    by: User,
    now: dt.datetime | None = None,
) -> Case:
    """Write down a talk about the case (CMP-04, AFT-12); a call back promised in it is a clock (PHR-08).

    A buyer who had to ask is counted; from the second time on leaders hear of it (LOG-23).

    Raises Conflict; BusinessError when the call back is promised for the past.
    """
    now = now or clock.now()
    case = take(case_id, version)
    data = {
        "contact_party": party,
        "contact_way": contact_way,
        "contact_reached": contact_reached,
        "contact_result": contact_result,
        "call_back_at": call_back_at,
    }
    note_contact(case, data, by, now)
    if buyer_asked and party == Party.BUYER:
        case.report = {**case.report, "asked": case.report.get("asked", 0) + 1}
    keep(case, ["report"], now)
    audit.record("aftersales.contacted", about=topic(case.pk), by=by, now=now, party=party, way=contact_way)
    if buyer_asked and party == Party.BUYER:
        buyer_had_to_ask.send(sender=Case, case=case, times=case.report["asked"], by=by, now=now)
    note_acted(case=case, by=by, now=now)
    return case


@transaction.atomic
def call_back(
    *,
    contact_id: int,
    contact_way: str,
    contact_reached: bool,
    contact_result: str,
    by: User,
    now: dt.datetime | None = None,
) -> Case:
    """The promised call was made: its clock stops, the talk is logged (PHR-08, RET-05).

    A call that nobody took is logged too, and the promise stays. Raises BusinessError when it was made already.
    """
    now = now or clock.now()
    promised = lock_one(Contact.objects.filter(pk=contact_id))
    if promised.call_back_at is None or promised.called_back_at is not None:
        raise BusinessError(_("This call was made already."), code="already")
    case = take(promised.case_id)
    Contact.objects.create(
        case=case,
        party=promised.party,
        way=contact_way,
        reached=contact_reached,
        result=contact_result,
        at=now,
        by=by,
    )
    if contact_reached:
        promised.called_back_at = now
        promised.save(update_fields=["called_back_at"])
        stop_clocks(policies=[CALL_BACK], subject_type=CONTACT, subject_ids=[promised.pk], stopped_at=now, now=now)
    keep(case, [], now)
    audit.record(
        "aftersales.called_back", about=topic(case.pk), by=by, now=now, way=contact_way, reached=contact_reached
    )
    note_acted(case=case, by=by, now=now)
    return case


@transaction.atomic
def remark_order(
    *,
    case_id: int,
    order_version: int | None,
    flag: int,
    text: str,
    words_reason: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Case:
    """Write the remark of the case's order in the platform's format, 内容_姓名, to be copied there (ORD-14).

    `order_version` is the order's, as the form showed it. Raises Conflict, WordsStopped, or BusinessError.
    """
    case = Case.objects.select_related("order").get(pk=case_id)
    if case.order is None:
        raise BusinessError(_("This case has no order to remark."), code="no_order")
    write_remark(
        order_id=case.order.pk,
        version=case.order.version if order_version is None else order_version,
        flag=flag,
        text=text,
        words_reason=words_reason,
        by=by,
        now=now,
    )
    audit.record("aftersales.remarked", about=topic(case.pk), by=by, now=now)
    return case


@transaction.atomic
def decide_as_leader(
    *, case_id: int, version: int | None, leader_note: str, by: User, now: dt.datetime | None = None
) -> Case:
    """The leader's decision on the return and exchange form, 领导批示 (RET-20). Raises Conflict, or BusinessError."""
    now = now or clock.now()
    if by.role not in LEADERS:
        raise BusinessError(_("Only a leader decides here."), code="not_yours")
    case = take(case_id, version)
    case.leader_note, case.leader_by = " ".join(leader_note.split()), by
    keep(case, ["leader_note", "leader_by"], now)
    audit.record("aftersales.leader_decided", about=topic(case.pk), by=by, now=now)
    return case
