"""Evidence of a case: added, sorted, shared, withdrawn, looked at; the kit of a dispute as one archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from aftersales import permissions
from aftersales.evidence import evidence_shown
from aftersales.models import Case, Evidence, EvidenceKit
from aftersales.services import evidence as services
from aftersales.services import kits
from aftersales.services.evidence import Added
from aftersales.states import Kind
from aftersales.workflows import machine_of
from common import clock
from common.exceptions import BusinessError
from sla.states import Party
from staff.models import User
from staff.permissions import UserRequest, right_required

MOST_AT_ONCE = 20
ZIP = "application/zip"
HARMLESS = "default-src 'none'; sandbox"  # whatever it is: it runs nothing and reaches nothing
TYPES = {"jpg": "image/jpeg", "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"}
ORIGINS = (Party.BUYER, Party.SUPPLIER, Party.WAREHOUSE, Party.CARRIER, Party.PLATFORM, Party.AGENT)


def evidence_context(case: Case, user: User) -> dict[str, Any]:
    """What `aftersales/_evidence.html` prints. At most four queries."""
    return {
        "case": case,
        "evidence": evidence_shown(case),
        "may_add": user.has_perm(permissions.ADD_EVIDENCE),
        "origins": [(party.value, party.label) for party in ORIGINS],
        "is_dispute": case.kind == Kind.DISPUTE,
    }


@right_required(permissions.ADD_EVIDENCE)
@require_POST
def add(request: UserRequest, pk: int) -> HttpResponse:
    """Keep the files that were dropped, chosen or pasted; each that is refused says why (RET-06)."""
    case = _case(pk)
    files = request.FILES.getlist("files")
    origin = request.POST.get("origin", "")
    added = services.add_many(
        case=case,
        files=files[:MOST_AT_ONCE],
        kind=request.POST.get("slot", ""),
        by=request.user,
        source=origin if origin in Party.values else Party.BUYER,
        note=request.POST.get("note", ""),
        share=bool(request.POST.get("share")),
    )
    if not files:
        added.refusals.append(_("Choose, drop or paste at least one file."))
    if len(files) > MOST_AT_ONCE:
        added.refusals.append(_("At most %(most)d files at once.") % {"most": MOST_AT_ONCE})
    return _answer(request, case, added)


@right_required(permissions.ADD_EVIDENCE)
@require_POST
def sort(request: UserRequest, key: str) -> HttpResponse:
    """Say what a file shows."""
    return _change(request, key, services.sort_evidence, slot=request.POST.get("slot", ""))


@right_required(permissions.WORK_CASE)
@require_POST
def share(request: UserRequest, key: str) -> HttpResponse:
    """Let the case's supplier see a file, or no longer."""
    return _change(request, key, services.share_evidence, shared=bool(request.POST.get("shared")))


@right_required(permissions.ADD_EVIDENCE)
@require_POST
def withdraw(request: UserRequest, key: str) -> HttpResponse:
    """Take a file out of the evidence, with a reason."""
    return _change(request, key, services.withdraw_evidence, why=request.POST.get("why", ""))


@right_required(permissions.VIEW_CASE)
@require_GET
def file(request: UserRequest, key: str) -> FileResponse:
    """The file itself: a photo to be looked at, a film to be saved."""
    return served(get_object_or_404(Evidence, key=key))


@right_required(permissions.VIEW_CASE)
@require_GET
def thumbnail(request: UserRequest, key: str) -> FileResponse:
    return served(get_object_or_404(Evidence.objects.exclude(thumbnail=""), key=key), small=True)


@right_required(permissions.VIEW_CASE)
@require_GET
def draft(request: UserRequest, pk: int) -> FileResponse:
    """What would be sent to the platform now, as one archive; nothing is frozen."""
    case = _case(pk)
    stream = kits.draft_archive(case, now=clock.now())
    return _download(stream, f"{case.number}-draft.zip")


@right_required(permissions.VIEW_CASE)
@require_GET
def kit(request: UserRequest, pk: int, number: int) -> HttpResponse | FileResponse:
    """What was sent to the platform then, the same bytes each time (CMP-03)."""
    found = get_object_or_404(EvidenceKit.objects.select_related("case"), case=pk, number=number)
    try:
        return _download(kits.archive(found), f"{found.case.number}-{number}.zip")
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("aftersales:case", pk=pk)


def served(row: Evidence, *, small: bool = False) -> FileResponse:
    """A file of evidence as an answer that no browser can take for a page: its type is ours, it runs nothing."""
    kept = row.thumbnail if small else row.file
    try:
        stream = kept.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    type_ = TYPES["jpg" if small else row.extension]
    film = row.type == Evidence.Type.VIDEO and not small
    response = FileResponse(stream, as_attachment=film, filename=f"{row.key[:8]}.{row.extension}", content_type=type_)
    response["Content-Security-Policy"] = HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


def _download(stream: Any, name: str) -> FileResponse:
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=ZIP)
    response["Cache-Control"] = "private, no-store"
    return response


def _case(pk: int) -> Case:
    return machine_of(get_object_or_404(Case.objects.select_related("reason", "supplier", "refund", "shop"), pk=pk))


def _change(request: UserRequest, key: str, service: Callable[..., Evidence], **said: Any) -> HttpResponse:
    row = get_object_or_404(Evidence, key=key)
    added = Added()
    try:
        service(evidence_id=row.pk, by=request.user, **said)
    except BusinessError as refusal:
        added.refusals.append(refusal.message)
    pk = request.POST.get("case", "")  # the page one is on: the file may be of a case that this one grew out of
    return _answer(request, _case(int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 18 else row.case_id), added)


def _answer(request: UserRequest, case: Case, added: Added) -> HttpResponse:
    """The panel anew for htmx, else back to the case with the words as messages."""
    count = len(added.files)
    told = ngettext("%(count)d file added.", "%(count)d files added.", count) % {"count": count} if count else ""
    if request.htmx:
        context = evidence_context(case, request.user) | {"refusals": added.refusals, "told": told}
        return render(request, "aftersales/_evidence.html", context, status=409 if added.refusals else 200)
    if told:
        messages.success(request, told)
    for refusal in added.refusals:
        messages.error(request, refusal)
    return redirect("aftersales:case", pk=case.pk)
