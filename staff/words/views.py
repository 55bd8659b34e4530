"""The pages of the phrase library: search, copy in one stroke, keep, propose, decide, review (PHR-01, PHR-02)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.exceptions import BusinessError
from sla import facets
from staff.models import Phrase
from staff.permissions import UserRequest, right_required
from staff.words import selectors, services
from staff.words.checker import CheckContext
from staff.words.forms import SHOW_CHOICES, DecisionForm, PhraseForm
from staff.words.permissions import MANAGE_WORDS, USE_WORDS
from staff.words.showing import findings
from staff.words.states import PhraseState, Stage


@right_required(USE_WORDS)
@require_GET
def phrases(request: UserRequest) -> HttpResponse:
    """The library by stage and situation; it searches as one types, and by URL without JavaScript."""
    return _library(request)


def _library(request: UserRequest, status: int = 200, **more: Any) -> HttpResponse:
    filters = selectors.PhraseFilter.from_query(request.GET)
    context = {
        "rows": selectors.library(request.user, filters, clock.today()),
        "filters": filters,
        "shops": facets.choices("shop"),
        "stages": Stage.choices,
        "shows": SHOW_CHOICES,
        "manages": request.user.has_perm(MANAGE_WORDS),
        "variables": list(selectors.VARIABLES.items()),
        "last_meeting": selectors.last_meeting(),
    }
    return render(request, "staff/words/phrases.html", context | more, status=status)


@right_required(USE_WORDS)
@require_POST
def copy(request: UserRequest, pk: int) -> HttpResponse:
    """The text to copy, or what stops it; the browser copies it as it arrives."""
    reason = request.POST.get("reason", "")
    try:
        copied = services.copy_phrase(
            phrase_id=pk, by=request.user, values=_values(request, pk), context=CheckContext(), reason=reason
        )
    except Phrase.DoesNotExist:
        raise Http404 from None
    context = {"copied": copied, "findings": findings(copied.text, copied.hits), "again": request.path}
    status = 409 if copied.stopped else 200
    if request.htmx:
        return render(request, "staff/words/_copied.html", context, status=status)
    return _library(request, status, **context)


def _values(request: UserRequest, pk: int) -> dict[str, str]:
    """The name of the shop that the library is filtered by, or the phrase is kept for."""
    chosen = selectors.shop_of(request.POST.get("shop", ""))
    shop = chosen or Phrase.objects.filter(pk=pk).values_list("shop_id", flat=True).first()
    return {"company": dict(facets.choices("shop")).get(shop or 0) or _("our shop")}


@right_required(USE_WORDS)
def add(request: UserRequest) -> HttpResponse:
    """A new phrase of one's own, a proposal, or one for the library."""
    manages = request.user.has_perm(MANAGE_WORDS)
    form = PhraseForm(request.POST or None, manages=manages, initial={"scope": "house" if manages else "own"})
    status = 200
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            phrase = services.add_phrase(scope=data.pop("scope"), data=data, by=request.user)
        except BusinessError as refusal:
            status = _refused(request, form, refusal)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": phrase.title})
            return redirect("words:phrases")
    elif request.method == "POST":
        status = 422
    return render(request, "staff/words/phrase.html", _form_context(form), status=status)


def _refused(request: UserRequest, form: PhraseForm, refusal: BusinessError) -> int:
    if isinstance(refusal, services.WordsStopped):
        services.note_stopped(refusal, by=request.user)
        form.add_error("body", refusal.message)
    else:
        form.add_error(None, refusal.message)
    return 409


def _form_context(form: PhraseForm) -> dict[str, Any]:
    return {"form": form, "variables": list(selectors.VARIABLES.items())}


@right_required(USE_WORDS)
def change(request: UserRequest, pk: int) -> HttpResponse:
    """One phrase: its text, and what it said before."""
    phrase = get_object_or_404(Phrase, pk=pk, state=PhraseState.ACTIVE)
    if not selectors.editable_by(request.user, phrase):
        raise Http404
    initial = {name: getattr(phrase, name) for name in PhraseForm.base_fields if name != "scope"}
    form = PhraseForm(request.POST or None, initial=initial, new=False)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.change_phrase(phrase_id=pk, version=_version(request), data=form.cleaned_data, by=request.user)
        except BusinessError as refusal:
            status = _refused(request, form, refusal)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": phrase.title})
            return redirect("words:phrases")
    elif request.method == "POST":
        status = 422
    history = phrase.versions.select_related("by", "meeting")
    context = _form_context(form) | {"phrase": phrase, "history": history}
    return render(request, "staff/words/phrase.html", context, status=status)


def _version(request: UserRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


@right_required(MANAGE_WORDS)
@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Take a proposal into the library or decline it with a word."""
    get_object_or_404(selectors.proposals_for(request.user), pk=pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        _try(request, lambda: services.decide_phrase(
            phrase_id=pk, version=_version(request), by=request.user, **form.cleaned_data
        ))  # fmt: skip
    return redirect("/words/?show=proposed")


@right_required(USE_WORDS)
@require_POST
def retire(request: UserRequest, pk: int) -> HttpResponse:
    """Take a phrase out of use."""
    _own_or_404(request, pk)
    _try(request, lambda: services.retire_phrase(phrase_id=pk, version=_version(request), by=request.user))
    return redirect("words:phrases")


@right_required(MANAGE_WORDS)
@require_POST
def review(request: UserRequest, pk: int) -> HttpResponse:
    """«Looked at, still right», after the weekly meeting (PHR-02)."""
    _own_or_404(request, pk)
    _try(request, lambda: services.review_phrase(phrase_id=pk, version=_version(request), by=request.user))
    return redirect("/words/?show=review")


def _own_or_404(request: UserRequest, pk: int) -> None:
    phrase = get_object_or_404(Phrase, pk=pk, state=PhraseState.ACTIVE)
    if not selectors.editable_by(request.user, phrase):
        raise Http404


def _try(request: UserRequest, gesture: Any) -> None:
    try:
        phrase = gesture()
    except BusinessError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Done: %(what)s.") % {"what": phrase.title})
