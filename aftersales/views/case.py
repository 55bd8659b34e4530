"""The page of one case, and everything that is done from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aftersales import actions, guards, permissions
from aftersales.case_page import CasePage, case_of, case_page
from aftersales.evidence import EvidenceShown
from aftersales.filters import number
from aftersales.forms import CallBackForm, CaseForm
from aftersales.models import Case, Contact
from aftersales.services import notes, stepping
from aftersales.views.evidence import evidence_context
from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError, Conflict
from staff import presence
from staff.permissions import UserRequest, right_required
from staff.words.services import WordsStopped, note_stopped

JUDGE, EXECUTE = "judge", "execute"  # EvidenceNeed.before: what is needed before a case is judged, and carried out


@right_required(permissions.VIEW_CASE)
@require_GET
def case(request: UserRequest, pk: int) -> HttpResponse:
    """One case with all that hangs on it; `do` names the form that stands open. An htmx request gets that form alone."""
    key = request.GET.get("do", "")
    if not request.htmx:
        return show(request, pk, key)
    found = _case(pk)
    context = {"case": found, "doing": actions.doing(found, request.user, key)}
    return render(request, "aftersales/_doing.html", context)


def _case(pk: int) -> Case:
    try:
        return case_of(pk)
    except Case.DoesNotExist:
        raise Http404 from None


def show(
    request: UserRequest,
    pk: int,
    key: str = "",
    bound: CaseForm | None = None,
    status: int = 200,
    refused: actions.Offer | None = None,
    **more: Any,
) -> HttpResponse:
    """The case's page; `bound` is the form of what was `refused`, with what was typed."""
    try:
        page = case_page(pk)
    except Case.DoesNotExist:
        raise Http404 from None
    evidence = evidence_context(page.case, request.user)
    known = _known(page, evidence["evidence"])
    context = {
        "page": page,
        "case": page.case,
        "doing": actions.doing(page.case, request.user, key, bound, known, refused),
        "calls": [
            (row, CallBackForm(case=page.case, by=request.user, prefix=f"call{row.pk}")) for row in page.promised
        ],
        "works": request.user.has_perm(permissions.WORK_CASE),
        "now": clock.now(),
        **evidence,
    }
    return render(request, "aftersales/case.html", context | more, status=status)


def _known(page: CasePage, evidence: EvidenceShown) -> actions.Known:
    """What the page's forms and guards need not read again."""
    lacking = [slot for slot in evidence.slots if slot.missing]
    judge = [slot.name for slot in lacking if slot.before == JUDGE]
    missing = {
        "evidence_is_enough": judge,
        "proof_is_there": judge + [slot.name for slot in lacking if slot.before == EXECUTE],
    }
    initial = {"amount": {"amount": page.proposal.total}} if page.proposal is not None else {}
    proved = not missing["proof_is_there"] or guards.needs_no_proof(page.case)
    return actions.Known(initial, {"evidence_is_enough": not judge, "proof_is_there": proved}, missing)


@right_required(permissions.VIEW_CASE)
@require_POST
def act(request: UserRequest, pk: int, step: str) -> HttpResponse:
    """Take a step of the case's machine; who may, the machine says. A refusal shows the page again, with what was typed."""
    found = _case(pk)
    try:
        told = stepping.step_called(found, step)
    except BusinessError:
        raise Http404 from None
    return _carry_out(request, found, actions.Offer(step, told.label, "", step=told))


@right_required(permissions.WORK_CASE)
@require_POST
def do(request: UserRequest, pk: int, action: str) -> HttpResponseBase:
    """Carry out one of `aftersales.actions.DEEDS`, which move no state."""
    deed = actions.DEEDS.get(action)
    if deed is None:
        raise Http404
    return _carry_out(request, _case(pk), actions.Offer(action, deed.label, deed.letter, deed=deed))


def _carry_out(request: UserRequest, found: Case, offer: actions.Offer) -> HttpResponse:
    form = offer.form(found, request.user, request.POST)
    if not form.is_valid():
        return show(request, found.pk, offer.key, form, 422, offer)
    try:
        offer.carry_out(found, version_of(request), form.cleaned_data, request.user)
    except Conflict as conflict:
        return _conflict(request, found.pk, offer, form, conflict)
    except BusinessError as refusal:
        if isinstance(refusal, WordsStopped):
            note_stopped(refusal, by=request.user)
        form.add_error(None, refusal.message)
        return show(request, found.pk, offer.key, form, 409, offer)
    messages.success(request, _("Done: %(what)s.") % {"what": offer.label})
    return redirect("aftersales:case", pk=found.pk)


def version_of(request: UserRequest) -> int:
    """The version that the form was drawn from; one that is none fits no case."""
    return number(request.POST.get("version")) or 0


def _conflict(request: UserRequest, pk: int, offer: actions.Offer, form: CaseForm, conflict: Conflict) -> HttpResponse:
    """What was typed, what the case says by now, and what happened; saving again is saving on top of that."""
    found = _case(pk)
    present = offer.form(found, request.user)
    pairs = [(form[name], shown(present[name])) for name in form.fields if not form[name].is_hidden]
    open_still = {each.key for each in actions.step_offers(found, request.user)}
    context = {
        "case": found,
        "offer": offer,
        "form": form,
        "pairs": pairs,
        "message": conflict.message,
        "possible": offer.step is None or offer.key in open_still,
        "present": present,
        "last": timeline(f"aftersales.case:{pk}")[:5],
    }
    return render(request, "aftersales/case_conflict.html", context, status=409)


def shown(field: Any) -> str:
    """A form field's present value as people read it."""
    value = field.value()
    if isinstance(value, dt.datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
    return choices.get(str(value), "" if value in (None, False) else "✓" if value is True else str(value))


@right_required(permissions.WORK_CASE)
@require_POST
def called_back(request: UserRequest, pk: int, contact_pk: int) -> HttpResponse:
    """The promised call was made, or nobody took it (PHR-08)."""
    found = _case(pk)
    promised = get_object_or_404(Contact, pk=contact_pk, case_id=pk, call_back_at__isnull=False)
    form = CallBackForm(request.POST, case=found, by=request.user, prefix=f"call{promised.pk}")
    if not form.is_valid():
        return show(request, pk, status=422, calls=[(promised, form)])
    try:
        notes.call_back(contact_id=promised.pk, by=request.user, **form.cleaned_data)
    except BusinessError as refusal:
        form.add_error(None, refusal.message)
        return show(request, pk, status=409, calls=[(promised, form)])
    messages.success(request, _("The call is noted."))
    return redirect("aftersales:case", pk=pk)


@right_required(permissions.VIEW_CASE)
@require_POST
def present(request: UserRequest, pk: int) -> HttpResponse:
    """«I am still here», answered with who else is."""
    get_object_or_404(Case.objects.only("pk"), pk=pk)
    topic = f"aftersales.case:{pk}"
    presence.touch(topic, request.user)
    return render(request, "staff/_presence.html", {"others": presence.others(topic, request.user)})
