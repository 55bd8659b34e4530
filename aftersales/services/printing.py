"""Papers are printed: who did is in the trail, and the buyer's data is on them only for who may see it (SEC-02, SEC-07)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aftersales.case_page import case_of, case_page
from aftersales.evidence import evidence_shown
from aftersales.models import Case
from aftersales.papers.case_file import case_file
from aftersales.papers.form import exchange_form
from aftersales.papers.handover import handover_list, parcels_of
from aftersales.papers.note import return_note
from aftersales.papers.parts import Buyer
from audit import services as audit
from common import clock, masking
from common.exceptions import BusinessError
from common.pdf import Paper
from orders.permissions import REVEAL_BUYER
from orders.services import reveal_buyer
from staff.models import User

FORM, NOTE, FILE = "form", "note", "file"
PAPERS = (FORM, NOTE, FILE)
CHINESE = "zh-hans"


@transaction.atomic
def print_case(*, case_id: int, paper: str, by: User, now: dt.datetime | None = None) -> bytes:
    """One of PAPERS of a case as PDF, with a line in the trail (RET-07, RET-10, RET-20, AFT-12).

    The form names the buyer in full for who may see buyers, with a line for each field; else masked, as the file
    always does. Raises Case.DoesNotExist; BusinessError when this machine has no Chinese font.
    """
    moment = now or clock.now()
    made = _made(case_id, paper, by, moment).render()
    audit.record("aftersales.printed", about=f"aftersales.case:{case_id}", by=by, now=moment, paper=paper)
    return made


def _made(case_id: int, paper: str, by: User, now: dt.datetime) -> Paper:
    with translation.override(CHINESE):
        if paper == FILE:
            page = case_page(case_id)
            return case_file(page, evidence_shown(page.case), _masked(page.case), now=now, by=by.name)
        case = case_of(case_id)
        if paper == NOTE:
            return return_note(case, now=now, by=by.name)
        return exchange_form(case, _named(case, by, now), now=now, by=by.name)


def _masked(case: Case) -> Buyer:
    order = case.order
    if order is None:
        return Buyer()
    return Buyer(
        masking.name(order.receiver_name), masking.phone(order.receiver_phone), masking.address(order.receiver_address)
    )


def _named(case: Case, by: User, now: dt.datetime) -> Buyer:
    if case.order_id is None or not by.has_perm(REVEAL_BUYER):
        return _masked(case)
    fields = ("receiver_name", "receiver_phone", "receiver_address")
    return Buyer(*(reveal_buyer(order_id=case.order_id, field=f, reason="refund", by=by, now=now) for f in fields))


@transaction.atomic
def print_handover(*, day: dt.date, by: User, now: dt.datetime | None = None) -> bytes:
    """The day's hand-over list to the warehouse as PDF; each case's trail says that it went over (RET-11).

    Raises BusinessError when nothing arrived on that day.
    """
    moment = now or clock.now()
    rows = parcels_of(day)
    if not rows:
        raise BusinessError(_("No return of a known case arrived at our warehouse on that day."), code="nothing")
    with translation.override(CHINESE):
        made = handover_list(day, rows, now=moment, by=by.name).render()
    topics = dict.fromkeys(f"aftersales.case:{row.case_id}" for row, _files in rows)
    audit.record_many("aftersales.printed", about=topics, by=by, now=moment, paper="handover")
    return made
