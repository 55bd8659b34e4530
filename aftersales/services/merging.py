"""Two cases about the same become one; one case about different things becomes two. Nothing of the file is lost (AFT-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.machine import Step, steps
from aftersales.models import Case, CaseLink
from aftersales.services.opening import Wanted, link, open_case
from aftersales.services.stepping import take, take_step
from aftersales.states import topic
from aftersales.workflows import BY_KIND, machine_of
from audit import services as audit
from common import clock
from common.exceptions import BusinessError, Conflict
from common.locking import lock

ENDS = ("withdraw", "decline")  # the steps by which a case ends without anything having been done


@transaction.atomic
def merge_cases(
    *, case_id: int, into_id: int, version: int | None = None, by: Any, now: dt.datetime | None = None
) -> Case:
    """The duplicate `case_id` ends; its lines, talks, evidence and platform refund go over to `into_id`, which is answered.

    Both are open, of one kind, about one order. Raises Conflict on another version of the duplicate; BusinessError
    when they do not fit together, or something was done already that only its own case can finish.
    """
    now = now or clock.now()
    found = {case.pk: machine_of(case) for case in lock(Case.objects.filter(pk__in=[case_id, into_id]))}
    double, into = found.get(case_id), found.get(into_id)
    if double is None or into is None or double is into:
        raise BusinessError(_("Choose another case to merge it into."), code="no_case")
    if version is not None and double.version != version:
        raise Conflict(_("Somebody changed this in the meantime. Your text is kept: look at both and save again."))
    end = _end_of(double, into)
    _hand_over(double, into)
    _take_refund(double, into)
    into.version += 1
    into.updated_at = now
    into.save()
    take_step(
        case_id=double.pk,
        name=end.name,
        data={"result": _("Merged into %(number)s.") % {"number": into.number}},
        by=by,
        now=now,
    )
    link(double, into, CaseLink.Why.MERGED, now)
    audit.record("aftersales.merged", about=topic(double.pk), by=by, now=now, into=into.number)
    audit.record("aftersales.took_over", about=topic(into.pk), by=by, now=now, number=double.number)
    return into


def _end_of(double: Case, into: Case) -> Step:
    if (double.kind, double.order_id) != (into.kind, into.order_id) or not (double.active and into.active):
        raise BusinessError(_("Only open cases of one kind about one order are merged."), code="different")
    if double.refund_id and into.refund_id:
        raise BusinessError(
            _("Both are refunds of the platform with deadlines of their own: they stay apart."), code="two_refunds"
        )
    for step in steps(BY_KIND[double.kind]):
        if step.name in ENDS and double.state in step.sources and not double.amount:
            return step
    raise BusinessError(_("Too much was done in this case: finish it by itself."), code="too_far")


def _hand_over(double: Case, into: Case) -> None:
    double.lines.filter(line__in=into.lines.values("line")).delete()
    double.lines.update(case=into)
    double.contacts.update(case=into)
    double.return_parcels.exclude(tracking_no__in=into.return_parcels.values("tracking_no")).update(case=into)
    kept = into.evidence.filter(withdrawn_at__isnull=True).values("sha256")
    double.evidence.exclude(sha256__in=kept).update(case=into)
    if double.buyer_words and double.buyer_words not in into.buyer_words:
        into.buyer_words = f"{into.buyer_words}\n{double.buyer_words}".strip()[:2000]


def _take_refund(double: Case, into: Case) -> None:
    if not double.refund_id:
        return
    refund, double.refund = double.refund, None
    due, evidence = double.platform_due_at, double.evidence_due_at
    double.platform_due_at = double.evidence_due_at = None
    double.save(update_fields=["refund", "platform_due_at", "evidence_due_at"])
    into.refund, into.platform_due_at, into.evidence_due_at = refund, due, evidence


@transaction.atomic
def split_case(
    *, case_id: int, line_ids: Collection[int], version: int | None = None, by: Any, now: dt.datetime | None = None
) -> Case:
    """The lines with these keys (of the case's lines) get a case of their own, which begins anew; it is answered.

    Raises Conflict; BusinessError when nothing or everything would go over, or money was approved already.
    """
    now = now or clock.now()
    case = take(case_id, version)
    lines = list(case.lines.select_related("line__fulfilment").order_by("pk"))
    gone = [each for each in lines if each.pk in set(line_ids)]
    if not case.active or not gone or len(gone) == len(lines):
        raise BusinessError(_("Choose some of the lines of an open case, not all."), code="lines")
    if case.amount or any(each.inspections.exists() for each in gone):
        raise BusinessError(_("Money or goods were counted already: it can no longer be split."), code="too_far")
    wanted = [Wanted(line=each.line, quantity=each.quantity, instead=each.wanted) for each in gone]
    case.lines.filter(pk__in=[each.pk for each in gone]).delete()
    made = open_case(
        kind=case.kind,
        channel=case.channel,
        by=by,
        order=case.order,
        lines=wanted,
        reason=case.reason,
        summary=case.summary,
        buyer_words=case.buyer_words,
        now=now,
        goods=case.goods,
        owner=case.owner,
    )
    link(made, case, CaseLink.Why.SPLIT, now)
    case.version += 1
    case.updated_at = now
    case.save(update_fields=["version", "updated_at"])
    audit.record("aftersales.split", about=topic(case.pk), by=by, now=now, number=made.number, lines=len(gone))
    return made
