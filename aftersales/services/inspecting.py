"""What came back: counted by one person, judged by quality (RET-03, RET-09, QA-08). Written inside a step or before it.

Goods that reach our own house are counted by the warehouse and judged by somebody else of quality. Goods that reach a
supplier are counted by the supplier; its word is the report that the service acts on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.actors import supplier_behind
from aftersales.machine import QUALITY
from aftersales.models import Case, CaseLine, Inspection, ReturnParcel
from aftersales.states import Judgement
from common.exceptions import BusinessError
from common.photos import SafeFile, make_safe
from staff.roles import Role
from staff.selectors import active_users

Verdict = Inspection.Verdict
NOT_AS_AGREED = (Verdict.HUMAN, Verdict.UNCLEAR)
ACCESSORIES: dict[str, str | Promise] = {  # RET-09: all of them come back
    "packing": gettext_lazy("packing"),
    "manual": gettext_lazy("manual"),
    "parts": gettext_lazy("parts and accessories"),
    "gift": gettext_lazy("gift"),
}
JUDGED = {Verdict.QUALITY: Judgement.QUALITY, Verdict.HUMAN: Judgement.HUMAN, Verdict.UNCLEAR: Judgement.UNCLEAR}
MOST_PIECES = 9_999
MOST_PHOTOS = 10  # of one report


def safe_photos(photos: Sequence[Any]) -> list[SafeFile]:
    """The photos of one report, made safe before anything is written. Raises BusinessError for one that cannot be kept."""
    if len(photos) > MOST_PHOTOS:
        raise BusinessError(_("At most %(most)d photos at once.") % {"most": MOST_PHOTOS}, code="too_many")
    return [make_safe(photo, getattr(photo, "name", "") or "") for photo in photos]


def parcel_of(case: Case, parcel_id: int | None = None) -> ReturnParcel | None:
    """The parcel that is counted: the one named, else the one that arrived last, else the last one announced."""
    found = case.return_parcels.filter(pk=parcel_id) if parcel_id else case.return_parcels.all()
    return found.order_by("-arrived_at", "-pk").first()


def count_fields(case: Case) -> dict[str, forms.Field]:
    """Good and bad pieces of every line and a remark (RET-09); of what is counted already, what quality says (QA-08)."""
    counted = {row.case_line_id: row for row in case.inspections.order_by("pk")}
    fields: dict[str, forms.Field] = {}
    for each in case.lines.select_related("line").order_by("pk"):
        row = counted.get(each.pk)
        of = {"goods": each.line.title}
        fields[f"good_{each.pk}"] = _pieces(_("%(goods)s: good") % of, row.good if row else None)
        fields[f"bad_{each.pk}"] = _pieces(_("%(goods)s: bad") % of, row.bad if row else None)
        if row is not None and row.counted_by_id is not None:
            fields[f"verdict_{each.pk}"] = forms.ChoiceField(
                label=_("%(goods)s: quality says") % of, choices=Verdict.choices, initial=row.verdict
            )
    fields["inspection_remark"] = forms.CharField(label=gettext_lazy("remark"), required=False, max_length=300)
    return fields


def _pieces(label: str, initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PIECES, initial=initial)


def note_inspection(case: Case, data: dict[str, Any], by: Any, now: dt.datetime) -> list[str]:
    """Writes what was counted, line by line, and what another person of quality says of it.

    `data` has «good_…», «bad_…» and perhaps «verdict_…» for every line of the case (its key), «inspection_remark»,
    «accessories» and «parcel_id». Answers the case's changed columns.
    """
    parcel = parcel_of(case, data.get("parcel_id"))
    said: list[str] = []
    for each in case.lines.order_by("pk"):
        row = _counted(case, each, parcel, data, by, now)
        verdict = data.get(f"verdict_{each.pk}", "")
        if verdict and supplier_behind(by) is None:
            _judge(row, verdict, by, now)
            said.append(verdict)
    worst = next((word for word in (*NOT_AS_AGREED, Verdict.QUALITY) if word in said), None)
    if worst is None:
        return []
    case.judgement, case.judged_by = JUDGED[worst], by
    return ["judgement", "judged_by"]


def _counted(
    case: Case, each: CaseLine, parcel: ReturnParcel | None, data: dict[str, Any], by: Any, now: dt.datetime
) -> Inspection:
    """The row of this line; a count that says the same as the one before stays the first one's."""
    good, bad = data[f"good_{each.pk}"], data[f"bad_{each.pk}"]
    row = Inspection.objects.filter(case_line=each, parcel=parcel).first()
    if row is not None and (row.good, row.bad) == (good, bad):
        return row
    supplier = supplier_behind(by)
    values = {
        "case": case,
        "good": good,
        "bad": bad,
        "remark": data.get("inspection_remark", ""),
        "accessories": data.get("accessories", {}),
        "counted_at": now,
        "counted_by": None if supplier else by,
        "counted_by_supplier": supplier,
        "verdict": "",
        "verdict_at": None,
        "verdict_by": None,
    }
    return Inspection.objects.update_or_create(case_line=each, parcel=parcel, defaults=values)[0]


def _judge(row: Inspection, verdict: str, by: Any, now: dt.datetime) -> None:
    """QA-08: quality's word, by another person than the one who counted. Raises BusinessError."""
    if by.role not in QUALITY:
        raise BusinessError(_("What came back is judged by quality (QA-08)."), code="not_yours")
    if row.counted_by_id == by.pk and quality_is_manned(except_for=by):
        raise BusinessError(_("You counted this parcel: somebody else of quality judges it (QA-08)."), code="four_eyes")
    row.verdict, row.verdict_at, row.verdict_by = verdict, now, by
    row.save(update_fields=["verdict", "verdict_at", "verdict_by"])


def quality_is_manned(*, except_for: Any = None) -> bool:
    """Whether anybody else has the role of quality: in a house of one, the one who counts may judge too (QA-08)."""
    people = active_users(Role.QUALITY)
    return people.exclude(pk=except_for.pk).exists() if except_for is not None else people.exists()


def is_short(case: Case, rows: Iterable[Inspection]) -> bool:
    """Whether fewer pieces of a line came back, over all its parcels, than the case is about (RET-04)."""
    back: dict[int, int] = {}
    for row in rows:
        back[row.case_line_id] = back.get(row.case_line_id, 0) + row.good + row.bad
    return any(back.get(each.pk, 0) < each.quantity for each in case.lines.all())


def is_judged(case: Case) -> bool:
    """The guard of «counted and in order»: a supplier's count, or ours with the word of quality beside it (QA-08)."""
    rows = list(case.inspections.all())
    return bool(rows) and all(row.counted_by_supplier_id or row.verdict for row in rows)
