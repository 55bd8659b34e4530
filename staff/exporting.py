"""The one door by which tables leave the house as files: a right, a limit, a line in the trail, a watermark (SEC-02)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock
from common.exceptions import BusinessError
from common.exports import Sheet, workbook
from staff.models import User

RIGHT = "staff.export_data"
MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mark_of(by: User, now: dt.datetime) -> str:
    """Who took the file and when, as it stands in it."""
    return _("Exported by %(name)s (%(username)s) at %(at)s. For work only.") % {
        "name": by.name,
        "username": by.username,
        "at": clock.local(now).strftime("%Y-%m-%d %H:%M:%S"),
    }


@transaction.atomic
def export_workbook(
    *, what: str, name: str, sheets: Sequence[Sheet], by: User, now: dt.datetime | None = None
) -> HttpResponse:
    """An XLSX file as an answer, marked with who took it; the trail keeps what, when and how many rows.

    `what` names the table in the trail («reports.daily»), `name` is the file's name without its ending. Raises
    BusinessError when `by` may not export, or the table is longer than the limit.
    """
    now = now or clock.now()
    if not by.has_perm(RIGHT):
        raise BusinessError(_("You may not take data out of the house."), code="no_right")
    kept = [(sheet, [list(row) for row in sheet.rows]) for sheet in sheets]
    count = sum(len(rows) for _sheet, rows in kept)
    if count > MOST_ROWS:
        raise BusinessError(
            _("%(count)d rows are more than the %(limit)d that may be taken out at once: choose less.")
            % {"count": count, "limit": MOST_ROWS},
            code="too_many",
        )
    stream = io.BytesIO()
    tables: list[Sheet] = [Sheet(sheet.name, sheet.header, rows, sheet.widths) for sheet, rows in kept]
    workbook(tables, stream, mark=mark_of(by, now))
    data: dict[str, Any] = {"what": what, "rows": count}
    audit.record("staff.exported", about=by, by=by, now=now, **data)
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return answer
