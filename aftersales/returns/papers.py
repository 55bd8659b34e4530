"""The list that travels with goods back to a supplier, with the pictures of their flaws (PUR-18, PUR-19)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from aftersales.models import Evidence, Inspection, SupplierBatch
from aftersales.returns.batches import PAPERS
from common.clock import local
from common.pdf import Paper, Picture
from orders.carriers import name_of

MOST_PICTURES = 60  # thumbnails: enough for a carton of goods, and quick to draw


def _moment(at: dt.datetime | None) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M") if at else "—"


def batch_paper(batch: SupplierBatch, rows: list[Inspection]) -> bytes:
    """A PDF of A4 pages: what goes back and why, the pictures case by case, lines to sign on.

    `rows` as `selectors.on_batch` reads them. Raises BusinessError when no Chinese font is here.
    """
    paper = Paper(title=_("Goods back to the supplier"), number=batch.number, made_at=batch.sent_at or batch.made_at)
    sent_by = f"{name_of(batch.carrier)} {batch.tracking_no}" if batch.tracking_no else "—"
    paper.facts(
        [
            (_("supplier"), str(batch.supplier)),
            (_("address"), batch.supplier.return_address or "—"),
            (_("begun"), f"{_moment(batch.made_at)} {batch.made_by.name}"),
            (_("carrier"), sent_by),
        ]
    )
    header = [_("Goods"), _("Merchant code"), _("Pieces"), _("Quality says"), _("Reason"), _("Case"), _("Courier slip")]
    paper.table(header, [_row(row) for row in rows], (4, 2.6, 1.5, 2.4, 2.4, 3.7, 3.8))
    pictures = _pictures(rows)
    if pictures:
        paper.heading(_("Pictures of the request and of the flaw"))
        paper.pictures(pictures, 4)
    paper.heading(_("papers that go with it"))
    paper.text("  ".join(f"[  ] {label}" for label in PAPERS.values()))
    paper.signatures([_("Sent by"), _("Received by")])
    return paper.render()


def _row(row: Inspection) -> list[str]:
    case = row.case
    return [
        row.case_line.line.title,
        row.case_line.line.sku,
        str(row.going),  # type: ignore[attr-defined]
        str(row.get_verdict_display()),
        case.reason.name if case.reason else case.summary,
        case.number,
        row.parcel.tracking_no if row.parcel else "",
    ]


def _pictures(rows: list[Inspection]) -> list[Picture]:
    """The thumbnails of the cases' photos, in the order of the list."""
    numbers = {row.case_id: row.case.number for row in rows}
    photos = Evidence.objects.filter(case__in=numbers, type=Evidence.Type.PHOTO, withdrawn_at__isnull=True)
    found: list[Picture] = []
    for photo in photos.exclude(thumbnail="").order_by("case", "at", "pk")[:MOST_PICTURES]:
        with photo.thumbnail.open("rb") as stream:
            found.append(Picture(stream.read(), f"{numbers[photo.case_id]} {photo.slot}".strip()))
    return found
