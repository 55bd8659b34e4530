"""Staged files of tracking numbers: taken in at once, carried out by a worker, taken up again when one dies."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock, hints, tablefile
from common.exceptions import BusinessError
from common.waking import wake
from orders import claims
from orders.models import ShipmentUpload
from orders.shipments import ShipmentRow, accept_into
from orders.states import JobState
from orders.uploads import files
from suppliers import quota
from suppliers.authentication import TokenActor
from suppliers.models import Supplier, SupplierToken

log = logging.getLogger(__name__)
TASK = "orders.run_waiting_uploads"
SILENCE = dt.timedelta(minutes=2)  # a running upload that says nothing for so long has lost its worker
STRIDE = 2_000  # rows between two signs of life


def stage_upload(
    *,
    supplier: Supplier,
    file: UploadedFile[Any],
    by: Any = None,
    token: SupplierToken | None = None,
    dry_run: bool = False,
    confirm_odd_numbers: bool = False,
    now: dt.datetime | None = None,
) -> ShipmentUpload:
    """Keeps a file and its hash, and has a worker carry it out. `by` is a portal's user, `token` a program's.

    Raises BadFile when the file is larger than tables may be, BusinessError when the supplier has sent enough for
    today (T23); what is in it is judged by the worker.
    """
    if (file.size or 0) > tablefile.MAX_BYTES:
        raise tablefile.BadFile(
            _("The file is too large: at most %(limit)d MB are taken. Split it into several files.")
            % {"limit": tablefile.MAX_BYTES >> 20},
            code="too_large",
        )
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    upload = ShipmentUpload(
        supplier=supplier,
        by=by,
        token=token,
        name=(file.name or "")[-200:],
        sha256=digest.hexdigest(),
        size=file.size or 0,
        dry_run=dry_run,
        confirm_odd_numbers=confirm_odd_numbers,
        created_at=now or clock.now(),
    )
    with transaction.atomic():
        quota.spend(supplier=supplier, size=upload.size, now=upload.created_at)
        upload.file.save(f"{uuid.uuid4().hex}.table", File(file), save=False)  # never a name of the sender's
        upload.save(force_insert=True)
        transaction.on_commit(wake_worker)
    return upload


def confirm_upload(
    *, preview: ShipmentUpload, confirm_odd_numbers: bool, by: Any, now: dt.datetime | None = None
) -> ShipmentUpload:
    """Carries out for good what was looked at as a preview: the same file once more."""
    if not preview.dry_run or preview.state != JobState.DONE:
        raise BusinessError(_("Only a finished preview can be confirmed."), code="no_preview")
    with preview.file.open("rb") as kept, transaction.atomic():
        upload = ShipmentUpload(
            supplier=preview.supplier,
            by=by,
            name=preview.name,
            sha256=preview.sha256,
            size=preview.size,
            confirm_odd_numbers=confirm_odd_numbers,
            created_at=now or clock.now(),
        )
        upload.file.save(f"{uuid.uuid4().hex}.table", File(kept), save=False)
        upload.save(force_insert=True)
        transaction.on_commit(wake_worker)
    return upload


def wake_worker() -> None:
    """Has the workers look now; if nobody hears it, beat's next tick does."""
    wake(TASK)


def run_waiting_uploads(*, now: dt.datetime | None = None) -> int:
    """Carries out every upload that waits, or whose worker died, one after the other; answers how many."""
    done = 0
    while (upload := _claim(now or clock.now())) is not None:
        _run(upload)
        done += 1
    return done


def rows_read(upload: ShipmentUpload) -> int:
    """How far a running upload is. A hint that may be lost: the truth is written when it ends."""
    return upload.progress if upload.finished_at else int(hints.find(_progress_key(upload), 0))


def _claim(now: dt.datetime) -> ShipmentUpload | None:
    return claims.claim(ShipmentUpload.objects.all(), now=now, silence=SILENCE)


def _run(upload: ShipmentUpload) -> None:
    language = upload.by.language if upload.by else settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            _carry_out(upload)
        except BusinessError as refusal:
            claims.refuse(upload, refusal.message)
        except OperationalError:  # the database went away or gave up: nothing was written, it is taken up again
            raise
        except Exception:
            log.exception("Upload %s could not be carried out", upload.public_id)
            claims.refuse(
                upload, _("The file could not be carried out. Nothing of it was taken over; tell your contact.")
            )


def _carry_out(upload: ShipmentUpload) -> None:
    """All of the file in one transaction: a kill leaves nothing behind, so it simply starts again."""
    with transaction.atomic(), upload.file.open("rb") as kept:
        mine = claims.lock_if_ours(upload, ShipmentUpload.objects.select_related("supplier", "token", "by"))
        if mine is None:
            return
        by = mine.by or (TokenActor(mine.supplier, mine.token) if mine.token else None)
        now = clock.now()
        rows = _watched(mine, files.read(kept.file, mine.name))
        mine.row_count, mine.counts = accept_into(mine, rows, by=by, now=now)
        mine.progress, mine.state, mine.finished_at = mine.row_count, JobState.DONE, clock.now()
        mine.save(update_fields=["row_count", "counts", "progress", "state", "finished_at"])


def _watched(upload: ShipmentUpload, rows: Iterable[ShipmentRow]) -> Iterator[ShipmentRow]:
    for number, row in enumerate(rows, 1):
        if number % STRIDE == 0:
            hints.leave(_progress_key(upload), number, 600)
        yield row


def _progress_key(upload: ShipmentUpload) -> str:
    return f"shipment-upload:{upload.public_id}"
