"""Evidence, a kit that was sent, and a round of the patrol for the small world."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from aftersales.models import PatrolMark, PatrolRound
from aftersales.patrol import hour_of
from aftersales.services.evidence import add_evidence
from aftersales.services.kits import freeze_kit
from aftersales.states import DisputeState, Kind
from common import clock
from orders.models import OrderLine
from staff.models import User
from tests.factories_cases import CaseFactory, ReasonFactory


def add_evidence_and_patrol(agent: User, line: OrderLine, number: int) -> dict[str, Any]:
    """One more dispute about `line` with a photo and a kit, and one more case of the running round."""
    now = clock.now()
    case = CaseFactory(
        line=line, kind=Kind.DISPUTE, state=DisputeState.EVIDENCE_SENT, reason=ReasonFactory(), opened_at=now,
        entered_at=now, updated_at=now,
    )  # fmt: skip
    photo = add_evidence(case=case, file=_photo(number), kind="瑕疵照片", by=agent, source="buyer")
    with transaction.atomic():  # as the step that sends it
        kit = freeze_kit(case=case, statement="货物完好发出", by=agent, now=now)
    starts_at = hour_of(now)
    running, _new = PatrolRound.objects.get_or_create(
        starts_at=starts_at, defaults={"ends_at": starts_at + dt.timedelta(hours=1), "total": 1}
    )
    mark = PatrolMark.objects.create(round=running, case=case, why=PatrolMark.Why.PENDING)
    by_key = {"key": photo.key}
    return {
        "aftersales:evidence_add": {"pk": case.pk},
        "aftersales:kit_draft": {"pk": case.pk},
        "aftersales:kit": {"pk": case.pk, "number": kit.number},
        "aftersales:paper": {"pk": case.pk, "paper": "form"},
        "aftersales:patrol_round": {"pk": running.pk},
        "aftersales:patrol_remark": {"pk": mark.pk},
        **{f"aftersales:evidence_{name}": by_key for name in ("file", "thumbnail", "sort", "share", "withdraw")},
    }


def _photo(number: int) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, 80, 80)).save(stream, "PNG")
    return SimpleUploadedFile("a.png", stream.getvalue())
