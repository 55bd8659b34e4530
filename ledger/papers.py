"""The supplier's statement as paper: A4, in Chinese where the reader's language is Chinese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.pdf import Paper
from ledger import permissions, statements
from ledger.models import Claim
from staff.exporting import mark_of
from staff.models import User

WIDTHS = (32, 42, 23, 14, 17, 17, 17, 21)  # shares of the width, about its millimetres


@transaction.atomic
def statement_paper(made: statements.Statement, *, by: User, now: dt.datetime) -> bytes:
    """The statement as a PDF, marked with who took it; the trail keeps that (SEC-02).

    Raises BusinessError when `by` may not export, or this machine has no Chinese font.
    """
    if not by.has_perm(permissions.EXPORT):
        raise BusinessError(_("You may not take data out of the house."), code="no_right")
    paper = Paper(
        title=_("Statement of claims"),
        number=f"{made.supplier.code}-{made.first:%Y%m}",
        made_at=now,
        note=mark_of(by, now),
    )
    paper.facts(
        [
            (_("Supplier"), str(made.supplier)),
            (_("Month"), f"{made.first:%Y-%m}"),
            *((name, f"{amount:,.2f}") for name, amount in statements.totals(made)),
        ]
    )
    _table(paper, _("agreed on"), made.agreed_claims, lambda claim: claim.answered_at)
    _table(paper, _("settled"), made.settled_claims, lambda claim: claim.settled_at)
    _table(paper, _("not agreed on"), made.waiting_claims, lambda claim: claim.sent_at)
    paper.signatures([_("Supplier"), _("Service"), _("Finance")])
    count = len(made.agreed_claims) + len(made.settled_claims) + len(made.waiting_claims)
    audit.record("staff.exported", about=by, by=by, now=now, what="ledger.statement", rows=count)
    return paper.render()


def _table(paper: Paper, title: str, claims: Sequence[Claim], when: Callable[[Claim], dt.datetime | None]) -> None:
    """The claims with their sums; `when` says which of their days stands there."""
    paper.heading(title)
    if not claims:
        paper.text(_("Nothing."))
        return
    header = [_("Claim"), _("Order number"), _("Loss"), _("Share, %"), _("Claim, yuan"), _("Agreed, yuan"),
              _("Settled, yuan"), _("Day")]  # fmt: skip
    paper.table(header, [_row(claim, when(claim)) for claim in claims], WIDTHS)


def _row(claim: Claim, at: dt.datetime | None) -> list[str]:
    order = claim.loss.order
    return [
        claim.number,
        order.order_no if order else "",
        statements.kinds_of(claim),
        f"{claim.percent}",
        f"{claim.amount}",
        f"{claim.agreed_amount}",
        f"{claim.settled_amount}",
        clock.day_of(at).isoformat() if at else "",
    ]
