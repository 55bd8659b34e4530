"""A buyer was told the wrong address to send goods back to: an incident of our own, and the right address (RET-21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.models import Case, CaseLink, Responsibility, ReturnAddress
from aftersales.services.opening import AlreadyOpen, open_case
from aftersales.services.stepping import take
from aftersales.states import Bearer, Channel, IncidentKind, Kind, topic
from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from staff.models import User

HUNDRED = 100


@transaction.atomic
def report_wrong_address(
    *,
    case_id: int,
    version: int | None,
    right_address: ReturnAddress,
    note: str = "",
    by: User,
    now: dt.datetime | None = None,
) -> Case:
    """Opens the linked incident and puts the right address into the case; the incident is answered (RET-21).

    Whoever sent the wrong one answers for it, or the house where the platform's list said so; its freight is never the
    buyer's. Raises Conflict; BusinessError when no address was sent, it is the same one, or the incident is open already.
    """
    now = now or clock.now()
    case = take(case_id, version)
    wrong, giver = case.return_address, case.address_sent_by
    if wrong is None or not case.active:
        raise BusinessError(_("No address was sent yet: nothing is wrong."), code="no_address")
    if wrong.pk == right_address.pk:
        raise BusinessError(_("This is the address that was sent."), code="same_address")
    open_one = _open_incident(case)
    if open_one is not None:
        raise AlreadyOpen(open_one)
    columns: dict[str, Any] = {"owner": case.owner} if case.owner is not None else {}
    incident = open_case(
        kind=Kind.INCIDENT,
        channel=Channel.INTERNAL,
        by=by,
        order=case.order,
        reason=case.reason,
        summary=_("Wrong return address: %(wrong)s instead of %(right)s")
        % {"wrong": wrong.name, "right": right_address.name},
        origin=case,
        now=now,
        incident=IncidentKind.WRONG_ADDRESS,
        **columns,
    )
    incident.goods = case.goods  # wherever the buyer's parcel is (RET-37)
    incident.save(update_fields=["goods"])
    Responsibility.objects.create(
        case=incident,
        bearer=Bearer.AGENT if giver is not None else Bearer.COMPANY,
        percent=HUNDRED,
        user=giver,
        note=" ".join(note.split())[:200],
    )
    case.return_address, case.address_sent_at, case.address_sent_by = right_address, now, by
    case.version, case.updated_at = case.version + 1, now
    case.save(update_fields=["return_address", "address_sent_at", "address_sent_by", "version", "updated_at"])
    audit.record(
        "aftersales.wrong_address",
        about=topic(case.pk),
        by=by,
        now=now,
        wrong=wrong.name,
        right=right_address.name,
        number=incident.number,
    )
    return incident


def _open_incident(case: Case) -> Case | None:
    return Case.objects.filter(
        pk__in=CaseLink.objects.filter(origin=case).values("case"),
        incident=IncidentKind.WRONG_ADDRESS,
        active=True,
    ).first()
