"""Imports: files are staged with their hash, parsed, written in one transaction, and reported row by row."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit.context import gesture
from common import clock, hints
from common.exceptions import BusinessError
from common.waking import wake
from orders import claims
from orders.imports.carry_out import carry_out
from orders.imports.catalogue import take_catalogue
from orders.imports.parsing import RowError
from orders.imports.sources import Parsed, Source, parse, recognised
from orders.models import ImportBatch, ImportFile, ImportRowError, Shop
from orders.permissions import IMPORT_CATALOGUE
from orders.states import JobState

log = logging.getLogger(__name__)
TASK = "orders.run_waiting_imports"
SILENCE = dt.timedelta(minutes=2)  # a running import that says nothing for so long has lost its worker
MAX_FILES = 20


def stage_import(
    *,
    files: Sequence[tuple[str, BinaryIO]],
    by: Any,
    shop: Shop | None = None,
    shop_name: str = "",
    dry_run: bool = False,
    at_once: bool = False,
    now: dt.datetime | None = None,
) -> ImportBatch:
    """Keeps files (name and content) and their hashes, and has a worker import them.

    Rows that name no shop are those of `shop`, or of the shop called `shop_name` on the platform of their file; it is
    made when there is none. `at_once`: the caller runs it itself by `run_import`. Raises BusinessError without files or
    with too large ones.
    """
    now = now or clock.now()
    if not 1 <= len(files) <= MAX_FILES:
        raise BusinessError(_("Choose between 1 and %(count)d files.") % {"count": MAX_FILES}, code="no_files")
    batch = ImportBatch(shop=shop, shop_name=shop_name[:60], dry_run=dry_run, by=by, created_at=now)
    if at_once:
        batch.state, batch.heartbeat_at = JobState.RUNNING, now
    with transaction.atomic():
        batch.save()
        for name, content in files:
            _keep(batch, name, content)
        if not at_once:
            transaction.on_commit(wake_worker)
    return batch


def _keep(batch: ImportBatch, name: str, content: BinaryIO) -> None:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    if size > settings.IMPORT_MAX_BYTES:
        raise BusinessError(
            _("“%(name)s” has %(size)d MB; at most %(limit)d MB are taken. Split it into several files.")
            % {"name": name[-80:], "size": size >> 20, "limit": settings.IMPORT_MAX_BYTES >> 20},
            code="too_large",
        )
    content.seek(0)
    kept = ImportFile(batch=batch, name=name.replace("\0", "")[-200:], sha256=digest.hexdigest(), size=size)
    kept.file.save(f"{uuid.uuid4().hex}.table", File(content), save=False)  # never a name of the sender's
    kept.save()


def repeat_for_good(*, batch: ImportBatch, by: Any, now: dt.datetime | None = None) -> ImportBatch:
    """Imports for good what was looked at as a preview. Raises BusinessError when there is no finished preview."""
    if not batch.dry_run or batch.state != JobState.DONE:
        raise BusinessError(_("Only a finished preview can be imported for good."), code="no_preview")
    with ExitStack() as stack:
        files = [
            (kept.name, cast("BinaryIO", stack.enter_context(kept.file.open("rb"))))
            for kept in batch.files.order_by("id")
        ]
        return stage_import(files=files, by=by, shop=batch.shop, shop_name=batch.shop_name, now=now)


def wake_worker() -> None:
    """Has the workers look now; if nobody hears it, beat's next tick does."""
    wake(TASK)


def run_waiting_imports(*, now: dt.datetime | None = None) -> int:
    """Carries out every import that waits, or whose worker died, one after the other; answers how many."""
    done = 0
    while (batch := _claim(now or clock.now())) is not None:
        run_import(batch)
        done += 1
    return done


def _claim(now: dt.datetime) -> ImportBatch | None:
    return claims.claim(ImportBatch.objects.all(), now=now, silence=SILENCE)


def run_import(batch: ImportBatch) -> ImportBatch:
    """Carries out a claimed import; what comes of it stands in the batch. A refusal is no exception here."""
    language = batch.by.language if batch.by else translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language), gesture():
        try:
            _run(batch)
        except BusinessError as refusal:
            claims.refuse(batch, refusal.message)
        except OperationalError:  # the database went away: nothing was written, it is taken up again
            raise
        except Exception:
            log.exception("Import %s could not be carried out", batch.public_id)
            claims.refuse(batch, _("The import could not be carried out. Nothing of it was taken over."))
    batch.refresh_from_db()
    return batch


