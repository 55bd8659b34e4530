"""What is sent to the platform in a dispute: frozen as rows, made into one archive that is the same ever after (CMP-03)."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _

from aftersales.evidence import in_force, missing_evidence
from aftersales.models import Case, Evidence, EvidenceKit
from aftersales.states import Goods
from common import clock, exports
from common.exceptions import BusinessError
from common.locking import lock
from sla.states import Party

UNFIT = re.compile(r'[\\/:*?"<>|\s]+')
HEADER = ("序号", "文件", "内容", "来自", "时间", "字节", "SHA-256")
STYLE = (
    "body{font:14px/1.6 sans-serif;margin:2em;max-width:60em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:4px 8px;text-align:left}code{font-size:11px;word-break:break-all}"
)


def freeze_kit(*, case: Case, statement: str, by: Any, now: dt.datetime) -> EvidenceKit:
    """Writes down what is sent now: the files with their checksums, the case as it stands, what was missing (CMP-03).

    Inside the step's transaction; files that are being withdrawn at this moment wait or are left out.
    """
    rows = lock(in_force(case))
    kit = EvidenceKit(
        case_id=case.pk,
        number=case.kits.count() + 1,
        statement=statement,
        goods=case.goods,
        files=[_line(row) for row in rows],
        missing=missing_evidence(case),
        facts=facts_of(case),
        sent_at=now,
        sent_by=by,
    )
    kit.sha256 = hashlib.sha256(_index_csv(kit) + _index_html(kit)).hexdigest()
    kit.save(force_insert=True)
    return kit


def archive(kit: EvidenceKit) -> IO[bytes]:
    """The kit as one zip, the same bytes whenever it is asked for. Raises BusinessError when a file was damaged since."""
    table, page = _index_csv(kit), _index_html(kit)
    if hashlib.sha256(table + page).hexdigest() != kit.sha256:
        raise BusinessError(_("The list of this kit was changed since it was sent."), code="damaged")
    return _zipped(kit, table, page)


def draft_archive(case: Case, *, now: dt.datetime) -> IO[bytes]:
    """What would be sent now, to be looked at first; nothing is frozen."""
    kit = EvidenceKit(
        case_id=case.pk,
        number=0,
        goods=case.goods,
        files=[_line(row) for row in in_force(case)],
        missing=missing_evidence(case),
        facts=facts_of(case),
        sent_at=now,
    )
    return _zipped(kit, _index_csv(kit), _index_html(kit))


def facts_of(case: Case) -> list[list[str]]:
    """The case in a few pairs of Chinese words; nothing of the buyer's data is among them."""
    with translation.override("zh-hans"):
        order, parcel = case.order, None
        if order is not None:
            parcel = order.parcels.filter(replaced_by__isnull=True).order_by("pk").last()
        pairs = [
            ("案件编号", case.number),
            ("店铺", str(case.shop or "")),
            ("订单编号", order.order_no if order else ""),
            ("物流单号", parcel.tracking_no if parcel else ""),
            ("退款编号", case.refund.refund_no if case.refund else ""),
            ("原因", str(case.reason or "")),
            ("货物状态", str(Goods(case.goods).label)),
            ("金额", f"{case.amount} 元" if case.amount else ""),
            ("立案时间", _time(case.opened_at)),
        ]
    return [[name, said] for name, said in pairs if said]


def file_names(kit: EvidenceKit) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each file inside the archive: numbered, then what it shows. With the line of the kit."""
    for number, line in enumerate(kit.files, 1):
        words = UNFIT.sub("_", line["slot"] or "证据").strip("._") or "证据"
        yield f"{number:02d}-{words}.{line['extension']}", line


def _line(row: Evidence) -> dict[str, Any]:
    with translation.override("zh-hans"):
        origin = str(Party(row.origin).label)
    return {
        "key": row.key,
        "extension": row.extension,
        "name": row.name,
        "slot": row.slot,
        "origin": origin,
        "at": _time(row.at),
        "sha256": row.sha256,
        "size": row.size,
    }


def _zipped(kit: EvidenceKit, table: bytes, page: bytes) -> IO[bytes]:
    kept = {row.key: row for row in Evidence.objects.filter(key__in=[line["key"] for line in kit.files])}
    stream = tempfile.TemporaryFile()  # noqa: SIM115 whoever sends it closes it
    moment = clock.local(kit.sent_at).timetuple()[:6]
    damaged = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as made:
        _put(made, "index.html", moment, io.BytesIO(page))
        _put(made, "index.csv", moment, io.BytesIO(table))
        for name, line in file_names(kit):
            with kept[line["key"]].file.open("rb") as file:
                if _put(made, name, moment, file) != line["sha256"]:
                    damaged.append(name)
    if damaged:
        stream.close()
        raise BusinessError(_("Damaged since: %(names)s.") % {"names": "、".join(damaged)}, code="damaged")
    stream.seek(0)
    return stream


def _put(made: zipfile.ZipFile, name: str, moment: Any, file: IO[bytes]) -> str:
    """One member, stored as it is with a fixed time; answers its checksum."""
    info = zipfile.ZipInfo(name, moment)
    info.create_system, info.external_attr = 3, 0o644 << 16
    digest = hashlib.sha256()
    with made.open(info, "w") as member:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
            member.write(part)
    return digest.hexdigest()


def _rows(kit: EvidenceKit) -> Iterator[tuple[Any, ...]]:
    for number, (name, line) in enumerate(file_names(kit), 1):
        yield number, name, line["slot"], line["origin"], line["at"], line["size"], line["sha256"]


def _index_csv(kit: EvidenceKit) -> bytes:
    stream = io.BytesIO()
    exports.csv_file(HEADER, _rows(kit), stream)
    return stream.getvalue()


def _index_html(kit: EvidenceKit) -> bytes:
    """A page that opens without anything else: the case, our statement, the files by number, what was missing."""
    text = html.escape
    title = f"举证材料 {kit.number}" if kit.number else "举证材料（草稿）"
    facts = "".join(f"<tr><th>{text(name)}</th><td>{text(said)}</td></tr>" for name, said in kit.facts)
    head = "".join(f"<th>{word}</th>" for word in HEADER)
    rows = "".join(
        f'<tr><td>{number}</td><td><a href="{text(name)}">{text(name)}</a></td><td>{text(slot)}</td>'
        f"<td>{text(origin)}</td><td>{at}</td><td>{size}</td><td><code>{digest}</code></td></tr>"
        for number, name, slot, origin, at, size, digest in _rows(kit)
    )
    missing = f"<p>未提供：{text('、'.join(kit.missing))}</p>" if kit.missing else ""
    said = f"<h2>我方陈述</h2><p>{text(kit.statement).replace(chr(10), '<br>')}</p>" if kit.statement else ""
    made = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<h1>{title}</h1><p>{_time(kit.sent_at)}</p><table>{facts}</table>{said}"
        f"<h2>文件</h2><table><tr>{head}</tr>{rows}</table>{missing}</html>\n"
    )
    return made.encode()


def _time(moment: dt.datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")
