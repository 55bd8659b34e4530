"""The supplier's statement as paper: A4, in Chinese where the reader's language is Chinese."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common.exceptions import BusinessError
from common.pdf import Paper
from ledger import permissions, statements
from ledger.models import Claim
from staff.exporting import mark_of
from staff.models import User

WIDTHS = (17, 24, 22, 12, 9, 12, 12, 13, 12, 13, 10)


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
    _table(paper, _("agreed on"), list(made.agreed_claims))
    _table(paper, _("settled"), list(made.settled_claims))
    _table(paper, _("not agreed on"), list(made.waiting_claims))
    paper.signatures([_("Supplier"), _("Service"), _("Finance")])
    count = len(made.agreed_claims) + len(made.settled_claims) + len(made.waiting_claims)
    audit.record("staff.exported", about=by, by=by, now=now, what="ledger.statement", rows=count)
    return paper.render()


def _table(paper: Paper, title: str, claims: list[Claim]) -> None:
    paper.heading(title)
    if not claims:
        paper.text(_("Nothing."))
        return
    paper.table(statements.header(), [[str(cell) for cell in statements.cells(claim)] for claim in claims], WIDTHS)
