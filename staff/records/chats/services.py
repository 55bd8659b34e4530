"""Chat statistics come in: a file waits for its layout, is looked at, and is kept row by row (PHR-03, AFT-08)."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common import clock, tablefile
from common.exceptions import BusinessError
from common.locking import lock_alone
from common.tablefile import Table
from staff.models import ChatFile, ChatLayout, ChatStat, ChatUpload, ResponseTarget, User
from staff.records.chats import columns
from staff.records.chats.parsing import Reading, Row, read

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
KEPT = dt.timedelta(days=1)
FIGURES = ("chats", "answered", "first_response", "average_response", "satisfied_percent")


def stage(*, file: BinaryIO, name: str, day: dt.date | None, by: User, now: dt.datetime | None = None) -> ChatUpload:
    """Keep an uploaded file until it is read in. Raises BadFile for what is no table."""
    content = file.read(MAX_BYTES + 1)
    open_table(content, name)
    return ChatUpload.objects.create(
        public_id=uuid.uuid4(),
        name=name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        day=day,
        uploaded_at=now or clock.now(),
        uploaded_by=by,
    )


def open_table(content: bytes, name: str) -> Table:
    return tablefile.read(io.BytesIO(content), name=name, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)


def table_of(upload: ChatUpload) -> Table:
    return open_table(bytes(upload.content), upload.name)


def layout_of(table: Table) -> ChatLayout | None:
    """The layout that somebody set up for files with these headers."""
    return ChatLayout.objects.filter(fingerprint=columns.fingerprint(table.header)).first()


@transaction.atomic
def set_layout(
    *, table: Table, name: str, chosen: Mapping[str, str], by: User, now: dt.datetime | None = None
) -> ChatLayout:
    """Say once what the columns of such files mean; setting it again changes it for the files to come.

    Raises BusinessError when a needed column is missing, a header is unknown or means two things.
    """
    now = now or clock.now()
    given = {key: title for key, title in chosen.items() if title}
    missing = [str(field.label) for field in columns.FIELDS if field.needed and field.key not in given]
    if missing:
        raise BusinessError(_("Say which column is: %(fields)s.") % {"fields": ", ".join(missing)}, code="missing")
    if len(set(given.values())) < len(given) or not set(given.values()) <= set(table.header):
        raise BusinessError(_("Each column can mean one thing only."), code="twice")
    layout, _new = ChatLayout.objects.update_or_create(
        fingerprint=columns.fingerprint(table.header),
        defaults={
            "name": name.strip()[:60] or table.name[:60],
            "header": list(table.header),
            "columns": given,
            "made_by": by,
            "made_at": now,
        },
    )
    audit.record("staff.chat_layout_set", about=layout, by=by, now=now, name=layout.name, fields=sorted(given))
    return layout


def preview(upload: ChatUpload, layout: ChatLayout, today: dt.date) -> Reading:
    """What the file would bring; nothing is kept."""
    return read(table_of(upload), layout.columns, day=upload.day, today=today)


@transaction.atomic
def import_chats(*, upload: ChatUpload, layout: ChatLayout, by: User, now: dt.datetime | None = None) -> ChatFile:
    """Keep the rows of a file; the same row once more changes nothing, a corrected one replaces the earlier.

    Rows with errors are left out and listed. Raises BusinessError when no row can be kept.
    """
    now = now or clock.now()
    lock_alone("staff.chats")
    reading = preview(upload, layout, clock.day_of(now))
    if not reading.rows:
        raise BusinessError(_("No line of the file could be read: see the errors below."), code="no_rows")
    file = ChatFile.objects.create(
        name=upload.name,
        sha256=upload.sha256,
        layout=layout,
        imported_at=now,
        imported_by=by,
        errors=reading.errors,
    )
    file.counts = _keep(reading.rows, file)
    file.save(update_fields=["counts"])
    upload.delete()
    audit.record("staff.chats_imported", about=file, by=by, now=now, name=file.name, **file.counts)
    return file


def _keep(rows: list[Row], file: ChatFile) -> dict[str, int]:
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    known = {
        (stat.user_id, stat.day, stat.shop_id, stat.night): stat
        for stat in ChatStat.objects.filter(day__gte=first, day__lte=last, user_id__in={row.user_id for row in rows})
    }
    counts = Counter({"created": 0, "updated": 0, "unchanged": 0})
    new, changed = [], []
    for row in rows:
        stat = known.get(row.key)
        figures = {name: getattr(row, name) for name in FIGURES}
        if stat is None:
            new.append(
                ChatStat(user_id=row.user_id, day=row.day, shop_id=row.shop_id, night=row.night, file=file, **figures)
            )
            counts["created"] += 1
        elif all(getattr(stat, name) == value for name, value in figures.items()):
            counts["unchanged"] += 1
        else:
            for name, value in figures.items():
                setattr(stat, name, value)
            stat.file = file
            changed.append(stat)
            counts["updated"] += 1
    ChatStat.objects.bulk_create(new, batch_size=500)
    ChatStat.objects.bulk_update(changed, [*FIGURES, "file"], batch_size=200)
    return dict(counts)


@transaction.atomic
def set_target(
    *, shop_id: int | None, night: bool, seconds: int, by: User, now: dt.datetime | None = None
) -> ResponseTarget:
    """The first answer is due within so many seconds (PHR-03). Raises BusinessError outside of 5 to 600 seconds."""
    if not 5 <= seconds <= 600:
        raise BusinessError(_("A target lies between 5 and 600 seconds."), code="bad_target")
    target, _new = ResponseTarget.objects.update_or_create(shop_id=shop_id, night=night, defaults={"seconds": seconds})
    audit.record("staff.response_target_set", about=target, by=by, now=now, seconds=seconds, night=night)
    return target


def forget_uploads(now: dt.datetime | None = None) -> int:
    """Remove files that nobody read in within a day; answers how many."""
    return ChatUpload.objects.filter(uploaded_at__lt=(now or clock.now()) - KEPT).delete()[0]
