"""The handover book and its pages: the leaver writes and signs, the taker goes through the items and signs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.selectors import timeline
from common import clock
from common.exceptions import BusinessError, Conflict
from common.paging import keyset
from sla import topics
from staff.handover import book as pages
from staff.handover import selectors, services
from staff.handover.forms import TakerForm, WriteForm
from staff.handover.permissions import HAND_OVER
from staff.handover.states import HandoverState
from staff.models import Handover
from staff.permissions import UserRequest, right_required


@right_required(HAND_OVER)
@require_GET
def book(request: UserRequest) -> HttpResponse:
    """The pages of the book that one may see, the latest first (STF-10)."""
    filters = pages.BookFilter.from_query(request.GET)
    now = clock.now()
    found = keyset(
        pages.rows(filters, request.user),
        order=pages.ORDER,
        cursor=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "page": found,
        "filters": filters,
        "people": pages.people(request.user),
        "shifts": pages.shifts(request.user),
        "states": HandoverState.choices,
        "waiting": selectors.waiting_for(request.user, now),
        "now": now,
    }
    return render(request, "staff/handover/book.html", context)


@right_required(HAND_OVER)
@require_POST
def open_by_hand(request: UserRequest) -> HttpResponse:
    """Open one's own handover now."""
    try:
        return redirect(services.open_handover(by=request.user))
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect("handover:book")


@right_required(HAND_OVER)
@require_GET
def page(request: UserRequest, pk: int) -> HttpResponse:
    """One page of the book; printed, it is the form with its six fields (STF-10)."""
    return _show(request, pk)


def _page(request: UserRequest, pk: int) -> selectors.Page:
    """The page, or 404 for what one may not see."""
    try:
        return selectors.page_of(pk, request.user, clock.now())
    except Handover.DoesNotExist:
        raise Http404 from None


def _show(request: UserRequest, pk: int, form: WriteForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    """The page as it is now; `form` is what was typed and refused. An htmx request gets the taker's part alone."""
    found = _page(request, pk)
    handover = found.handover
    if found.writes and form is None:
        form = WriteForm(handover=handover, items=found.items)
    for item in found.items:
        item.url = topics.url(item.topic)  # type: ignore[attr-defined]
    context = {
        "page": found,
        "handover": handover,
        "form": form if found.writes else None,
        "counts": selectors.counts(found.items),
        "taker_form": TakerForm(handover=handover) if found.may_name else None,
        "now": clock.now(),
    }
    if request.htmx:
        return render(request, "staff/handover/_take.html", context | more, status=status)
    context["timeline"] = timeline(handover)
    return render(request, "staff/handover/page.html", context | more, status=status)


def _version(request: UserRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


@right_required(HAND_OVER)
@require_POST
def write(request: UserRequest, pk: int) -> HttpResponse:
    """Save, read the live data anew, or sign: all three keep what was typed; a refusal shows it again."""
    found = _page(request, pk)
    form = WriteForm(request.POST, handover=found.handover, items=found.items)
    if not form.is_valid():
        return _show(request, pk, form, status=422)
    try:
        told = _carry_out(request, pk, form)
    except Conflict as conflict:
        return _show(request, pk, form, status=409, refusal=conflict.message, changed=True)
    except BusinessError as refusal:
        return _show(request, pk, form, status=409, refusal=refusal.message)
    messages.success(request, told)
    return redirect(found.handover)


def _carry_out(request: UserRequest, pk: int, form: WriteForm) -> str:
    """Does what the pressed button says; answers the sentence that tells it."""
    given: dict[str, Any] = {
        "handover_id": pk,
        "version": _version(request),
        "typed": form.typed(),
        "by": request.user,
    }
    if request.POST.get("do") == "sign":
        services.sign_as_leaver(**given)
        return _("Signed. Whoever takes over has been told.")
    if request.POST.get("do") == "refresh":
        _handover, new = services.refresh_handover(**given)
        return ngettext("Read anew: %(count)d new matter.", "Read anew: %(count)d new matters.", new) % {"count": new}
    services.save_handover(**given)
    return _("Saved.")


@right_required(HAND_OVER)
@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    """The leaver takes the signature back."""
    _page(request, pk)
    try:
        services.take_back_handover(handover_id=pk, version=_version(request), by=request.user)
    except BusinessError as refusal:
        return _show(request, pk, status=409, refusal=refusal.message)
    return redirect("handover:page", pk=pk)


@right_required(HAND_OVER)
@require_POST
def name_taker(request: UserRequest, pk: int) -> HttpResponse:
    """Say who takes over."""
    form = TakerForm(request.POST, handover=_page(request, pk).handover)
    if not form.is_valid():
        return _show(request, pk, status=422, refusal=_("Choose who takes over."))
    taker = form.cleaned_data["taker"]
    try:
        services.name_taker(handover_id=pk, version=_version(request), taker=taker, by=request.user)
    except BusinessError as refusal:
        return _show(request, pk, status=409, refusal=refusal.message)
    messages.success(request, _("%(name)s is to take over.") % {"name": taker.name})
    return redirect("handover:page", pk=pk)


@right_required(HAND_OVER)
@require_POST
def accept(request: UserRequest, pk: int, item_pk: int) -> HttpResponse:
    """The taker takes one item on."""
    return _decide(request, pk, item_pk, services.accept_item)


@right_required(HAND_OVER)
@require_POST
def give_back(request: UserRequest, pk: int, item_pk: int) -> HttpResponse:
    """The taker gives one item back with a word."""
    return _decide(request, pk, item_pk, services.give_back_item, note=request.POST.get("note", ""))


def _decide(request: UserRequest, pk: int, item_pk: int, service: Any, **more: str) -> HttpResponse:
    _page(request, pk)
    try:
        service(handover_id=pk, version=_version(request), item_id=item_pk, by=request.user, **more)
    except ObjectDoesNotExist:
        raise Http404 from None
    except BusinessError as refusal:
        return _show(request, pk, status=409, refusal=refusal.message, word={item_pk: more.get("note", "")})
    return _show(request, pk) if request.htmx else redirect("handover:page", pk=pk)


@right_required(HAND_OVER)
@require_POST
def sign(request: UserRequest, pk: int) -> HttpResponse:
    """The taker signs."""
    _page(request, pk)
    note = request.POST.get("taker_note", "")[:2000]
    try:
        services.sign_as_taker(handover_id=pk, version=_version(request), note=note, by=request.user)
    except BusinessError as refusal:
        return _show(request, pk, status=409, refusal=refusal.message, taker_note=note)
    messages.success(request, _("Taken over and signed."))
    return redirect("handover:page", pk=pk)
