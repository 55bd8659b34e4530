"""May this be returned? The law first, the house's wish second (RET-01, RET-02, RET-23, RET-30)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from aftersales.models import Case, Reason
from common import clock

SEVEN = 7


def return_until(case: Case) -> dt.datetime | None:
    """The end of the seventh day after signing; None when nobody knows when it was signed for (RET-01)."""
    if case.order is None:
        return None
    signed = case.order.delivered_at or case.order.finished_at
    return None if signed is None else clock.day_end(clock.day_of(signed) + dt.timedelta(days=SEVEN))


def refusal_basis(case: Case) -> str:
    """The legal reason for which this return may be refused; empty when it may not."""
    if case.reason is not None and case.reason.cause in (
        Reason.Cause.QUALITY,
        Reason.Cause.WRONG_ITEM,
        Reason.Cause.DAMAGED,
    ):
        return _("The pictures say that people damaged it (RET-07).") if case.judgement == "human" else ""
    until = return_until(case)
    if until is not None and case.opened_at > until:
        return _("Asked for after the seven days (Consumer Rights Law, article 25).")
    if case.report.get("excluded"):
        return _("Excluded from the seven days, and the buyer confirmed that at purchase: %(why)s.") % {
            "why": case.report["excluded"]
        }
    return ""