def _run(batch: ImportBatch) -> None:
    """Parses outside any transaction, so that progress shows; writes all in one, so that a kill leaves nothing."""
    with ExitStack() as stack:
        kept = list(batch.files.order_by("id"))
        sources = recognised([(file.name, stack.enter_context(file.file.open("rb")).file) for file in kept])
        _check_right(batch, sources)
        for at, file in enumerate(kept):
            file.layout = ",".join(source.layout.key for source in sources if source.file == at)[:40]
            file.save(update_fields=["layout"])
        parsed = parse(sources, batch.shop_name or batch.shop, lambda rows: _beat(batch, rows))
        _beat(batch, parsed.rows)
        now = clock.now()
        with transaction.atomic():
            mine = claims.lock_if_ours(batch, ImportBatch.objects.all())
            if mine is None:
                return
            mine.counts = _take_in(batch, parsed, now)
            _store_errors(batch, kept, parsed)
            mine.kind = _kind_of(sources)
            mine.error_count, mine.progress = parsed.error_count, parsed.rows
            mine.state, mine.finished_at = JobState.DONE, clock.now()
            mine.save(update_fields=["kind", "counts", "error_count", "progress", "state", "finished_at"])


def _check_right(batch: ImportBatch, sources: Sequence[Source]) -> None:
    """Who imports orders need not be allowed to change the catalogue. The command line is."""
    if batch.by and _has_catalogue(sources) and not batch.by.has_perm(IMPORT_CATALOGUE):
        raise BusinessError(_("You may not import suppliers and products."), code="no_right")


def _has_catalogue(sources: Sequence[Source]) -> bool:
    return any(source.of_catalogue for source in sources)


def _kind_of(sources: Sequence[Source]) -> str:
    only_catalogue = all(source.of_catalogue for source in sources)
    return ImportBatch.Kind.CATALOGUE if only_catalogue else ImportBatch.Kind.ORDERS


def _take_in(batch: ImportBatch, parsed: Parsed, now: dt.datetime) -> dict[str, dict[str, int]]:
    """The catalogue, then the orders, whose lines find their suppliers by it. A preview takes all of it back."""
    counts: dict[str, dict[str, int]] = {}
    with transaction.atomic():
        if _has_catalogue(parsed.sources):
            counts |= take_catalogue(parsed, by=batch.by, now=now)
        if _kind_of(parsed.sources) == ImportBatch.Kind.ORDERS:
            _show(batch, parsed.rows)
            result = carry_out(
                parsed.spools, batch_id=batch.pk, by=batch.by, now=now, beat=lambda: _show(batch, parsed.rows)
            )
            parsed.add(_named(parsed, result.errors))
            counts |= result.as_json()
        if batch.dry_run:
            transaction.set_rollback(True)
    errors = Counter(parsed.sources[error.file_no].kind for error in parsed.errors)
    return {kind: numbers | {"errors": errors[kind]} for kind, numbers in counts.items()}


def _named(parsed: Parsed, errors: Iterable[RowError]) -> list[RowError]:
    """The errors that only the database could find, with the column's own header."""
    found = []
    for error in errors:
        source = parsed.sources[error.file_no]
        names = source.layout.fields[error.column]
        column = next((name for name in source.table.header if name in names), names[0])
        found.append(RowError(error.file_no, error.row, column, error.message))
    return found


def _store_errors(batch: ImportBatch, kept: Sequence[ImportFile], parsed: Parsed) -> None:
    """The errors with their rows, so that these can be downloaded, mended and sent again."""
    ordered = sorted(parsed.errors, key=lambda error: (error.file_no, error.row))
    todo: list[ImportRowError] = []
    for number, errors in groupby(ordered, key=lambda error: error.file_no):
        source = parsed.sources[number]
        by_row = {row: list(found) for row, found in groupby(errors, key=lambda error: error.row)}
        for row, cells in source.table.rows():
            todo.extend(
                ImportRowError(
                    batch=batch, file=kept[source.file], sheet=source.table.name[:100], row=row,
                    column=error.column, message=error.message, cells=source.own(cells),
                )
                for error in by_row.get(row, ())
            )  # fmt: skip
    ImportRowError.objects.bulk_create(todo, batch_size=500)


def _beat(batch: ImportBatch, rows: int) -> None:
    """A sign of life, outside any transaction: everybody sees it at once."""
    now = clock.now()
    changed = ImportBatch.objects.filter(pk=batch.pk, state=JobState.RUNNING, heartbeat_at=batch.heartbeat_at).update(
        heartbeat_at=now, progress=rows
    )
    if changed:
        batch.heartbeat_at = now
    _show(batch, rows)


def _show(batch: ImportBatch, rows: int) -> None:
    hints.leave(_progress_key(batch), rows, 600)


def rows_read(batch: ImportBatch) -> int:
    """How far a running import is. A hint that may be lost: the truth is written when it ends."""
    return batch.progress if batch.finished_at else int(hints.find(_progress_key(batch), batch.progress))


def _progress_key(batch: ImportBatch) -> str:
    return f"import:{batch.public_id}"
